import { type ErrorCause, type Json, PluginError, type Reject } from '@cardcage/plugin'
import type { Frame } from '../wire/frame.ts'
import { decodeObject, isObject } from '../wire/json.ts'
import { messages } from '../wire/message.ts'
import type { Services } from './link.ts'
import type { PendingCall } from './pending-call.ts'
import { quietly } from './quietly.ts'

/** Most warnings of one call that are kept. */
const maxWarnings = 1000

/** Longest text that is kept of what a plugin says, in characters. */
const maxText = 4096

/** Longest event type. */
const maxEventType = 256

/** Messages that want no answer, of a call or of the instance. */
export const oneWayTypes: ReadonlySet<number> = new Set<number>([
  messages.log.type,
  messages.metric.type,
  messages.emit.type,
  messages.progress.type,
  messages.warn.type,
  messages.reject.type,
  messages.checkpoint.type,
])

/** Take a one-way message; one of a call that is over is late, not wrong. Returns the violation; @throws what is no JSON object */
export function takeOneWay({ type, id, payload }: Frame, call: PendingCall | undefined, services: Services): ErrorCause | undefined {
  const json = decodeObject(payload)
  switch (type) {
    case messages.log.type: {
      const { level, message, fields } = json
      if (typeof message !== 'string') return 'payload'
      quietly(() =>
        services.log(logLevel(level), message.slice(0, maxText), id, isObject(fields) ? (fields as Record<string, Json>) : undefined),
      )
      return undefined
    }
    case messages.metric.type: {
      const { metric, name, labels = {}, value } = json
      if (typeof name !== 'string' || typeof value !== 'number' || !isLabels(labels)) return 'payload'
      if (metric !== 'counter' && metric !== 'gauge' && metric !== 'histogram') return 'payload'
      quietly(() => services.metric(metric, name.slice(0, maxText), labels, value))
      return undefined
    }
    case messages.emit.type: {
      const { type: name, data = null, subject } = json
      if (typeof name !== 'string' || name.length > maxEventType || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name)) return 'payload'
      quietly(() =>
        services.emit(name, data as Json, typeof subject === 'string' ? subject.slice(0, maxText) : undefined, call?.request.correlation),
      )
      return undefined
    }
    default:
      return call ? ofCall(type, json, call) : undefined
  }
}

function ofCall(type: number, json: Record<string, unknown>, call: PendingCall): ErrorCause | undefined {
  const { request } = call
  switch (type) {
    case messages.progress.type: {
      const { done, note } = json
      tell(call, () =>
        request.onProgress?.({
          ...(typeof done === 'number' ? { done: Math.min(1, Math.max(0, done)) } : {}),
          ...(typeof note === 'string' ? { note: note.slice(0, maxText) } : {}),
        }),
      )
      return undefined
    }
    case messages.warn.type: {
      const { message, details } = json
      if (typeof message !== 'string') return 'payload'
      if (++call.warnings <= maxWarnings)
        tell(call, () =>
          request.onWarn?.({ message: message.slice(0, maxText), ...(details === undefined ? {} : { details: details as Json }) }),
        )
      return undefined
    }
    case messages.checkpoint.type: {
      const { cursor } = json
      if (typeof cursor !== 'string') return 'payload'
      tell(call, () => request.onCheckpoint?.(cursor))
      return undefined
    }
    default: {
      const reject = rejectOf(json)
      if (!reject) return 'payload'
      tell(call, () => request.onReject?.(reject))
      return undefined
    }
  }
}

/** A listener of the caller that throws ends his call, not the plugin. */
function tell(call: PendingCall, listener: () => void): void {
  if (call.late) return
  try {
    listener()
  } catch (error) {
    call.abandon('grace', PluginError.from(error))
  }
}

function rejectOf({ record, line, bytes, column, reason, raw }: Record<string, unknown>): Reject | undefined {
  if (!isCount(record) || !Array.isArray(bytes) || bytes.length !== 2 || !bytes.every(isCount) || typeof reason !== 'string')
    return undefined
  return {
    record,
    ...(isCount(line) ? { line } : {}),
    bytes: [bytes[0]!, bytes[1]!],
    ...(typeof column === 'string' ? { column } : {}),
    reason: reason.slice(0, maxText),
    ...(typeof raw === 'string' ? { raw: raw.slice(0, 1024) } : {}),
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isLabels(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((label) => typeof label === 'string')
}

function logLevel(level: unknown): 'debug' | 'info' | 'warn' | 'error' {
  return level === 'debug' || level === 'warn' || level === 'error' ? level : 'info'
}

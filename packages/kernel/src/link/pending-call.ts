import { type ErrorCause, type Json, PluginError } from '@cardcage/plugin'
import { decodeError } from '../wire/error.ts'
import { Inbound } from '../wire/inbound.ts'
import { messages } from '../wire/message.ts'
import { Outbound } from '../wire/outbound.ts'
import type { Port } from '../wire/port.ts'
import { sendTables } from '../wire/table.ts'
import { callMessage } from './call-message.ts'
import type { LinkRequest, LinkResult } from './link.ts'
import { quietly } from './quietly.ts'

/** Longest time a timer of Node can wait. */
const longestTimer = 0x7fffffff

/** Milliseconds in which an event loop that is alive answers `ping`; more where a hasty end would hit other calls. */
const promptMilliseconds = { alone: 10, shared: 100 }

/** Channels of the streams of a result. */
const firstOutput = 0x8000
const lastOutput = 0xffff

/** What a call needs of the session it belongs to. */
export interface CallSession {
  readonly port: Port
  /** Milliseconds a cancelled call may still run. */
  readonly grace: number
  /** Calls that have not ended. */
  readonly open: number
  /** The call is over on both sides. */
  over(call: PendingCall): void
  /** The call does not let go: the process must be ended. */
  stuck(why: 'deadline' | 'grace', call: PendingCall): void
  /** The other side broke a rule. */
  violate(cause: ErrorCause, reason: string): void
}

/**
 * A call that has been sent and has not ended on both sides. `sent → answered → over`; its caller may have been settled long before, by the deadline or by
 * taking it back.
 */
export class PendingCall {
  readonly id: number
  readonly request: LinkRequest
  readonly inputs = new Map<number, Outbound>()
  readonly result: Promise<LinkResult>
  readonly ended: Promise<void>
  readonly #session: CallSession
  readonly #outputs = new Map<number, Inbound>()
  readonly #settle = Promise.withResolvers<LinkResult>()
  readonly #end = Promise.withResolvers<void>()
  #controller: AbortController | undefined
  readonly #cleanups: (() => void)[] = []
  #phase: 'sent' | 'answered' | 'over' = 'sent'
  #settled = false
  #late = false
  #deadline: NodeJS.Timeout | undefined
  #prompt: NodeJS.Timeout | undefined
  #grace: NodeJS.Timeout | undefined
  /** Warnings so far. */
  warnings = 0

  constructor(id: number, request: LinkRequest, session: CallSession) {
    this.id = id
    this.request = request
    this.#session = session
    this.result = this.#settle.promise
    this.ended = this.#end.promise
  }

  /** Kind and name, for people. */
  get title(): string {
    return `${this.request.kind}.${this.request.name}`
  }

  /** Aborts when the call is over. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#phase === 'over') this.#controller.abort()
    }
    return this.#controller.signal
  }

  /** Has its caller got a result or an error? */
  get settled(): boolean {
    return this.#settled
  }

  /** Is it over its deadline, or taken back, and still runs? */
  get late(): boolean {
    return this.#late && this.#phase !== 'over'
  }

  /** Send the call and its tables, and watch its deadline and signal. @throws {PluginError} `limit-exceeded` where params and arguments are too large */
  send(): void {
    this.#session.port.sendText(messages.call.type, 0, this.id, callMessage(this.request))
    Object.values(this.request.inputs ?? {}).forEach((input, index) => {
      if (input.as === 'bytes') return
      const out = new Outbound(this.#session.port, this.id, index + 1)
      this.inputs.set(index + 1, out)
      void sendTables(out, input.schema, input.tables)
    })
    this.#watch()
  }

  /** Run when the call is over; at once if it is. */
  defer(cleanup: () => void): void {
    if (this.#phase === 'over') quietly(cleanup)
    else this.#cleanups.push(cleanup)
  }

  /** The stream of a result by its channel. */
  output(channel: number): Inbound | undefined {
    return this.#outputs.get(channel)
  }

  /** `result` has come. @throws what does not fit in it; returns the violation */
  answered({ value = null, streams = [] }: { value?: unknown; streams?: unknown }): ErrorCause | undefined {
    if (this.#phase !== 'sent') return 'order'
    if (!Array.isArray(streams) || streams.length > lastOutput - firstOutput) return 'payload'
    for (const channel of streams as readonly unknown[]) {
      if (
        typeof channel !== 'number' ||
        !Number.isInteger(channel) ||
        channel < firstOutput ||
        channel > lastOutput ||
        this.#outputs.has(channel)
      )
        return 'payload'
      this.#outputs.set(channel, this.#open(channel))
    }
    this.#phase = 'answered'
    if (this.#settled) {
      for (const stream of this.#outputs.values()) stream.close()
    } else {
      if (!this.request.whole) clearTimeout(this.#deadline)
      this.#resolve(value as Json)
    }
    this.#overIfDone()
    return undefined
  }

  /** `error` has come. Returns the violation. */
  failed(json: unknown): ErrorCause | undefined {
    if (this.#phase !== 'sent') return 'order'
    this.#phase = 'answered'
    this.#reject(decodeError(json))
    this.#overIfDone()
    return undefined
  }

  /** The event loop of the other side answers. */
  pong(): void {
    clearTimeout(this.#prompt)
  }

  /** Nobody waits for the call any more: the plugin is told, the caller and his streams get `error`, and a process that does not let go is ended. */
  abandon(why: 'deadline' | 'grace', error: PluginError): void {
    if (this.#phase === 'over' || this.#late) return
    this.#dismiss(why)
    this.#reject(error)
    for (const stream of this.#outputs.values()) if (!stream.ended) stream.cut(error)
  }

  /** The connection is gone: caller and streams get `error`; what has come of a stream that is not complete does not count. */
  lost(error: PluginError): void {
    this.#reject(error)
    this.#over()
    for (const stream of this.#outputs.values()) if (!stream.ended) stream.cut(error)
  }

  #resolve(value: Json): void {
    this.#settled = true
    const taken = new Set<number>()
    this.#settle.resolve({
      value,
      stream: (channel) => {
        const stream = this.#outputs.get(channel)
        if (!stream)
          throw new PluginError('protocol', `The result names stream ${channel}, which does not exist`, { details: { cause: 'order' } })
        taken.add(channel)
        return stream
      },
      close: () => {
        for (const stream of this.#outputs.values()) stream.close()
      },
      ended: this.ended,
    })
    if (this.#outputs.size === 0) return
    setImmediate(() => {
      for (const [channel, stream] of this.#outputs) if (!taken.has(channel)) stream.close()
    })
  }

  #reject(error: PluginError): void {
    if (this.#settled) return
    this.#settled = true
    this.#settle.reject(error)
  }

  #open(channel: number): Inbound {
    const stream = new Inbound(this.#session.port, this.id, channel)
    stream.onEnd = () => this.#overIfDone()
    stream.onClose = () => this.#left()
    stream.onBroken = (reason) => this.#session.violate('payload', `stream ${channel} of ${this.title}: ${reason}`)
    if (!this.request.whole) stream.onWait = () => this.#patience()
    return stream
  }

  #watch(): void {
    const { timeout, signal } = this.request
    if (timeout !== undefined && Number.isFinite(timeout))
      this.#deadline = setTimeout(() => this.#overdue(), Math.min(timeout, longestTimer))
    if (!signal) return
    const abort = () => this.abandon('grace', cancelled(signal, this.title))
    signal.addEventListener('abort', abort, { once: true })
    this.#cleanups.push(() => signal.removeEventListener('abort', abort))
  }

  #overdue(): void {
    this.abandon(
      'deadline',
      new PluginError('timeout', `${this.title} was not done after ${Math.round(this.request.timeout!)} ms`, {
        details: { cause: 'deadline' },
      }),
    )
  }

  /** The consumer of a stream waits for the plugin: it may, as long as the timeout says. While the plugin itself waits for input it is not its fault. */
  #patience(): () => void {
    const { timeout } = this.request
    if (timeout === undefined || !Number.isFinite(timeout)) return () => undefined
    const wait = Math.min(timeout, longestTimer)
    const check = () => {
      if ([...this.inputs.values()].some((input) => input.starving)) timer = setTimeout(check, wait)
      else this.#overdue()
    }
    let timer = setTimeout(check, wait)
    return () => clearTimeout(timer)
  }

  /** The consumer wants no more of a stream. When he wants none of them, the call has nobody to work for. */
  #left(): void {
    if (this.#late || this.#phase !== 'answered') return
    for (const stream of this.#outputs.values()) if (!stream.ended && !stream.closed) return
    this.#dismiss('grace')
  }

  #dismiss(why: 'deadline' | 'grace'): void {
    this.#late = true
    const { port, grace, open } = this.#session
    const stuck = () => {
      if (this.#phase !== 'over') this.#session.stuck(why, this)
    }
    port.sendText(messages.cancel.type, 0, this.id, JSON.stringify({ reason: why === 'deadline' ? 'timeout' : 'cancelled' }))
    this.#grace = setTimeout(stuck, grace)
    if (why !== 'deadline') return
    this.#prompt = setTimeout(stuck, open > 1 ? promptMilliseconds.shared : promptMilliseconds.alone)
    port.send(messages.ping.type, 0, this.id)
  }

  #overIfDone(): void {
    if (this.#phase !== 'answered') return
    for (const stream of this.#outputs.values()) if (!stream.ended) return
    this.#over()
  }

  #over(): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    for (const timer of [this.#deadline, this.#prompt, this.#grace]) clearTimeout(timer)
    for (const cleanup of this.#cleanups.splice(0)) quietly(cleanup)
    for (const input of this.inputs.values()) input.close()
    this.#controller?.abort()
    this.#session.over(this)
    this.#end.resolve()
  }
}

/** Why a caller's signal was aborted, as an error. */
export function cancelled(signal: AbortSignal, title: string): PluginError {
  return PluginError.is(signal.reason) ? signal.reason : new PluginError('cancelled', `${title} was cancelled`)
}

import { errorTable, type ErrorCode, type Json, PluginError } from '@cardcage/plugin'
import { encodeJson, isObject } from './json.ts'

/** Most of a message that is kept from the other side, in characters. */
const maxMessage = 4096

/** Most of an error's details as JSON, in characters. */
const maxDetails = 256 * 1024

/** An error as it travels: what `PluginError.toJSON` gives, without stack and cause. Details that cannot travel are left out, and that is said. */
export function encodeError(error: unknown): { readonly [key: string]: Json } {
  const known = PluginError.from(error)
  const details = overflowed(error) ? withCause(known.details, 'stack') : known.details
  return {
    code: known.code,
    message: String(known.message).slice(0, maxMessage),
    retryable: known.retryable,
    ...(known.retryAfter === undefined ? {} : { retryAfter: known.retryAfter }),
    origin: known.origin,
    ...(known.hint === undefined ? {} : { hint: String(known.hint).slice(0, maxMessage) }),
    ...(details === undefined ? {} : { details: portable(details) }),
  }
}

/** The error the other side sent; anything that is none becomes `internal`. */
export function decodeError(json: unknown): PluginError {
  const given = isObject(json) ? json : {}
  const code = (typeof given.code === 'string' && Object.hasOwn(errorTable, given.code) ? given.code : 'internal') as ErrorCode
  const origins = ['caller', 'plugin', 'upstream', 'kernel'] as const
  const origin = origins.find((one) => one === given.origin)
  return new PluginError(
    code,
    typeof given.message === 'string' ? given.message.slice(0, maxMessage) : 'The plugin failed without a message',
    {
      ...(typeof given.retryable === 'boolean' ? { retryable: given.retryable } : {}),
      ...(typeof given.retryAfter === 'number' && given.retryAfter >= 0 ? { retryAfter: given.retryAfter } : {}),
      ...(origin ? { origin } : {}),
      ...(typeof given.hint === 'string' ? { hint: given.hint.slice(0, maxMessage) } : {}),
      ...(given.details === undefined ? {} : { details: given.details as Json }),
    },
  )
}

/** An error with a cause among its details where it has none yet. */
export function withErrorCause(error: unknown, cause: string): PluginError {
  const known = PluginError.from(error)
  const details = withCause(known.details, cause)
  return new PluginError(known.code, known.message, {
    cause: error,
    retryable: known.retryable,
    origin: known.origin,
    ...(known.retryAfter === undefined ? {} : { retryAfter: known.retryAfter }),
    ...(known.hint === undefined ? {} : { hint: known.hint }),
    details,
  })
}

function portable(details: Json): Json {
  try {
    const text = encodeJson(details, 'details')
    return text.length <= maxDetails
      ? (JSON.parse(text) as Json)
      : { dropped: `details of ${text.length} characters, at most ${maxDetails} are carried` }
  } catch (error) {
    return { dropped: error instanceof Error ? error.message : String(error) }
  }
}

function overflowed(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack')
}

function withCause(details: Json | undefined, cause: string): Json {
  return isObject(details)
    ? { cause, ...(details as Record<string, Json>) }
    : { cause, ...(details === undefined ? {} : { given: details }) }
}

import { errorTable, type ErrorCode, type Json, PluginError } from '@cardcage/plugin'

/** Most of a message that is kept from the other side. */
const maxMessage = 4096

/** An error as it travels: what `PluginError.toJSON` gives, without stack and cause. */
export function encodeError(error: unknown): Json {
  const known = PluginError.from(error)
  const json = known.toJSON() as Record<string, Json>
  const details = stack(error) ? withCause(known.details, 'stack') : known.details
  return {
    ...json,
    message: known.message.slice(0, maxMessage),
    ...(known.hint === undefined ? { hint: null } : {}),
    ...(details === undefined ? {} : { details }),
  }
}

/** The error the other side sent; anything that is none becomes `internal`. */
export function decodeError(json: unknown): PluginError {
  const given = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>
  const code = (typeof given.code === 'string' && Object.hasOwn(errorTable, given.code) ? given.code : 'internal') as ErrorCode
  const origins = ['caller', 'plugin', 'upstream', 'kernel'] as const
  const origin = origins.find((one) => one === given.origin)
  return new PluginError(code, typeof given.message === 'string' ? given.message.slice(0, maxMessage) : 'The plugin failed without a message', {
    ...(typeof given.retryable === 'boolean' ? { retryable: given.retryable } : {}),
    ...(typeof given.retryAfter === 'number' && given.retryAfter >= 0 ? { retryAfter: given.retryAfter } : {}),
    ...(origin ? { origin } : {}),
    ...(typeof given.hint === 'string' ? { hint: given.hint.slice(0, maxMessage) } : {}),
    ...(given.details === undefined ? {} : { details: given.details as Json }),
  })
}

function stack(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack')
}

function withCause(details: Json | undefined, cause: string): Json {
  return typeof details === 'object' && details !== null && !Array.isArray(details) ? { cause, ...details } : { cause }
}

import { PluginError } from '@cardcage/plugin'

/**
 * The error with the place it came from. A new one: the error of a process that ended is shared by all its calls, and each has a place of its own.
 * What the error says of its place already is kept.
 */
export function errorAt(error: PluginError, at: Readonly<Record<string, string>>): PluginError {
  if (Object.keys(at).every((key) => Object.hasOwn(error.at, key))) return error
  return copyError(error, { at: { ...at, ...error.at } })
}

/** A copy of an error in which some things are said otherwise. */
export function copyError(
  error: PluginError,
  other: { message?: string; hint?: string; details?: PluginError['details']; at?: PluginError['at'] },
): PluginError {
  const { code, retryable, origin, retryAfter, hint = other.hint, details = other.details } = error
  const copy = new PluginError(code, other.message ?? error.message, {
    retryable,
    origin,
    ...('cause' in error ? { cause: error.cause } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(hint === undefined ? {} : { hint: other.hint ?? hint }),
    ...(details === undefined ? {} : { details: other.details ?? details }),
  })
  if (error.stack !== undefined) copy.stack = error.stack
  return Object.assign(copy, { at: other.at ?? error.at })
}

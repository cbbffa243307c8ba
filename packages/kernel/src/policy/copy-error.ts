import { PluginError } from '@cardcage/plugin'

/** What a copy of an error says otherwise. */
export interface Otherwise {
  readonly message?: string
  readonly hint?: string
  readonly details?: PluginError['details']
  readonly retryable?: boolean
  readonly at?: PluginError['at']
  readonly stack?: string
  readonly cause?: unknown
}

/** A copy of an error in which some things are said otherwise: callers that share a failure get one each. */
export function copyError(error: PluginError, other: Otherwise = {}): PluginError {
  const { code, message, retryable, origin, retryAfter, hint, details, at, stack } = { ...asOptions(error), ...other }
  const copy = new PluginError(code, message, {
    retryable,
    origin,
    ...('cause' in error ? { cause: other.cause ?? error.cause } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
  })
  if (stack !== undefined) copy.stack = stack
  return Object.assign(copy, { at })
}

function asOptions({ code, message, retryable, origin, retryAfter, hint, details, at, stack }: PluginError) {
  return { code, message, retryable, origin, retryAfter, hint, details, at, stack }
}

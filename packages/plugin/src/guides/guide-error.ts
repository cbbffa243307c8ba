/**
 * An error in a guide's form. The host knows it by its name and gives the caller the code of the one table that means the same.
 *
 * @see `errorTable` in the contract for the codes
 */
export class GuideError extends Error {
  /** What the message is about, for the caller: plain data. */
  readonly context: Readonly<Record<string, unknown>>

  constructor(message: string, context: Readonly<Record<string, unknown>> = {}, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.context = context
  }
}

/** The config does not fit: `invalid-config`. */
export class ConfigError extends GuideError {}

/** Something failed while it ran: `internal`; a message that begins with `Unsupported method` or `Unsupported plot type` is `not-found`. */
export class ExecutionError extends GuideError {}

/** An input or a parameter does not fit: `invalid-call`. */
export class ValidationError extends GuideError {}

/** There is nothing of that name: `not-found`. */
export class NotFound extends GuideError {}

/** The plugin cannot be loaded: `invalid-manifest`. */
export class LoadError extends GuideError {}

/** Something it depends on is missing: `incompatible`. */
export class DependencyError extends GuideError {}

/** Versions do not fit: `incompatible`. */
export class VersionIncompatible extends GuideError {
  constructor({ required, found }: { required: string; found: string }) {
    super(`Version ${required} is required, ${found} was found`, { required, found })
  }
}

/** Reading or writing failed: `unavailable`. */
export class IoError extends GuideError {}

/** Data cannot be read or written in its format: `invalid-data`. */
export class SerializationError extends GuideError {}

/** Platform Base's name of `ExecutionError`. */
export class PluginExecutionError extends GuideError {}

/** The plugin lacks something its host needs: `invalid-manifest`. */
export class PluginInterfaceError extends GuideError {}

/** Platform Base's name of `VersionIncompatible`. */
export class PluginVersionError extends GuideError {}

/** The fields of the recommendation guide's error; `Code` is one of the `ErrorCode…` constants. */
export interface PluginErrorFields {
  readonly Plugin: string
  readonly Operation: string
  readonly Message: string
  readonly Code: string
  readonly Cause?: unknown
  /** Default: what the code says. */
  readonly Retryable?: boolean
}

/**
 * `PluginError` as two guides print it: made from its fields (recommendation engine), or by the name of a variant (Chronos).
 *
 * @example
 * ```ts
 * import { ErrorCodeNotFound, PluginError } from '@cardcage/plugin/guides'
 *
 * const missing = new PluginError({ Plugin: 'crm', Operation: 'fetch_user', Message: 'user not found', Code: ErrorCodeNotFound })
 * if (missing.message !== 'crm: fetch_user: user not found') throw missing
 * if (PluginError.ConfigError('URL is required').name !== 'ConfigError') throw missing
 * ```
 */
export class PluginError extends Error {
  readonly Plugin: string
  readonly Operation: string
  readonly Message: string
  readonly Code: string
  readonly Cause: unknown
  readonly Retryable: boolean | undefined

  constructor({ Plugin, Operation, Message, Code, Cause, Retryable }: PluginErrorFields) {
    super([Plugin, Operation, Message, ...(Cause === undefined || Cause === null ? [] : [reasonOf(Cause)])].join(': '), { cause: Cause })
    this.name = 'PluginError'
    this.Plugin = Plugin
    this.Operation = Operation
    this.Message = Message
    this.Code = Code
    this.Cause = Cause
    this.Retryable = Retryable
  }

  static ConfigError(message: string): ConfigError {
    return new ConfigError(message)
  }

  static ExecutionError(message: string): ExecutionError {
    return new ExecutionError(message)
  }

  static ValidationError(message: string): ValidationError {
    return new ValidationError(message)
  }

  static NotFound(message: string): NotFound {
    return new NotFound(message)
  }

  static LoadError(message: string): LoadError {
    return new LoadError(message)
  }

  static DependencyError(message: string): DependencyError {
    return new DependencyError(message)
  }

  static VersionIncompatible(versions: { required: string; found: string }): VersionIncompatible {
    return new VersionIncompatible(versions)
  }

  static IoError(message: string): IoError {
    return new IoError(message)
  }

  static SerializationError(message: string): SerializationError {
    return new SerializationError(message)
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

/** The other side cannot be reached: `unavailable`. */
export const ErrorCodeConnection = 'CONNECTION_ERROR'

/** Credentials were refused: `unauthenticated`. */
export const ErrorCodeAuthentication = 'AUTH_ERROR'

/** Too many requests: `rate-limited`. */
export const ErrorCodeRateLimit = 'RATE_LIMIT_ERROR'

/** There is nothing of that name: `not-found`. */
export const ErrorCodeNotFound = 'NOT_FOUND'

/** The config does not fit: `invalid-config`. */
export const ErrorCodeInvalidConfig = 'INVALID_CONFIG'

/** The other side took too long: `timeout`. */
export const ErrorCodeTimeout = 'TIMEOUT_ERROR'

/** A quota is used up: `quota-exceeded`. */
export const ErrorCodeQuotaExceeded = 'QUOTA_EXCEEDED'

import type { Json } from './schema.ts'

/** Who is at fault. A breaker ignores `caller`. */
type Origin = 'caller' | 'plugin' | 'upstream' | 'kernel'

/** One row of the error table. */
export interface ErrorEntry {
  /** Exit code of the command line. */
  readonly exit: number
  /** HTTP status. */
  readonly http: number
  /** May the same call succeed later? */
  readonly retryable: boolean
  readonly origin: Origin
  /** What it means, in one sentence. */
  readonly meaning: string
  /** What the reader can do about it where the error itself says nothing better. */
  readonly hint: string
  /** The guides' names of the same failure. */
  readonly aliases: readonly string[]
}

/**
 * Every error code there is. Documentation, exit codes, HTTP statuses and `cardcage explain` are made from this table.
 * The codes are stable and kebab-case because they are also metric labels.
 */
export const errorTable = {
  'invalid-manifest': {
    exit: 3,
    http: 422,
    retryable: false,
    origin: 'plugin',
    meaning: "A plugin's manifest cannot be read, or says something that cannot be.",
    hint: 'Run `cardcage plugin dev validate PATH`: it lists every problem with its file, key and fix.',
    aliases: ['INVALID_MANIFEST', 'INTERFACE_ERROR', 'LOAD_ERROR'],
  },
  'invalid-config': {
    exit: 3,
    http: 422,
    retryable: false,
    origin: 'caller',
    meaning: 'The configuration of a slot does not fit the schema of its plugin.',
    hint: 'Compare the slot’s config with the schema shown by `cardcage plugin info SLOT`.',
    aliases: ['INVALID_CONFIG', 'ConfigError'],
  },
  'invalid-call': {
    exit: 3,
    http: 400,
    retryable: false,
    origin: 'caller',
    meaning: 'A parameter, a column role or an input of the call does not fit what the operation declares.',
    hint: 'See the parameters and inputs with `cardcage plugin info SLOT`.',
    aliases: ['VALIDATION_ERROR'],
  },
  'invalid-data': {
    exit: 3,
    http: 422,
    retryable: false,
    origin: 'caller',
    meaning: 'The data itself cannot be read or does not fit its schema.',
    hint: 'The message names the place: record, line, byte range or column.',
    aliases: ['SCHEMA_MISMATCH', 'SERIALIZATION_ERROR'],
  },
  'not-found': {
    exit: 5,
    http: 404,
    retryable: false,
    origin: 'caller',
    meaning: 'There is no plugin, slot, operation, file or column of that name.',
    hint: 'Run `cardcage plugin list` for what there is; the message names the nearest.',
    aliases: ['NOT_FOUND', 'Unsupported method', 'Unsupported plot type'],
  },
  conflict: {
    exit: 6,
    http: 409,
    retryable: false,
    origin: 'caller',
    meaning: 'Two things claim the same name, or what is there has changed meanwhile.',
    hint: 'The message names both sides: remove or rename one.',
    aliases: ['CONFLICT'],
  },
  unsupported: {
    exit: 3,
    http: 422,
    retryable: false,
    origin: 'caller',
    meaning: 'What was asked for is known but not done here.',
    hint: 'The message says what is supported instead.',
    aliases: [],
  },
  incompatible: {
    exit: 6,
    http: 409,
    retryable: false,
    origin: 'plugin',
    meaning: 'Versions do not fit: of the contract, the host, the protocol or a dependency.',
    hint: 'The message names both versions: install the one it asks for.',
    aliases: ['VERSION_INCOMPATIBLE', 'DEPENDENCY_ERROR'],
  },
  unauthenticated: {
    exit: 4,
    http: 401,
    retryable: false,
    origin: 'caller',
    meaning: 'Credentials are missing or were refused.',
    hint: 'Check the credential in the slot’s config; it may have expired.',
    aliases: ['AUTH_ERROR'],
  },
  forbidden: {
    exit: 4,
    http: 403,
    retryable: false,
    origin: 'caller',
    meaning: 'The caller is known but may not do this.',
    hint: 'Ask whoever runs this host for the permission named in the message.',
    aliases: [],
  },
  'permission-denied': {
    exit: 4,
    http: 403,
    retryable: false,
    origin: 'plugin',
    meaning: 'The plugin reached for something its manifest was not granted.',
    hint: 'If the plugin should have it, add the permission named in the message to its manifest.',
    aliases: ['SANDBOX_VIOLATION'],
  },
  'rate-limited': {
    exit: 7,
    http: 429,
    retryable: true,
    origin: 'upstream',
    meaning: 'Too many requests in a short time.',
    hint: 'Wait for the time given in `retryAfter`, then try again.',
    aliases: ['RATE_LIMIT_ERROR'],
  },
  'quota-exceeded': {
    exit: 7,
    http: 429,
    retryable: false,
    origin: 'upstream',
    meaning: 'A quota is used up; waiting a moment does not help.',
    hint: 'Raise the quota with the provider, or wait until it is renewed.',
    aliases: ['QUOTA_EXCEEDED'],
  },
  'limit-exceeded': {
    exit: 7,
    http: 507,
    retryable: false,
    origin: 'plugin',
    meaning: 'The call or its plugin went over a limit: memory, size, rows, output.',
    hint: 'Give it less data, use a streaming operation, or raise the limit named in the message.',
    aliases: ['RESOURCE_LIMIT'],
  },
  unavailable: {
    exit: 7,
    http: 503,
    retryable: true,
    origin: 'upstream',
    meaning: 'The other side cannot be reached or cannot answer now.',
    hint: 'Try again; if it stays so, check the address and that the other side runs.',
    aliases: ['CONNECTION_ERROR', 'IO_ERROR'],
  },
  timeout: {
    exit: 8,
    http: 504,
    retryable: true,
    origin: 'plugin',
    meaning: 'The call was not done at its deadline; its plugin was stopped.',
    hint: 'Give it more time with `--timeout`, or less data.',
    aliases: ['TIMEOUT_ERROR'],
  },
  cancelled: {
    exit: 130,
    http: 499,
    retryable: false,
    origin: 'caller',
    meaning: 'The caller took the call back.',
    hint: 'Nothing to do: it was asked for.',
    aliases: [],
  },
  crashed: {
    exit: 7,
    http: 502,
    retryable: true,
    origin: 'plugin',
    meaning: 'The plugin’s process ended during the call; `details` says how, with its last log lines.',
    hint: 'Read `details.cause` and the last log lines; report it to the author of the plugin.',
    aliases: ['EXECUTION_ERROR'],
  },
  protocol: {
    exit: 7,
    http: 502,
    retryable: false,
    origin: 'plugin',
    meaning: 'The plugin’s process sent something that is not the wire protocol, and was stopped.',
    hint: 'The plugin writes to the host’s channel by itself: report it to its author.',
    aliases: [],
  },
  quarantined: {
    exit: 7,
    http: 503,
    retryable: false,
    origin: 'plugin',
    meaning: 'The slot was taken out of service after repeated failures.',
    hint: 'Look at the last failure with `cardcage plugin info SLOT`, then `cardcage plugin release SLOT`.',
    aliases: ['QUARANTINED'],
  },
  internal: {
    exit: 1,
    http: 500,
    retryable: false,
    origin: 'plugin',
    meaning: 'Something was thrown that is not a PluginError: a bug in the plugin or in Cardcage.',
    hint: 'Run again with `--verbose` for the stack trace, and report it.',
    aliases: ['INTERNAL'],
  },
} as const satisfies Record<string, ErrorEntry>

/** Stable and low-cardinality: retry rule, exit code, HTTP status and metric label hang on it. */
export type ErrorCode = keyof typeof errorTable

/** The finer word in `details.cause`; a closed list, one line of meaning each. */
export const errorCauses = {
  heap: 'the JavaScript heap was full',
  oom: 'the process used more memory than its limit',
  deadline: 'the call was not done at its deadline and the process was killed',
  signal: 'the process was ended by a signal',
  exit: 'the process ended itself',
  load: 'the entry module could not be loaded or `setup` failed',
  stack: 'the call stack overflowed',
  garbage: 'bytes on the channel that are not a frame of the protocol',
  frame: 'a frame larger than the protocol allows',
  order: 'a message out of place: an unknown call, a second answer, a stream that was closed',
  credit: 'more bytes sent than the receiver had granted',
  payload: 'a message whose payload cannot be read',
  flood: 'more output than a plugin may make',
  start: 'the process did not become ready in time',
  grace: 'the call was cancelled and the plugin did not stop in the time of grace',
  gone: 'the process was stopped while the call ran',
} as const

/** One word of `errorCauses`. */
export type ErrorCause = keyof typeof errorCauses

interface Options {
  cause?: unknown
  retryable?: boolean
  retryAfter?: number
  origin?: Origin
  hint?: string
  details?: Json
}

const brand = Symbol.for('cardcage.PluginError')

/**
 * The only error that crosses a slot. Anything else thrown becomes `internal` with the original as `cause`.
 *
 * @example
 * ```ts
 * import { PluginError } from '@cardcage/plugin'
 *
 * export const error = new PluginError('unavailable', 'CRM answered 503', { retryAfter: 2000 })
 * if (!error.retryable || error.code !== 'unavailable') throw error
 * ```
 */
export class PluginError extends Error {
  static {
    Object.defineProperty(this.prototype, brand, { value: true })
  }

  readonly code: ErrorCode
  /** May the same call succeed later? Default by code; false once a retry policy is spent. */
  readonly retryable: boolean
  /** Milliseconds to wait before a retry. */
  declare readonly retryAfter?: number
  /** Who is at fault. A breaker ignores `caller`. */
  readonly origin: Origin
  /** What the reader can do about it. */
  declare readonly hint?: string
  /** Stamped by the kernel: slot, plugin, version, kind, operation. */
  readonly at: Readonly<Record<string, string>> = {}
  declare readonly details?: Json

  constructor(code: ErrorCode, message: string, options: Options = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    const entry: ErrorEntry = errorTable[code] ?? errorTable.internal
    this.name = 'PluginError'
    this.code = code in errorTable ? code : 'internal'
    this.retryable = options.retryable ?? entry.retryable
    this.origin = options.origin ?? entry.origin
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter
    if (options.hint !== undefined) this.hint = options.hint
    if (options.details !== undefined) this.details = options.details
  }

  /** Brand check; holds across processes and duplicate installs. */
  static is(value: unknown): value is PluginError {
    return typeof value === 'object' && value !== null && brand in value
  }

  /** Any thrown value as a PluginError. */
  static from(value: unknown): PluginError {
    if (PluginError.is(value)) return value
    if (value instanceof Error && value.name === 'AbortError') return new PluginError('cancelled', value.message, { cause: value })
    const message = value instanceof Error ? value.message || value.name : `Something was thrown that is not an error: ${describe(value)}`
    return new PluginError('internal', message, { cause: value })
  }

  /** The error as JSON, without stack and cause; `details` only where it is JSON. */
  toJSON(): Json {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      ...(this.retryAfter === undefined ? {} : { retryAfter: this.retryAfter }),
      origin: this.origin,
      hint: this.hint ?? errorTable[this.code].hint,
      at: this.at,
      ...(this.details === undefined ? {} : { details: this.details }),
    }
  }
}

function describe(value: unknown): string {
  try {
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  } catch {
    return Object.prototype.toString.call(value)
  }
}

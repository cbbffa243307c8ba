import { knownFailure } from './known-failure.ts'
import { withoutStacks } from './without-stacks.ts'
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
  /** What it usually comes from, two to four sentences. */
  readonly causes: readonly string[]
  /** Steps that repair it, in order. */
  readonly fix: readonly string[]
  /** The guides' names of the same failure; one that several codes share stands with each. */
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
    causes: [
      'The manifest is not JSON, TOML or YAML: a comma too many, a quote left open, a tab; or it is in two dialects at once.',
      'A key has a value that cannot be: `version` is not semantic, `entry` names no file, a range has its ends the wrong way round.',
      'The entry module does not export what `definePlugin` returns, or returns a kind that does not exist.',
    ],
    fix: ['Go to the file, line and key the message names.', 'Run `cardcage plugin dev validate PATH` to see every problem at once.'],
    aliases: [
      'INVALID_MANIFEST',
      'INTERFACE_ERROR',
      'LOAD_ERROR',
      'LoadError',
      'SymbolNotFound',
      'ValidationFailed',
      'ValidationError',
      'PluginInterfaceError',
      'ConfigError',
      'Failed to load manifest',
    ],
  },
  'invalid-config': {
    exit: 3,
    http: 422,
    retryable: false,
    origin: 'caller',
    meaning: 'The configuration of a slot does not fit the schema of its plugin.',
    hint: 'Compare the slot’s config with the schema shown by `cardcage plugin info SLOT`.',
    causes: [
      'A key that the plugin’s schema requires is not set.',
      'A value is of another type or outside its range, or an environment variable it names is not set.',
      'The configuration file is not YAML, TOML or JSON, or has a key nobody knows.',
    ],
    fix: [
      'See what the plugin takes with `cardcage plugin info SLOT`.',
      'See where a value comes from with `cardcage config explain KEY`, and everything that is wrong with `cardcage config validate`.',
    ],
    aliases: ['INVALID_CONFIG', 'InvalidConfig', 'ErrorCodeInvalidConfig', 'ConfigError'],
  },
  'invalid-call': {
    exit: 3,
    http: 400,
    retryable: false,
    origin: 'caller',
    meaning: 'A parameter, a column role or an input of the call does not fit what the operation declares.',
    hint: 'See the parameters and inputs with `cardcage plugin info SLOT`.',
    causes: [
      'A parameter is misspelt, missing, of another type or outside its range.',
      'It is not clear which column plays a role, or the column is of another type.',
      'An input is missing, given twice, or has too few or too many rows.',
    ],
    fix: [
      'Read the parameters, roles and inputs with `cardcage plugin info SLOT`.',
      'Give parameters with `-p name=value` and columns with `--column role=name`.',
    ],
    aliases: ['VALIDATION_ERROR', 'ValidationError'],
  },
  'invalid-data': {
    exit: 3,
    http: 422,
    retryable: false,
    origin: 'caller',
    meaning: 'The data itself cannot be read or does not fit its schema.',
    hint: 'Correct it at the place the message names: record, line, byte range or column. What a plugin made itself is for its author.',
    causes: [
      'A file is damaged, empty, not UTF-8, or not in the format its extension says.',
      'A record has another number of cells, or a value that does not fit its column.',
      'The plugin returned something else than it promises; then `origin` is `plugin`.',
    ],
    fix: [
      'Correct the data at the place the message names, or read on without such records: `--on-reject leave-out` or `--on-reject null`.',
      'Where the format was guessed wrongly, name it: `cardcage plugin call csv.format.csv --input FILE`.',
    ],
    aliases: [
      'SCHEMA_MISMATCH',
      'SERIALIZATION_ERROR',
      'SerializationError',
      'ValidationError',
      'DataLoadError',
      'SchemaDetectionError',
      'ExportError',
    ],
  },
  'not-found': {
    exit: 5,
    http: 404,
    retryable: false,
    origin: 'caller',
    meaning: 'There is no plugin, slot, operation, file or column of that name.',
    hint: 'Run `cardcage plugin list` for what there is.',
    causes: [
      'The name is misspelt: of a command’s method, a plot type, a slot or a column.',
      'The folder of the plugin was not given with `--plugins`, or its plugin failed to load.',
      'The path of a file is looked up from another folder.',
    ],
    fix: ['Take the name the hint proposes.', 'See what there is, and what failed and why, with `cardcage plugin list`.'],
    aliases: ['NOT_FOUND', 'NotFound', 'ErrorCodeNotFound', 'Unsupported method', 'Unsupported plot type'],
  },
  conflict: {
    exit: 6,
    http: 409,
    retryable: false,
    origin: 'caller',
    meaning: 'Two things claim the same name, or what is there has changed meanwhile.',
    hint: 'The message names both sides: remove or rename one.',
    causes: [
      'Two plugins provide something of the same name, and only the name was given.',
      'Two folders hold the same release of a plugin.',
      'A file or folder that would be made is there already.',
    ],
    fix: ['Give the full address: `slot.kind.name`.', 'Remove or rename one of the two the message names, or choose another place.'],
    aliases: ['CONFLICT'],
  },
  unsupported: {
    exit: 3,
    http: 422,
    retryable: false,
    origin: 'caller',
    meaning: 'What was asked for is known but not done here.',
    hint: 'Ask for what is supported: `cardcage plugin info SLOT` says what that is.',
    causes: [
      'No format plugin knows the extension or the bytes of a file.',
      'No exporter makes the media type of a figure.',
      'A format can be read but not written, or written but not read.',
    ],
    fix: ['Use an extension the hint names.', 'Add the plugin that can do it with `--plugins DIR`.'],
    aliases: ['UNSUPPORTED'],
  },
  incompatible: {
    exit: 6,
    http: 409,
    retryable: false,
    origin: 'plugin',
    meaning: 'Versions do not fit: of the contract, the host, the protocol or a dependency.',
    hint: 'The message names both versions: install the one it asks for.',
    causes: [
      'A dependency is missing, too old, disabled, or needs the plugin itself in a circle.',
      'The plugin was written for another contract, host or runtime.',
      'It asks for stronger isolation than this host offers.',
    ],
    fix: ['Install the version the message asks for.', 'Where nothing offers it, change the range in the manifest of the plugin.'],
    aliases: ['VERSION_INCOMPATIBLE', 'VersionIncompatible', 'DEPENDENCY_ERROR', 'DependencyError', 'PluginVersionError'],
  },
  unauthenticated: {
    exit: 4,
    http: 401,
    retryable: false,
    origin: 'caller',
    meaning: 'Credentials are missing or were refused.',
    hint: 'Check the credential in the slot’s config; it may have expired.',
    causes: ['The key or password in the slot’s config is missing, mistyped or has expired.', 'The other side answered 401.'],
    fix: ['Check that the environment variable the config names is set.', 'Make a new key with the provider and put it there.'],
    aliases: ['AUTH_ERROR', 'Authentication', 'ErrorCodeAuthentication'],
  },
  forbidden: {
    exit: 4,
    http: 403,
    retryable: false,
    origin: 'caller',
    meaning: 'The caller is known but may not do this.',
    hint: 'Ask whoever runs this host for the permission named in the message.',
    causes: [
      'The credential is good but its role does not include this.',
      'This user may not read or write the file.',
      'The other side answered 403.',
    ],
    fix: ['Ask for the role or scope the message names.', 'For a file, change who may write it, or choose another place.'],
    aliases: [],
  },
  'permission-denied': {
    exit: 4,
    http: 403,
    retryable: false,
    origin: 'plugin',
    meaning: 'The plugin reached for something its manifest was not granted.',
    hint: 'If the plugin should have it, add the permission named in the message to its manifest.',
    causes: [
      'The plugin reads or writes a file outside its own folder.',
      'It opens a socket, starts a process or a worker, or loads native code.',
      'It fetches from a host its manifest does not name.',
    ],
    fix: [
      'If it should have it, add the line the hint shows to its manifest and give the reason.',
      'If it should not, report it to its author: nothing was read or sent.',
    ],
    aliases: ['SANDBOX_VIOLATION', 'SecurityViolation', 'forbidden_import', 'unauthorized_import'],
  },
  'rate-limited': {
    exit: 7,
    http: 429,
    retryable: true,
    origin: 'upstream',
    meaning: 'Too many requests in a short time.',
    hint: 'Wait for the time given in `retryAfter`, then try again.',
    causes: ['More requests in a second or minute than the provider, or the slot’s policy, allows.', 'Several programs share one key.'],
    fix: ['Wait for `retryAfter` milliseconds, then try again.', 'Ask less often: cache answers, or lower the concurrency of the slot.'],
    aliases: ['RATE_LIMIT_ERROR', 'RateLimit', 'ErrorCodeRateLimit'],
  },
  'quota-exceeded': {
    exit: 7,
    http: 429,
    retryable: false,
    origin: 'upstream',
    meaning: 'A quota is used up; waiting a moment does not help.',
    hint: 'Raise the quota with the provider, or wait until it is renewed.',
    causes: ['The day’s, month’s or plan’s quota with the provider is used up.'],
    fix: ['Look at the provider’s console when the quota is renewed.', 'Raise the quota, or use another key.'],
    aliases: ['QUOTA_EXCEEDED', 'QuotaExceeded', 'ErrorCodeQuotaExceeded'],
  },
  'limit-exceeded': {
    exit: 7,
    http: 507,
    retryable: false,
    origin: 'plugin',
    meaning: 'The call or its plugin went over a limit: memory, size, rows, output.',
    hint: 'Give it less data, use a streaming operation, or raise the limit named in the message.',
    causes: [
      'The input is larger than the memory the plugin may use.',
      'The plugin keeps all rows where it could stream them.',
      'Findings are returned as one JSON value where they should be a table.',
    ],
    fix: [
      'Select fewer columns or rows, or use an operation whose input is a stream.',
      'Raise the limit the message names: `limits.memory` in the manifest, for example.',
    ],
    aliases: ['RESOURCE_LIMIT', 'memory_limit', 'cpu_limit'],
  },
  unavailable: {
    exit: 7,
    http: 503,
    retryable: true,
    origin: 'upstream',
    meaning: 'The other side cannot be reached or cannot answer now.',
    hint: 'Try again; if it stays so, check the address and that the other side runs.',
    causes: [
      'The other side is down, refuses the connection or answers 5xx.',
      'The address in the config is wrong, or a proxy stands between.',
      'The slot is disabled, stopping, or waits before it is tried again.',
    ],
    fix: [
      'Try again later; a slot’s retry policy does so by itself.',
      'Check the address with `cardcage plugin info SLOT`, and that the other side runs.',
    ],
    aliases: ['CONNECTION_ERROR', 'Connection', 'ErrorCodeConnection', 'IO_ERROR', 'IoError', 'ExportError', 'CacheError'],
  },
  timeout: {
    exit: 8,
    http: 504,
    retryable: true,
    origin: 'plugin',
    meaning: 'The call was not done at its deadline; its plugin was stopped.',
    hint: 'Give it more time with `--timeout`, or less data.',
    causes: [
      'There is more data than the deadline allows for.',
      'The plugin waits for another side that does not answer.',
      'The plugin is in an endless loop, or its `setup` never ends.',
    ],
    fix: [
      'Give it more time: `--timeout 5m`, or `limits.timeout` in the manifest.',
      'Give it less data. If little data takes as long, report it to the author of the plugin.',
    ],
    aliases: ['TIMEOUT_ERROR', 'Timeout', 'ErrorCodeTimeout', 'timed out'],
  },
  cancelled: {
    exit: 130,
    http: 499,
    retryable: false,
    origin: 'caller',
    meaning: 'The caller took the call back.',
    hint: 'Nothing to do: it was asked for.',
    causes: ['Ctrl-C or SIGTERM while the call ran.', 'The program that called aborted its signal, or closed the connection.'],
    fix: ['Nothing: call again when it is wanted.'],
    aliases: [],
  },
  crashed: {
    exit: 7,
    http: 502,
    retryable: true,
    origin: 'plugin',
    meaning: 'The plugin’s process ended during the call; `details` says how, with its last log lines.',
    hint: 'Read `details.cause` and the last log lines; report it to the author of the plugin.',
    causes: [
      'The plugin called `process.exit`, or an error was thrown outside any call.',
      'Native code aborted, or the system killed the process.',
      'Its process was ended for another call that did not stop.',
    ],
    fix: [
      'Read `details.cause`, the exit code or signal, and the last log lines.',
      'Run again with `--verbose` to see all of its log, and report it to the author of the plugin.',
    ],
    aliases: ['EXECUTION_ERROR', 'ExecutionError', 'PluginExecutionError'],
  },
  protocol: {
    exit: 7,
    http: 502,
    retryable: false,
    origin: 'plugin',
    meaning: 'The plugin’s process sent something that is not the wire protocol, and was stopped.',
    hint: 'The plugin writes to the host’s channel by itself: report it to its author.',
    causes: ['The plugin, or a library it uses, writes to descriptor 3 by itself.', 'The plugin was made to attack its host.'],
    fix: ['Do not call it again with data that matters; look at what the last log lines say.', 'Report it to the author of the plugin.'],
    aliases: [],
  },
  quarantined: {
    exit: 7,
    http: 503,
    retryable: false,
    origin: 'plugin',
    meaning: 'The slot was taken out of service after repeated failures.',
    hint: 'Look at the last failure with `cardcage plugin info SLOT`, then `cardcage plugin release SLOT`.',
    causes: [
      'It crashed, timed out or failed to start five times in a row.',
      'It is remembered in the workspace, so it also holds after a restart.',
    ],
    fix: [
      'See the last failure with `cardcage plugin info SLOT` and repair it.',
      'End the quarantine with `cardcage plugin release SLOT`.',
    ],
    aliases: ['QUARANTINED'],
  },
  internal: {
    exit: 1,
    http: 500,
    retryable: false,
    origin: 'plugin',
    meaning: 'Something was thrown that is not a PluginError: a bug in the plugin or in Cardcage.',
    hint: 'Run again with `--verbose` for the stack trace, and report it.',
    causes: [
      'The plugin has a bug: it threw a TypeError, a text, or whatever a library threw.',
      'Its entry module does not load: a syntax error, an import that is not there, a throw in `setup`.',
      'Cardcage has a bug; then `origin` is `kernel`.',
    ],
    fix: [
      'Run again with `--verbose` for the stack trace.',
      'Report it with that trace: to the author of the plugin, or to Cardcage where `origin` is `kernel`.',
    ],
    aliases: [
      'INTERNAL',
      'LOAD_ERROR',
      'LoadError',
      'LibraryNotFound',
      'InitializationFailed',
      'EXECUTION_ERROR',
      'ExecutionError',
      'PluginExecutionError',
    ],
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
    this.name = 'PluginError'
    this.code = Object.hasOwn(errorTable, code) ? code : 'internal'
    const entry: ErrorEntry = errorTable[this.code]
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

  /** Any thrown value as a PluginError: what Node’s permission model refused is `permission-denied`, an abort `cancelled`, anything else `internal`. */
  static from(value: unknown): PluginError {
    if (PluginError.is(value)) return value
    const known = knownFailure(value)
    if (known) return new PluginError(known.code, known.message, { cause: value, hint: known.hint, details: known.details })
    if (value instanceof Error && value.name === 'AbortError') return new PluginError('cancelled', value.message, { cause: value })
    const message =
      value instanceof Error
        ? withPlace(value, value.message || value.name)
        : `Something was thrown that is not an error: ${describe(value)}`
    return new PluginError('internal', message, { cause: value })
  }

  /**
   * The error as everyone may see it: on the command line, over HTTP, in a log. Without cause and without stack traces, also those in its texts. Where it has
   * no hint of its own, that of its code, with its slot's name filled in.
   */
  toJSON(): Json {
    const hint = this.hint ?? errorTable[this.code].hint.replaceAll('SLOT', this.at['slot'] ?? 'SLOT')
    return {
      code: this.code,
      message: withoutStacks(this.message),
      retryable: this.retryable,
      ...(this.retryAfter === undefined ? {} : { retryAfter: this.retryAfter }),
      origin: this.origin,
      hint: withoutStacks(hint),
      at: this.at,
      ...(this.details === undefined ? {} : { details: withoutStacks(this.details) }),
    }
  }
}

/** The message with file and line where Node only says them in the stack: it does for a module whose TypeScript cannot be read. */
function withPlace({ name, stack = '' }: Error, message: string): string {
  const [, place] = (name === 'SyntaxError' && /^file:\/\/(\/.+:\d+)\n/.exec(stack)) || []
  return place === undefined ? message : `${place}: ${message}`
}

function describe(value: unknown): string {
  try {
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  } catch {
    return Object.prototype.toString.call(value)
  }
}

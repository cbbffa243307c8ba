import { type ErrorCode, errorTable, type Json, PluginError } from '@cardcage/plugin'
import { isRecord, member, textOf } from './spelling.ts'

/** Codes by the guides' names of errors: the aliases of the error table, and here those that it has not, or has of several codes. */
const codes: Readonly<Record<string, ErrorCode>> = {
  ...Object.fromEntries(Object.entries(errorTable).flatMap(([code, { aliases }]) => aliases.map((alias) => [alias, code as ErrorCode]))),
  LOAD_ERROR: 'invalid-manifest',
  LoadError: 'invalid-manifest',
  UnsupportedPlatform: 'incompatible',
  PluginInterfaceError: 'invalid-manifest',
  ConfigError: 'invalid-config',
  ValidationError: 'invalid-call',
  ExportError: 'unavailable',
  // The process has not crashed: its code has said no.
  EXECUTION_ERROR: 'internal',
  ExecutionError: 'internal',
  PluginExecutionError: 'internal',
  PlatformError: 'internal',
  InterpolationError: 'internal',
  CalculusError: 'internal',
  DownsampleError: 'internal',
  StreamingError: 'internal',
}

/**
 * Anything thrown by a plugin in a guide's form. What has a guide's name of an error, as its `code`, `kind`, `name`, class or only key, becomes the error of
 * the code that means the same, with its message, its `retryable`, its context as details and itself as cause; all else is left as it is.
 *
 * @param otherwise code of an error that has none of the names; default: it stays what it is
 */
export function guideError(thrown: unknown, otherwise?: ErrorCode): unknown {
  if (PluginError.is(thrown)) return thrown
  const variant = variantOfError(thrown)
  if (variant) return guideError(variant, otherwise)
  const name = namesOf(thrown).find((one) => Object.hasOwn(codes, one))
  const isBug = thrown instanceof TypeError || thrown instanceof ReferenceError || (thrown instanceof Error && thrown.name === 'AbortError')
  const code = name === undefined ? (isBug ? undefined : otherwise) : codes[name]
  if (code === undefined) return thrown
  const message = messageOf(thrown) || `The plugin failed with ${name ?? 'an error'}`
  const retryable = member(thrown, 'retryable')
  const seconds = member(thrown, 'retryAfter')
  return new PluginError(code === 'internal' && /^Unsupported (?:method|plot type)\b/.test(message) ? 'not-found' : code, message, {
    cause: thrown,
    ...(typeof retryable === 'boolean' ? { retryable } : {}),
    ...(typeof seconds === 'number' && seconds >= 0 ? { retryAfter: seconds * 1000 } : {}),
    ...detailsOf(thrown),
  })
}

/** Run a piece of a plugin; what it throws is thrown as the contract's error. */
export async function guarded<T>(work: () => T | PromiseLike<T>, otherwise?: ErrorCode): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw guideError(error, otherwise)
  }
}

/** A variant with its content, `{ ConfigError: 'URL is required' }`, as something with a kind and a message. */
function variantOfError(thrown: unknown): object | undefined {
  if (!isRecord(thrown) || thrown instanceof Error) return undefined
  const [only, second] = Object.entries(thrown)
  if (!only || second || !Object.hasOwn(codes, only[0])) return undefined
  const [kind, content] = only
  return isRecord(content) ? { kind, context: content, message: member(content, 'message') } : { kind, message: String(content) }
}

function namesOf(thrown: unknown): readonly string[] {
  const said = ['code', 'kind', 'name'].map((key) => member(thrown, key))
  const made = typeof thrown === 'object' && thrown !== null ? (thrown.constructor as { name?: unknown } | undefined)?.name : undefined
  return [...said, made].filter((name) => typeof name === 'string')
}

/** The message as its guide prints it: `plugin: operation: message: cause` where an object that is no error says these. */
function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  const cause = member(thrown, 'cause')
  const parts = [member(thrown, 'plugin'), member(thrown, 'operation'), member(thrown, 'message')].filter(
    (part) => typeof part === 'string',
  )
  return [...parts, ...(cause === undefined || cause === null ? [] : [cause instanceof Error ? cause.message : textOf(cause)])].join(': ')
}

function detailsOf(thrown: unknown): { details?: Json } {
  const context = member(thrown, 'context')
  const versions = { required: member(thrown, 'required'), found: member(thrown, 'found') }
  const said = { ...(isRecord(context) ? context : {}), ...(versions.required === undefined ? {} : versions) }
  try {
    return Object.keys(said).length === 0 ? {} : { details: JSON.parse(JSON.stringify(said)) as Json }
  } catch {
    return {}
  }
}

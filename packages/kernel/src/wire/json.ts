import { PluginError } from '@cardcage/plugin'

/** Deepest nesting of a JSON payload. */
export const maxDepth = 256

/**
 * JSON of what a plugin hands over.
 *
 * @throws {PluginError} `invalid-data` for what is not JSON, has a key `__proto__`, or is nested deeper than 256
 */
export function encodeJson(value: unknown, what: string): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    throw notJson(
      what,
      error instanceof RangeError ? 'it is nested too deeply' : error instanceof Error ? error.message.split('\n')[0]! : String(error),
      error,
    )
  }
  if (text === undefined) throw notJson(what, `a ${typeof value}`)
  const fault = faultOf(text, value)
  if (fault !== undefined) throw notJson(what, fault)
  return text
}

/** Read a JSON payload of the other side. @throws what is not JSON, has a key `__proto__`, or is nested deeper than 256 */
export function decodeJson(payload: Uint8Array): unknown {
  const text = (payload instanceof Buffer ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.length)).toString()
  if (tooDeep(text)) throw new TypeError('it is nested too deeply')
  const value: unknown = JSON.parse(text)
  const fault = faultOf(text, value)
  if (fault !== undefined) throw new TypeError(fault)
  return value
}

/** Read a JSON payload that must be an object. @throws what is none */
export function decodeObject(payload: Uint8Array): Record<string, unknown> {
  const value = decodeJson(payload)
  if (!isObject(value)) throw new TypeError('not a JSON object')
  return value
}

/** Is it a JSON object? */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function notJson(what: string, why: string, cause?: unknown): PluginError {
  return new PluginError('invalid-data', `${what} is not plain JSON: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
    origin: 'plugin',
    hint: 'Give plain JSON values; put data into tables.',
  })
}

function faultOf(text: string, value: unknown): string | undefined {
  if (tooDeep(text)) return 'it is nested too deeply'
  return (text.includes('__proto__') || text.includes('\\u00')) && hasProtoKey(value) ? 'it has a key __proto__' : undefined
}

function hasProtoKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProtoKey)
}

/** Looks at brackets outside of strings only; a text that is not JSON may be judged either way. */
function tooDeep(text: string): boolean {
  if (text.length <= maxDepth * 2) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) {
      for (at++; at < text.length && text.charCodeAt(at) !== 0x22; at++) if (text.charCodeAt(at) === 0x5c) at++
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > maxDepth) return true
    } else if (code === 0x5d || code === 0x7d) depth--
  }
  return false
}

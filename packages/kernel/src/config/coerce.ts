import type { Json } from '@cardcage/plugin'
import { isUnsafe } from '../manifest/schema-node.ts'
import type { JsonSchema } from '../manifest/manifest.ts'

/**
 * A text from a command line, an environment or a query as the type a schema asks for; the text itself where it is none ("two" stays) or
 * where the schema takes text. A list may be JSON or separated by commas.
 */
export function coerce(text: string, types: readonly string[], schema: JsonSchema): Json {
  if (types.includes('string')) return text
  if (types.length === 0) return coerceToAllowed(text, schema)
  for (const type of types) {
    const coerced = coercions[type]?.(text.trim())
    if (coerced !== undefined) return coerced
  }
  return text
}

const coercions: Readonly<Record<string, (text: string) => Json | undefined>> = {
  null: (text) => (text === 'null' ? null : undefined),
  boolean: (text) => (/^(?:true|yes|on|1)$/i.test(text) ? true : /^(?:false|no|off|0)$/i.test(text) ? false : undefined),
  integer: (text) => {
    const number = toNumber(text)
    return Number.isSafeInteger(number) ? number : undefined
  },
  number: toNumber,
  array: (text) => (text.startsWith('[') ? toJson(text) : text === '' ? [] : text.split(',').map((item) => item.trim())),
  object: (text) => (text.startsWith('{') ? toJson(text) : undefined),
}

function toNumber(text: string): number | undefined {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return undefined
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

function toJson(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json
    return isUnsafe(value) ? undefined : value
  } catch {
    return undefined
  }
}

/** Where a schema names its values but no type: the value that is written so. */
function coerceToAllowed(text: string, schema: JsonSchema): Json {
  const allowed = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']!] : []
  if (allowed.includes(text)) return text
  return allowed.find((value) => typeof value !== 'object' && String(value) === text) ?? text
}

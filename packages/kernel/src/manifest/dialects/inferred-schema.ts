import type { Json } from '@cardcage/plugin'
import type { JsonSchema } from '../manifest.ts'
import { isObject } from '../schema-node.ts'
import type { Raw } from './translation.ts'

/**
 * A JSON Schema for config of which only values are known: each key with the type and the default of its value. What `${VAR:-30}` stands for has the type of
 * the fallback and no default of its own. Texts whose key ends like that of a secret (`api_key`, `password`, `token` …) are sensitive, and their value is no default.
 */
export function inferredSchema(config: Raw): JsonSchema {
  return { type: 'object', properties: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, schemaOf(key, value)])) }
}

function schemaOf(key: string, value: Json): JsonSchema {
  if (isObject(value)) return inferredSchema(value)
  if ((typeof value === 'string' || value === null) && isSecretKey(key))
    return { ...(value === null ? {} : { type: 'string' }), sensitive: true }
  if (value === null) return { default: null }
  if (Array.isArray(value)) return { type: 'array', ...(hasVariable(value) ? {} : { default: value }) }
  const [, fallback] = typeof value === 'string' ? (/^\$\{[^{}]*?:-([^{}]*)\}$/.exec(value) ?? []) : []
  if (fallback !== undefined) return { type: typeOfText(fallback) }
  return hasVariable(value) ? {} : { type: typeof value, default: value }
}

function typeOfText(text: string): string {
  if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return 'number'
  return text === 'true' || text === 'false' ? 'boolean' : 'string'
}

function hasVariable(value: Json): boolean {
  return JSON.stringify(value).includes('${')
}

function isSecretKey(key: string): boolean {
  const words = key.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase()
  return /(?:^|[^a-z])(?:(?:api|access|private|secret|auth|encryption)[^a-z]?keys?|apikey|passw(?:or)?d|passphrase|secret|token|credentials?)$/.test(
    words,
  )
}

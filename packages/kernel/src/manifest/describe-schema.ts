import type { Json } from '@cardcage/plugin'
import { branchesOf, isObject, typesOf } from './schema-node.ts'
import type { JsonSchema } from './manifest.ts'

/** A value for a message: JSON, at most 60 characters. */
export function printValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** What a schema asks for, in words: `an integer from 1 to 10 (default 2)`, `one of "a", "b"`, `text or null`. */
export function describeSchema(root: JsonSchema, schema: JsonSchema): string {
  const fallback = 'default' in schema ? ` (default ${printValue(schema['default'])})` : ''
  return `${needed(root, schema)}${fallback}`
}

/** The values a schema names, where it names them all. */
export function allowedValues(schema: JsonSchema): readonly Json[] | undefined {
  if (Array.isArray(schema['enum'])) return schema['enum']
  return 'const' in schema ? [schema['const']!] : undefined
}

function needed(root: JsonSchema, schema: JsonSchema): string {
  const allowed = allowedValues(schema)
  if (allowed) return allowed.length === 1 ? printValue(allowed[0]) : `one of ${allowed.map(printValue).join(', ')}`
  const types = typesOf(schema)
  if (types.length > 0) return types.map((type) => describeType(root, schema, type)).join(' or ')
  const branches = branchesOf(root, schema)
  if (branches.length > 0) return [...new Set(branches.map((branch) => needed(root, branch)))].join(' or ')
  return isObject(schema['properties']) ? describeType(root, schema, 'object') : 'another value'
}

function describeType(root: JsonSchema, schema: JsonSchema, type: string): string {
  if (type === 'number' || type === 'integer') return `${type === 'integer' ? 'an integer' : 'a number'}${range(schema)}`
  if (type === 'string') return `text${between(schema, 'minLength', 'maxLength', 'character')}${form(schema)}`
  if (type === 'boolean') return 'true or false'
  if (type === 'null') return 'null'
  if (type === 'array') {
    const items = isObject(schema['items']) ? ` of ${needed(root, schema['items'])}` : ''
    return `a list${items}${between(schema, 'minItems', 'maxItems', 'item')}`
  }
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return required.length === 0 ? 'an object' : `an object with ${required.map(String).join(', ')}`
}

function range(schema: JsonSchema): string {
  const safe = (limit: Json | undefined) => (typeof limit === 'number' && Math.abs(limit) < Number.MAX_SAFE_INTEGER ? limit : undefined)
  const low = safe(schema['minimum'])
  const high = safe(schema['maximum'])
  const above = safe(schema['exclusiveMinimum'])
  const below = safe(schema['exclusiveMaximum'])
  const step = typeof schema['multipleOf'] === 'number' ? [`a multiple of ${schema['multipleOf']}`] : []
  if (low !== undefined && high !== undefined) return [` from ${low} to ${high}`, ...step].join(', ')
  const bounds = [
    low === undefined ? [] : [`at least ${low}`],
    above === undefined ? [] : [`above ${above}`],
    high === undefined ? [] : [`at most ${high}`],
    below === undefined ? [] : [`below ${below}`],
    step,
  ].flat()
  return bounds.length === 0 ? '' : `, ${bounds.join(', ')}`
}

function between(schema: JsonSchema, least: string, most: string, unit: string): string {
  const low = typeof schema[least] === 'number' ? schema[least] : undefined
  const high = typeof schema[most] === 'number' ? schema[most] : undefined
  if (low === undefined && high === undefined) return ''
  const plural = (high ?? low) === 1 ? unit : `${unit}s`
  if (low === high) return ` of ${low} ${plural}`
  if (low === undefined) return ` of at most ${high} ${plural}`
  return high === undefined ? ` of at least ${low} ${plural}` : ` of ${low} to ${high} ${plural}`
}

function form(schema: JsonSchema): string {
  if (typeof schema['format'] === 'string') return ` that is a valid ${schema['format']}`
  return typeof schema['pattern'] === 'string' ? ` that matches ${schema['pattern']}` : ''
}

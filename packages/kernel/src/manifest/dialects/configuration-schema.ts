import type { Json } from '@cardcage/plugin'
import { printValue } from '../describe-schema.ts'
import type { JsonSchema } from '../manifest.ts'
import { isObject, own } from '../schema-node.ts'
import { schemaTypes } from './schema-types.ts'
import type { Raw, Translation } from './translation.ts'

/**
 * Platform Base's `configuration` as JSON Schema: `float` is a number, `options` and `choice` are an enum, `min` and `max` bounds, a default of `null` makes the
 * parameter nullable. A type of several (`string|integer`) is any of them, with a warning. `step` stays as an annotation for forms.
 */
export function configurationSchema(t: Translation, configuration: Raw): JsonSchema {
  return objectOf(t, ['configuration'], ['config_schema'], configuration)
}

type Path = readonly string[]

function objectOf(t: Translation, from: Path, to: Path, parameters: Raw): JsonSchema {
  const properties: Record<string, Json> = {}
  const required: string[] = []
  for (const [name, written] of Object.entries(parameters)) {
    const place = [...from, name]
    t.stands([...to, 'properties', name], place)
    if (!isObject(written)) {
      t.wrong(place, written, 'an object', 'Write { "type": "float", "default": 1.0, "description": "…" }.')
      continue
    }
    properties[name] = parameter(t, place, [...to, 'properties', name], written)
    if (own(written, 'required') === true) required.push(name)
  }
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) }
}

function parameter(t: Translation, from: Path, to: Path, written: Raw): JsonSchema {
  const types = typesOf(t, from, written)
  const nullable = written['default'] === null
  const options = own(written, 'options') ?? own(written, 'choices') ?? own(written, 'enum')
  const schema: Record<string, Json> = {}
  const allowed = nullable && types.length > 0 ? [...types, 'null'] : types
  if (allowed.length > 0) schema['type'] = allowed.length === 1 ? allowed[0]! : allowed
  for (const [key, value] of Object.entries(written)) {
    const keyword = renamed(key, types)
    if (keyword !== key) t.stands([...to, keyword], [...from, key])
    if (['type', 'required', 'options', 'choices', 'enum'].includes(key)) continue
    if (!known.has(keyword))
      t.report({ keys: [...from, key], severity: 'warning', message: `unknown key ${printValue(key)}`, fix: `Known here are ${names}.` })
    else if (isBound(keyword) && typeof value !== 'number') {
      if (value !== null) t.wrong([...from, key], value, 'a number', 'Give a number.')
    } else if (keyword === 'properties' && isObject(value)) Object.assign(schema, objectOf(t, [...from, key], to, value))
    else if (keyword === 'items' && isObject(value)) schema['items'] = parameter(t, [...from, key], [...to, 'items'], value)
    else if (keyword === 'items' && typeof value === 'string') schema['items'] = parameter(t, from, [...to, 'items'], { type: value })
    else if (value !== null || keyword === 'default') schema[keyword] = value
  }
  if (Array.isArray(options) && options.length > 0) schema['enum'] = nullable && !options.includes(null) ? [...options, null] : options
  else if (options != null && !Array.isArray(options))
    t.wrong([...from, 'options'], options, 'a list', 'Give a list of the allowed values.')
  return schema
}

function typesOf(t: Translation, from: Path, written: Raw): readonly string[] {
  const type = own(written, 'type') ?? undefined
  if (type === undefined) return []
  const given = typeof type === 'string' ? type.split('|').map((each) => each.trim()) : Array.isArray(type) ? type : [type]
  const found = new Set<string>()
  for (const each of given) {
    const known = typeof each === 'string' ? schemaTypes(each) : undefined
    if (known === undefined) {
      t.wrong([...from, 'type'], each, 'a type', 'The types are string, integer, float, boolean, array and choice.')
      return []
    }
    for (const name of known) found.add(name)
  }
  if (given.length > 1 && typeof type === 'string')
    t.report({
      keys: [...from, 'type'],
      severity: 'warning',
      message: `${printValue(type)} is read as any of these types`,
      fix: 'Name the one type the parameter has.',
    })
  return [...found]
}

/** The keyword of JSON Schema for a key; `min` bounds numbers, lengths or lists. */
function renamed(key: string, types: readonly string[]): string {
  if (key === 'label') return 'title'
  if (key === 'options' || key === 'choices') return 'enum'
  if (key !== 'min' && key !== 'max') return key
  const ends = key === 'min' ? 'min' : 'max'
  if (types.length === 1 && types[0] === 'string') return `${ends}Length`
  return types.length === 1 && types[0] === 'array' ? `${ends}Items` : `${ends}imum`
}

function isBound(keyword: string): boolean {
  return /^(?:min|max|exclusiveM)/.test(keyword) || keyword === 'multipleOf' || keyword === 'step'
}

const names = 'type, default, options, min, max, step, description, required, sensitive, pattern, items, properties'
const known = new Set(
  'default enum minimum maximum minLength maxLength minItems maxItems exclusiveMinimum exclusiveMaximum multipleOf step description title sensitive writeOnly pattern format items properties examples unit units deprecated'.split(
    ' ',
  ),
)

import type { Json } from '@cardcage/plugin'
import type { JsonSchema } from '../manifest.ts'
import { isObject, own } from '../schema-node.ts'
import { schemaTypes } from './schema-types.ts'
import type { Raw, Translation } from './translation.ts'

/**
 * The recommendation engine's ConfigSchema as JSON Schema: `required: true` in a property stands in the list as well, `options` are an enum, Go's names of types
 * are JSON's, what Go writes for "not set" (`null`, an empty enum or pattern) is left out, a default of `null` makes the property nullable. Nested `properties`
 * and `items` likewise.
 */
export function propertySchema(t: Translation, path: readonly string[], written: Raw): JsonSchema {
  const { type: _type, required, properties, items, additionalProperties, options, ...others } = written
  const schema: Record<string, Json> = {}
  const type = typeOf(t, path, written)
  if (type !== undefined) schema['type'] = type
  else if (properties !== undefined) schema['type'] = 'object'
  for (const [key, value] of Object.entries({ ...(options === undefined ? {} : { enum: options }), ...others })) {
    const isUnset =
      (value === null && key !== 'default') ||
      (key === 'pattern' && value === '') ||
      (key === 'enum' && Array.isArray(value) && value.length === 0)
    if (!isUnset) schema[key] = value
  }
  if (schema['default'] === null) allowNull(schema)
  if (properties != null) {
    const inside = propertiesOf(t, [...path, 'properties'], properties)
    if (inside) schema['properties'] = inside
  }
  const listed = listOf(t, path, required, isObject(properties) ? properties : {})
  if (listed.length > 0) schema['required'] = listed
  if (isObject(items)) schema['items'] = propertySchema(t, [...path, 'items'], items)
  else if (items != null) schema['items'] = items
  if (isObject(additionalProperties))
    schema['additionalProperties'] = propertySchema(t, [...path, 'additionalProperties'], additionalProperties)
  else if (additionalProperties != null) schema['additionalProperties'] = additionalProperties
  return schema
}

function propertiesOf(t: Translation, path: readonly string[], properties: Json): JsonSchema | undefined {
  if (!isObject(properties)) {
    t.wrong(path, properties, 'an object', 'Give properties by name: { "api_url": { "type": "string" } }.')
    return undefined
  }
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      if (isObject(property)) return [name, propertySchema(t, [...path, name], property)]
      if (typeof property !== 'boolean') t.wrong([...path, name], property, 'an object', 'Write { "type": "string", "description": "…" }.')
      return [name, true]
    }),
  )
}

/** Names that must be given: those of the list, and properties that say so themselves. A property's own `required: true` is its parent's to read. */
function listOf(t: Translation, path: readonly string[], required: Json | undefined, properties: Raw): readonly string[] {
  const own_ = Object.entries(properties).flatMap(([name, property]) => (own(property, 'required') === true ? [name] : []))
  if (required == null || typeof required === 'boolean') return own_
  if (Array.isArray(required) && required.every((name) => typeof name === 'string')) return [...new Set([...required, ...own_])]
  t.wrong([...path, 'required'], required, 'true, false or a list of names', 'Write "required": true in the property.')
  return own_
}

function typeOf(t: Translation, path: readonly string[], { type }: Raw): Json | undefined {
  if (type == null) return undefined
  const found = (Array.isArray(type) ? type : [type]).map((each) => (typeof each === 'string' ? schemaTypes(each) : undefined))
  if (found.includes(undefined)) {
    t.wrong([...path, 'type'], type, 'a type', 'The types are string, integer, number, boolean, array and object.')
    return undefined
  }
  const names = [...new Set(found.flatMap((each) => each ?? []))]
  return names.length > 1 ? names : names[0]
}

function allowNull(schema: Record<string, Json>): void {
  const { type, enum: values } = schema
  if (type !== undefined) schema['type'] = [...new Set([...(Array.isArray(type) ? type : [type]), 'null'])]
  if (Array.isArray(values) && !values.includes(null)) schema['enum'] = [...values, null]
}

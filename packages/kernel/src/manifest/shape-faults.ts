import { didYouMean } from '@cardcage/plugin/internal'
import type { Json } from '@cardcage/plugin'
import { printValue } from './describe-schema.ts'
import type { JsonSchema } from './manifest.ts'
import { atPointer, isObject } from './schema-node.ts'
import { schemaCircles } from './schema-circles.ts'
import { schemaPlaces } from './schema-places.ts'

/** Something in a JSON Schema for which it cannot be used. */
export interface ShapeFault {
  /** Where, from the root of the schema. */
  readonly keys: readonly string[]
  /** What is wrong there, to be read after the place: `is "int"; one of … needed`. */
  readonly message: string
  readonly fix: string
}

/** Characters of the longest pattern that is taken. */
export const longestPattern = 2000

/**
 * Why a JSON Schema (draft 2020-12) cannot be used, as far as its form says it: a keyword of the wrong type, a type nobody knows, a pattern that is none, a
 * reference to nowhere, out of the schema or in a circle. Every fault, each at its place. No pattern runs, nothing is fetched, and no validator is loaded.
 */
export function shapeFaults(schema: JsonSchema): readonly ShapeFault[] {
  const places = schemaPlaces(schema)
  const faults = places.flatMap(({ node, path }) => [
    ...keywordFaults(node, path),
    ...typeFaults(node, path),
    ...referenceFaults(schema, node, path),
    ...patternFaults(node, path),
  ])
  return faults.length > 0 ? faults : schemaCircles(schema, places).map((path) => ({ ...circle, keys: path }))
}

const circle = {
  message: 'refers to itself in a circle: no check by it would end',
  fix: 'Take the reference out, or put it below a key or an item: "properties", "items".',
}

const form = 'Correct it; see JSON Schema, draft 2020-12.'

/** Keywords by what their value must be. */
const keywords = {
  number: 'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems minProperties maxProperties',
  string: 'pattern format $ref title description',
  boolean: 'sensitive writeOnly uniqueItems',
  array: 'enum required',
  schema: 'items additionalProperties propertyNames contains not if then else',
  schemas: 'anyOf oneOf allOf prefixItems',
  'schemas by name': 'properties patternProperties $defs definitions dependentSchemas',
} as const

const wantedOf = new Map(Object.entries(keywords).flatMap(([wanted, names]) => names.split(' ').map((name) => [name, wanted] as const)))

function keywordFaults(node: JsonSchema, path: readonly string[]): readonly ShapeFault[] {
  return Object.entries(node).flatMap(([key, value]) => {
    const wanted = wantedOf.get(key)
    const keys = [...path, key]
    if (wanted === undefined) return []
    if (wanted === 'schema') return schemaFault(keys, value)
    if (wanted === 'schemas')
      return Array.isArray(value) ? value.flatMap((each, i) => schemaFault([...keys, String(i)], each)) : wrong(keys, value, 'array')
    if (wanted === 'schemas by name')
      return isObject(value)
        ? Object.entries(value).flatMap(([name, each]) => schemaFault([...keys, name], each))
        : wrong(keys, value, 'object')
    return nameOfType(value) === wanted ? [] : wrong(keys, value, wanted)
  })
}

function schemaFault(keys: readonly string[], value: Json): readonly ShapeFault[] {
  if (isObject(value) || typeof value === 'boolean') return []
  const isTuple = keys.at(-1) === 'items' && Array.isArray(value)
  return told(keys, `is ${printValue(value)}; a schema is an object`, isTuple ? 'Write "prefixItems": its schemas are by place.' : form)
}

function wrong(keys: readonly string[], value: Json, wanted: string): readonly ShapeFault[] {
  const isFlag = keys.at(-1) === 'required' && typeof value === 'boolean'
  const fix = isFlag ? 'Name the property in "required" of the schema around it: "required": ["NAME"].' : form
  return told(keys, `is ${printValue(value)}; ${wanted} needed`, fix)
}

function told(keys: readonly string[], message: string, fix: string): readonly ShapeFault[] {
  return [{ keys, message, fix }]
}

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']

function typeFaults({ type }: JsonSchema, path: readonly string[]): readonly ShapeFault[] {
  const named = type === undefined ? [] : Array.isArray(type) ? type : [type]
  return named.flatMap((each) => {
    if (typeof each === 'string' && types.includes(each)) return []
    const near = typeof each === 'string' ? didYouMean(each, types).trim() : ''
    return told([...path, 'type'], `is ${printValue(each)}; one of ${types.join(', ')} needed`, near || form)
  })
}

function referenceFaults(root: JsonSchema, { $ref }: JsonSchema, path: readonly string[]): readonly ShapeFault[] {
  const keys = [...path, '$ref']
  if (typeof $ref !== 'string') return []
  if ($ref.startsWith('#/') && atPointer(root, $ref) === undefined)
    return told(keys, `points at ${$ref}, which is not there`, 'Correct it, or put what it points at there.')
  if ($ref.startsWith('#')) return []
  const message = `refers to ${printValue($ref)}: only references inside the schema are followed, nothing is fetched`
  return [{ keys, message, fix: 'Copy that schema into "$defs" and refer to it as "#/$defs/NAME".' }]
}

/** The patterns of one schema, each with its place in it. */
export function patternsOf(node: JsonSchema): readonly { readonly pattern: string; readonly keys: readonly string[] }[] {
  const own = typeof node['pattern'] === 'string' ? [{ pattern: node['pattern'], keys: ['pattern'] }] : []
  const named = isObject(node['patternProperties']) ? Object.keys(node['patternProperties']) : []
  return [...own, ...named.map((pattern) => ({ pattern, keys: ['patternProperties', pattern] }))]
}

function patternFaults(node: JsonSchema, path: readonly string[]): readonly ShapeFault[] {
  return patternsOf(node).flatMap(({ pattern, keys: inside }) => {
    const keys = [...path, ...inside]
    if (pattern.length > longestPattern) {
      const message = `the pattern has ${pattern.length} characters; at most ${longestPattern} are taken`
      return [{ keys, message, fix: 'Make it shorter, or list the values with "enum".' }]
    }
    try {
      new RegExp(pattern, 'u')
      return []
    } catch (error) {
      const why = (error as Error).message.replace(/^Invalid regular expression: \/.*\/u: /s, '')
      const fix = 'Correct it; it is read with the flag u, where only what has a meaning is escaped.'
      return [{ keys, message: `the pattern ${printValue(pattern)} is no regular expression: ${why}`, fix }]
    }
  })
}

function nameOfType(value: Json): string {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value
}

import type { Json } from '@cardcage/plugin'
import { schemaFaults } from '../../manifest/check-schema.ts'
import { printValue } from '../../manifest/describe-schema.ts'
import type { JsonSchema } from '../../manifest/manifest.ts'
import { isObject, isUnsafe } from '../../manifest/schema-node.ts'
import type { NoteKey } from './finding.ts'
import { slowText } from './slow-pattern.ts'

/** Characters of the longest pattern that is tried. */
const longestPattern = 2000

/** Slow patterns of one schema that are told; the rest is not tried then. */
const mostSlow = 10

/** Keywords that hold one schema, a list of them, an object of them. */
const inside = {
  one: [
    'items',
    'additionalProperties',
    'contains',
    'propertyNames',
    'not',
    'if',
    'then',
    'else',
    'unevaluatedItems',
    'unevaluatedProperties',
  ],
  list: ['allOf', 'anyOf', 'oneOf', 'prefixItems'],
  byName: ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'],
} as const

/** A schema in a schema, and where it stands. */
export interface SchemaPlace {
  readonly node: JsonSchema
  readonly path: readonly string[]
}

/** Every schema in a schema, itself first, each with its path from the root. Look only into what is not unsafe. */
export function schemaPlaces(node: Json | undefined, path: readonly string[] = []): readonly SchemaPlace[] {
  if (!isObject(node)) return []
  const at = (key: string, value: Json | undefined) => schemaPlaces(value, [...path, key])
  return [
    { node, path },
    ...inside.one.flatMap((key) => at(key, node[key])),
    ...inside.list.flatMap((key) => {
      const list = node[key]
      return Array.isArray(list) ? list.flatMap((each, i) => schemaPlaces(each, [...path, key, String(i)])) : []
    }),
    ...inside.byName.flatMap((key) => {
      const named = node[key]
      return isObject(named) ? Object.entries(named).flatMap(([name, each]) => schemaPlaces(each, [...path, key, name])) : []
    }),
  ]
}

/**
 * Check a JSON Schema of a manifest: that it is one, that it needs nothing from elsewhere, that its patterns come to an end, that what it requires and
 * names fits together. Nothing is fetched, and no pattern runs for long.
 *
 * @param keys where the schema stands in the manifest
 * @returns whether values can be checked against it
 */
export function checkSchema(schema: JsonSchema, keys: readonly string[], note: NoteKey): boolean {
  const fix = 'Correct it; see JSON Schema, draft 2020-12.'
  if (isUnsafe(schema)) {
    note('error', keys, 'is nested deeper than 100, or has a key "__proto__"', 'Make it flatter, or rename the key.')
    return false
  }
  const places = schemaPlaces(schema)
  let sound = true
  let slow = 0
  const fault: Fault = (path, message, how) => {
    sound = false
    note('error', [...keys, ...path], message, how)
  }
  for (const { node, path } of places) {
    checkReference(node, path, fault)
    for (const found of patternsOf(node))
      if (slow < mostSlow && checkPattern(found.pattern, [...path, ...found.keys], fault) === 'slow') slow++
  }
  const known = sound ? schemaFaults(schema) : schemaFaults(withoutPatterns(schema))
  for (const message of known) fault(keysOf(message), `is no JSON Schema: ${message}`, fix)
  if (sound) for (const { node, path } of places) checkRequired(schema, node, [...keys, ...path], note)
  return sound
}

type Fault = (path: readonly string[], message: string, fix: string) => undefined

function checkReference({ $ref }: JsonSchema, path: readonly string[], fault: Fault): void {
  if (typeof $ref !== 'string' || $ref.startsWith('#')) return
  fault(
    [...path, '$ref'],
    `refers to ${printValue($ref)}: only references inside the schema are followed, nothing is fetched`,
    'Copy that schema into "$defs" and refer to it as "#/$defs/NAME".',
  )
}

function patternsOf(node: JsonSchema): readonly { readonly pattern: string; readonly keys: readonly string[] }[] {
  const own = typeof node['pattern'] === 'string' ? [{ pattern: node['pattern'], keys: ['pattern'] }] : []
  const named = isObject(node['patternProperties']) ? Object.keys(node['patternProperties']) : []
  return [...own, ...named.map((pattern) => ({ pattern, keys: ['patternProperties', pattern] }))]
}

function checkPattern(pattern: string, path: readonly string[], fault: Fault): 'slow' | undefined {
  const said = printValue(pattern)
  if (pattern.length > longestPattern) {
    const fix = 'Make it shorter, or list the values with "enum".'
    return fault(path, `the pattern has ${pattern.length} characters; at most ${longestPattern} are taken`, fix)
  }
  try {
    new RegExp(pattern, 'u')
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: \/.*\/u: /s, '')
    const fix = 'Correct it; it is read with the flag u, where only what has a meaning is escaped.'
    return fault(path, `the pattern ${said} is no regular expression: ${why}`, fix)
  }
  const text = slowText(pattern)
  if (text === undefined) return undefined
  const fix = 'Say each character once: no repetition inside a repetition, no two repetitions of the same characters side by side.'
  fault(path, `the pattern ${said} takes far too long for texts such as ${printValue(text)}`, fix)
  return 'slow'
}

/** So that the other faults are found beside a broken pattern, which is told already. */
function withoutPatterns(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema, (key, value: Json) =>
    (key === 'pattern' && typeof value === 'string') ||
    (key === '$ref' && typeof value === 'string' && !value.startsWith('#')) ||
    key === 'patternProperties'
      ? undefined
      : value,
  )
  return JSON.parse(text) as JsonSchema
}

/** The keys a fault begins with: `properties.a.type is "int"`. */
function keysOf(fault: string): readonly string[] {
  const [, path = ''] = /^([^ ]+) (?:is|points at) /.exec(fault) ?? []
  return path.split(/[.[\]]+/).filter((key) => key !== '')
}

/** A name in `required` that no property has is mostly misspelt: nobody can then give it. */
function checkRequired(root: JsonSchema, node: JsonSchema, keys: readonly string[], note: NoteKey): void {
  const { required, properties } = node
  if (!Array.isArray(required) || !isObject(properties)) return
  const isPart =
    ['allOf', 'anyOf', 'oneOf', '$ref'].some((key) => node[key] !== undefined) ||
    keys.some((key) => ['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'not'].includes(key))
  if (isPart || root['$dynamicRef'] !== undefined) return
  for (const [i, name] of required.entries())
    if (typeof name === 'string' && !Object.hasOwn(properties, name))
      note(
        'error',
        [...keys, 'required', String(i)],
        `requires ${printValue(name)}, which is none of the properties: ${Object.keys(properties).join(', ')}`,
        `Add it to "properties", or remove it from "required".`,
      )
}

import { schemaFaults } from '../../manifest/check-schema.ts'
import { printValue } from '../../manifest/describe-schema.ts'
import type { JsonSchema } from '../../manifest/manifest.ts'
import { isObject, isUnsafe } from '../../manifest/schema-node.ts'
import { schemaPlaces } from '../../manifest/schema-places.ts'
import { patternsOf, shapeFaults } from '../../manifest/shape-faults.ts'
import type { NoteKey } from './finding.ts'
import { slowText } from './slow-pattern.ts'

/** Slow patterns of one schema that are told; the rest is not tried then. */
const mostSlow = 10

/**
 * Check a JSON Schema of a manifest beside its form, of which the reader of the manifest has told: that its patterns come to an end, that what it requires and
 * names fits together. No pattern runs for long.
 *
 * @param keys where the schema stands in the manifest
 * @returns whether values can be checked against it
 */
export function checkSchema(schema: JsonSchema, keys: readonly string[], note: NoteKey): boolean {
  if (isUnsafe(schema) || shapeFaults(schema).length > 0) return false
  const places = schemaPlaces(schema)
  let slow = 0
  for (const { node, path } of places)
    for (const { pattern, keys: inside } of patternsOf(node))
      if (slow < mostSlow && isSlow(pattern, [...keys, ...path, ...inside], note)) slow++
  if (slow > 0) return false
  const faults = schemaFaults(schema)
  for (const message of faults) note('error', keys, message, 'Correct it; see JSON Schema, draft 2020-12.')
  for (const { node, path } of places) checkRequired(schema, node, [...keys, ...path], note)
  return faults.length === 0
}

function isSlow(pattern: string, keys: readonly string[], note: NoteKey): boolean {
  const text = slowText(pattern)
  if (text === undefined) return false
  const fix = 'Say each character once: no repetition inside a repetition, no two repetitions of the same characters side by side.'
  note('error', keys, `the pattern ${printValue(pattern)} takes far too long for texts such as ${printValue(text)}`, fix)
  return true
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

import type { Json } from '@cardcage/plugin'
import { fits } from '../manifest/fits.ts'
import type { JsonSchema } from '../manifest/manifest.ts'
import { isObject } from '../manifest/schema-node.ts'

/** What is worked out once of an object's schema whose properties are all scalars, or lists of them. */
interface Plan {
  readonly properties: ReadonlyMap<string, JsonSchema>
  readonly defaults: readonly (readonly [string, Json])[]
  readonly required: readonly string[]
}

const scalars = new Set(['string', 'number', 'integer', 'boolean', 'null'])
const keywords = new Set(['$schema', 'type', 'properties', 'required', 'additionalProperties', 'title', 'description'])
const plans = new WeakMap<JsonSchema, Plan | null>()

/**
 * The value with its defaults where it is plainly right: an object of known scalars and lists of scalars that need no coercion. `undefined` says nothing but that somebody has to look closer.
 * Most params of most calls are of this kind, and a call costs little more than this.
 */
export function plainlyValid(schema: JsonSchema, given: unknown): Readonly<Record<string, Json>> | undefined {
  let plan = plans.get(schema)
  if (plan === undefined) plans.set(schema, (plan = planOf(schema) ?? null))
  if (plan === null || !isObject(given)) return undefined
  const value: Record<string, Json> = {}
  for (const key in given) {
    const property = plan.properties.get(key)
    const one = given[key]
    if (property === undefined || one === undefined || !fits(property, one)) return undefined
    value[key] = one
  }
  for (const [key, fallback] of plan.defaults)
    if (!(key in value)) value[key] = typeof fallback === 'object' ? structuredClone(fallback) : fallback
  for (const key of plan.required) if (!Object.hasOwn(value, key)) return undefined
  return value
}

function planOf(schema: JsonSchema): Plan | undefined {
  const { type, properties, required = [], additionalProperties = false } = schema
  if (type !== 'object' || !isObject(properties) || !Array.isArray(required) || typeof additionalProperties !== 'boolean') return undefined
  if (Object.keys(schema).some((keyword) => !keywords.has(keyword))) return undefined
  const entries = Object.entries(properties as Readonly<Record<string, JsonSchema>>)
  if (entries.some(([key, property]) => key in Object.prototype || !isScalar(property))) return undefined
  const defaults = entries.flatMap(([key, property]): [string, Json][] => ('default' in property ? [[key, property['default']!]] : []))
  if (defaults.some(([key, value]) => !fits(properties[key], value))) return undefined
  return { properties: new Map(entries), defaults, required: required.map(String) }
}

function isScalar(property: JsonSchema): boolean {
  if (!isObject(property)) return false
  if (property['type'] === 'array')
    return isObject(property['items']) && property['items']['type'] !== 'array' && isScalar(property['items'])
  return typeof property['type'] === 'string' && scalars.has(property['type'])
}

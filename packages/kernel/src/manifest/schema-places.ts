import type { Json } from '@cardcage/plugin'
import type { JsonSchema } from './manifest.ts'
import { isObject } from './schema-node.ts'

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

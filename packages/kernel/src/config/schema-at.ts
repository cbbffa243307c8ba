import type { Json } from '@cardcage/plugin'
import type { JsonSchema } from '../manifest/manifest.ts'
import { applicable, own, typesOf } from '../manifest/schema-node.ts'

/** Every part of a schema that applies to the value at these keys; none where the schema says nothing of it. */
export function schemaAt(schema: JsonSchema | undefined, keys: readonly string[]): readonly JsonSchema[] {
  let nodes = schema ? [...applicable(schema, [schema])] : []
  for (const key of keys)
    nodes = schema
      ? [
          ...applicable(
            schema,
            nodes.map((node) => below(node, key)),
          ),
        ]
      : []
  return nodes
}

/** Names of the keys a schema knows at a place, and whether it is open to others there. */
export function keysAt(
  schema: JsonSchema | undefined,
  keys: readonly string[],
): { readonly names: readonly string[]; readonly open: boolean } {
  const nodes = schemaAt(schema, keys)
  const names = [...new Set(nodes.flatMap(({ properties }) => Object.keys((properties ?? {}) as object)))]
  const isOpen = nodes.some(
    ({ additionalProperties, patternProperties }) => (additionalProperties ?? false) !== false || patternProperties !== undefined,
  )
  return { names, open: isOpen || names.length === 0 }
}

/** The types that are possible at a place; none where the schema does not say. */
export function typesAt(schema: JsonSchema | undefined, keys: readonly string[]): readonly string[] {
  return schemaAt(schema, keys).flatMap((node) => {
    if (node['enum'] === undefined && !('const' in node)) return typesOf(node)
    const values = Array.isArray(node['enum']) ? node['enum'] : [node['const']!]
    return values.map((value) => (value === null ? 'null' : typeof value))
  })
}

function below(node: JsonSchema, key: string): Json | undefined {
  const { prefixItems, items } = node
  const item = /^\d+$/.test(key) ? ((Array.isArray(prefixItems) ? prefixItems[Number(key)] : undefined) ?? items) : undefined
  return own(node['properties'], key) ?? item ?? node['additionalProperties']
}

import type { Json } from '@cardcage/plugin'
import { schemaFaults } from '../manifest/check-schema.ts'
import type { JsonSchema } from '../manifest/manifest.ts'
import { isObject } from '../manifest/schema-node.ts'

/** Why a plugin's `config_schema` cannot be used; empty if it can. Compiles it: to be asked where something is wrong anyway, or where all is looked at. */
export function configSchemaFaults(schema: JsonSchema): readonly string[] {
  const faults = schemaFaults(schema)
  if (faults.length > 0) return faults
  return foreignReferences(schema).map((reference) => `$ref names ${reference}: only references within the schema are followed`)
}

/** References that do not begin with `#`: nothing is fetched. */
function foreignReferences(node: Json): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(foreignReferences)
  if (!isObject(node)) return []
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'default' || key === 'const' || key === 'enum' || key === 'examples') return []
    return key === '$ref' && typeof value === 'string' && !value.startsWith('#') ? [value] : foreignReferences(value)
  })
}

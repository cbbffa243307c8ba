import type { Json } from '@cardcage/plugin'
import type { JsonSchema } from '../manifest/manifest.ts'
import { applicable, isObject, own } from '../manifest/schema-node.ts'

/** What stands in for a secret in logs, errors, answers and listings. */
export const masked = '***'

/**
 * Paths of a schema's secrets (`writeOnly` or `sensitive`): keys from the root, `*` for any key or list item. Of a schema that contains
 * itself, and of very large ones, only the first thousand places are looked at.
 */
export function secretPaths(schema: JsonSchema): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  const open: { path: readonly string[]; written: readonly (Json | undefined)[] }[] = [{ path: [], written: [schema] }]
  for (let looked = 0; looked < 1000 && open.length > 0; looked++) {
    const { path, written } = open.shift()!
    const nodes = [...applicable(schema, written)]
    if (nodes.some(isSecret)) found.push(path)
    else for (const [key, inside] of Object.entries(childrenOf(nodes))) open.push({ path: [...path, key], written: inside })
  }
  return found
}

/** A copy of the value in which every secret is `***`; nulls stay, so that it can be seen what is not set. */
export function mask(value: unknown, schema: JsonSchema): unknown {
  return maskNode(schema, [schema], value)
}

function isSecret(node: JsonSchema): boolean {
  return node['writeOnly'] === true || node['sensitive'] === true
}

function childrenOf(nodes: readonly JsonSchema[]): Record<string, Json[]> {
  const children: Record<string, Json[]> = Object.create(null)
  const add = (key: string, written: Json | undefined) => {
    if (isObject(written)) (children[key] ??= []).push(written)
  }
  for (const { properties, items, additionalProperties, prefixItems } of nodes) {
    for (const [key, written] of Object.entries(isObject(properties) ? properties : {})) add(key, written)
    for (const written of [items, additionalProperties, ...(Array.isArray(prefixItems) ? prefixItems : [])]) add('*', written)
  }
  return children
}

function maskNode(root: JsonSchema, written: readonly (Json | undefined)[], value: unknown): unknown {
  const nodes = [...applicable(root, written)]
  if (nodes.length === 0 || value === null || value === undefined) return value
  if (nodes.some(isSecret)) return masked
  if (Array.isArray(value)) {
    return value.map((item, i) => {
      const placed = nodes.map(({ prefixItems, items }) => (Array.isArray(prefixItems) ? prefixItems[i] : undefined) ?? items)
      return maskNode(root, placed, item)
    })
  }
  if (!isObject(value)) return value
  const inside = (key: string) => nodes.map((node) => own(node['properties'], key) ?? node['additionalProperties'])
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, maskNode(root, inside(key), each)]))
}

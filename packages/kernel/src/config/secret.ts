import type { Json } from '@cardcage/plugin'
import type { JsonSchema } from '../manifest/manifest.ts'
import { applicable, isObject, own } from '../manifest/schema-node.ts'
import { keysAt, schemaAt } from './schema-at.ts'

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

/** Is what stands there a secret, by itself or by what is around it? */
export function isSecretAt(schema: JsonSchema | undefined, keys: readonly string[]): boolean {
  return Array.from({ length: keys.length + 1 }, (_, length) => schemaAt(schema, keys.slice(0, length))).some((nodes) =>
    nodes.some(isSecret),
  )
}

/** Keys that are taken for secrets where no schema says what they are. */
const secretName = /secret|token|passw|pwd|credential|private.?key|api.?key|access.?key|authorization/i

/**
 * A config as people are shown it: secrets masked, and also what the schema does not know and may be one: a key that is called like a secret, or any
 * unknown key beside a secret, whose name may be misspelt.
 */
export function maskConfig(config: unknown, schema: JsonSchema | undefined, keys: readonly string[] = []): unknown {
  if (config === null || config === undefined) return config
  if (isSecretAt(schema, keys)) return masked
  if (Array.isArray(config)) return config.map((item, i) => maskConfig(item, schema, [...keys, String(i)]))
  if (!isObject(config)) return config
  const { names } = keysAt(schema, keys)
  const hasSecrets = names.some((name) => isSecretAt(schema, [...keys, name]))
  const show = (key: string, value: Json) => {
    const isKnown = names.includes(key) || schemaAt(schema, [...keys, key]).length > 0
    if (value !== null && !isKnown && (hasSecrets || secretName.test(key))) return masked
    return maskConfig(value, schema, [...keys, key])
  }
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, show(key, value)]))
}

/** A schema as people are shown it: the values it names for a secret are masked. */
export function maskSchema(schema: JsonSchema): JsonSchema {
  const visit = (node: Json, secret: boolean): Json => {
    if (Array.isArray(node)) return node.map((each) => visit(each, secret))
    if (!isObject(node)) return node
    const inside = secret || isSecret(node)
    const show = (key: string, value: Json): Json => {
      if (inside && (key === 'enum' || key === 'examples') && Array.isArray(value)) return value.map(() => masked)
      return inside && (key === 'default' || key === 'const') && value !== null ? masked : visit(value, inside)
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, show(key, value)]))
  }
  return maskDefaults(visit(schema, false) as JsonSchema, schema)
}

/** Every text and number that stands where a config has a secret, or where it may have one. */
export function secretTexts(config: unknown, schema: JsonSchema | undefined): readonly string[] {
  const shown = maskConfig(config, schema)
  const hidden = (value: unknown, seen: unknown): string[] => {
    if (seen === masked && value !== masked) return scalarsIn(value)
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([key, inside]) => hidden(inside, (seen as Record<string, unknown>)[key]))
  }
  return [...new Set(hidden(config, shown))]
}

function scalarsIn(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(scalarsIn) : []
}

/** Defaults of what is around a secret hold it, too. */
function maskDefaults(node: JsonSchema, root: JsonSchema): JsonSchema {
  const properties = isObject(node['properties']) ? node['properties'] : undefined
  const changed: Record<string, Json> = { ...node }
  if ('default' in node && node['default'] !== masked)
    changed['default'] = maskConfig(node['default'], { ...node, ...(root['$defs'] ? { $defs: root['$defs'] } : {}) }) as Json
  if (properties)
    changed['properties'] = Object.fromEntries(
      Object.entries(properties).map(([key, inside]) => [key, isObject(inside) ? maskDefaults(inside, root) : inside]),
    )
  return changed
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

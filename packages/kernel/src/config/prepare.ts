import type { Json } from '@cardcage/plugin'
import { misfits } from '../manifest/check-schema.ts'
import { fits } from '../manifest/fits.ts'
import type { JsonSchema } from '../manifest/manifest.ts'
import { branchesOf, isObject, own, resolve, typesOf } from '../manifest/schema-node.ts'
import { coerce } from './coerce.ts'

/**
 * A copy of the value with strings coerced to the types the schema asks for and defaults filled in, at every depth. What cannot be coerced
 * stays as it is. A missing object that is required is made where its own defaults can fill it. The value must be safe (see `isUnsafe`).
 */
export function prepare(schema: JsonSchema, value: unknown): unknown {
  return prepareNode({ schema, defaults: 10_000 }, schema, value, 0)
}

/** The whole schema, and how many defaults may still be filled in: one that contains itself twice would do it for ever. */
interface Root {
  readonly schema: JsonSchema
  defaults: number
}

/** `applied`: what has been applied to this very value on the way here; a schema that is a part of itself ends there. */
function prepareNode(root: Root, written: Json | undefined, value: unknown, depth: number, applied: readonly JsonSchema[] = []): unknown {
  const node = depth > 100 ? undefined : resolve(root.schema, written)
  if (!node || applied.includes(node)) return value
  const way = [...applied, node]
  if (value === undefined) {
    if (!('default' in node) || root.defaults-- <= 0) return undefined
    return prepareNode(root, node, structuredClone(node['default']), depth + 1)
  }
  const coerced = typeof value === 'string' ? coerce(value, typesOf(node), node) : value
  const inside = Array.isArray(coerced)
    ? list(root, node, coerced, depth)
    : isObject(coerced)
      ? object(root, node, coerced, depth)
      : coerced
  const chosen = node['anyOf'] !== undefined || node['oneOf'] !== undefined ? union(root, node, inside, depth, way) : inside
  if (!Array.isArray(node['allOf'])) return chosen
  return node['allOf'].reduce<unknown>((before, part) => prepareNode(root, part, before, depth + 1, way), chosen)
}

function list(root: Root, node: JsonSchema, items: readonly Json[], depth: number): unknown {
  const first = Array.isArray(node['prefixItems']) ? node['prefixItems'] : []
  if (first.length === 0 && node['items'] === undefined) return items
  return items.map((item, i) => prepareNode(root, first[i] ?? node['items'], item, depth + 1))
}

function object(root: Root, node: JsonSchema, given: { readonly [key: string]: unknown }, depth: number): unknown {
  const copy: Record<string, unknown> = { ...given }
  const properties = isObject(node['properties']) ? node['properties'] : {}
  for (const key in properties) {
    if (key === '__proto__') continue
    const before = Object.hasOwn(copy, key) ? copy[key] : undefined
    const after = prepareNode(root, properties[key], before, depth + 1)
    const filled = after === undefined ? made(root, node, key, depth) : after
    if (filled !== undefined) copy[key] = filled
  }
  const others = node['additionalProperties']
  if (isObject(others))
    for (const key in copy) if (!Object.hasOwn(properties, key)) copy[key] = prepareNode(root, others, copy[key], depth + 1)
  return copy
}

/** An object that is missing, required, and needs nothing but its defaults. */
function made(root: Root, node: JsonSchema, key: string, depth: number): unknown {
  if (!Array.isArray(node['required']) || !node['required'].includes(key)) return undefined
  const inner = resolve(root.schema, own(node['properties'], key))
  if (!inner || !isObject(inner['properties']) || root.defaults-- <= 0) return undefined
  const filled = prepareNode(root, inner, {}, depth + 1)
  const required = Array.isArray(inner['required']) ? inner['required'] : []
  return isObject(filled) && required.every((name) => Object.hasOwn(filled, String(name))) ? filled : undefined
}

/** Coerced as the first branch that the value then fits; left alone where it fits one as it is, or none. */
function union(root: Root, node: JsonSchema, value: unknown, depth: number, way: readonly JsonSchema[]): unknown {
  const branches = branchesOf(root.schema, node).filter((branch) => !way.includes(branch))
  const fitting = branches.find((branch) => isFit(root, branch, value))
  if (fitting) return prepareNode(root, fitting, value, depth + 1, way)
  for (const branch of branches) {
    const attempt = prepareNode(root, branch, value, depth + 1, way)
    if (isFit(root, branch, attempt)) return attempt
  }
  return value
}

const standalone = new WeakMap<JsonSchema, JsonSchema>()

function isFit(root: Root, branch: JsonSchema, value: unknown): boolean {
  if (fits(branch, value)) return true
  let schema = standalone.get(branch)
  if (!schema) {
    schema = root.schema['$defs'] === undefined ? branch : { ...branch, $defs: root.schema['$defs'] }
    standalone.set(branch, schema)
  }
  return misfits(schema, value).length === 0
}

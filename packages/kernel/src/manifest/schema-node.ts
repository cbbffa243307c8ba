import type { Json } from '@cardcage/plugin'
import type { JsonSchema } from './manifest.ts'

/** Is this a JSON object? */
export function isObject(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An object's own value of that key: `constructor` is never found on the prototype. */
export function own(object: unknown, key: string): Json | undefined {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined
}

/** The schema itself, or what its local `$ref` (`#/$defs/x`) points at; chains are followed, circles and foreign references are not. */
export function resolve(root: JsonSchema, node: Json | undefined, hops = 16): JsonSchema | undefined {
  if (!isObject(node) || typeof node['$ref'] !== 'string') return isObject(node) ? node : undefined
  return hops === 0 ? undefined : resolve(root, atPointer(root, node['$ref'], hops - 1), hops - 1)
}

/** What a pointer such as `#/properties/a~1b` finds, following local references on its way. */
export function atPointer(root: JsonSchema, pointer: string, hops = 16): Json | undefined {
  if (!pointer.startsWith('#')) return undefined
  let node: Json | undefined = root
  for (const key of pointerKeys(pointer.slice(1))) {
    const inside: Json | undefined = Array.isArray(node) ? node : own(node, key) === undefined ? resolve(root, node, hops) : node
    node = Array.isArray(inside) ? inside[Number(key)] : own(inside, key)
  }
  return node
}

/** Every schema that applies to the same value as this one: itself and its parts (`$ref`, `allOf`, `anyOf`, `oneOf`), each once. */
export function applicable(root: JsonSchema, written: readonly (Json | undefined)[]): ReadonlySet<JsonSchema> {
  const found = new Set<JsonSchema>()
  const open = [...written]
  while (open.length > 0) {
    const node = open.pop()
    if (!isObject(node) || found.has(node)) continue
    found.add(node)
    if (node['$ref'] !== undefined) open.push(resolve(root, node))
    for (const parts of [node['allOf'], node['anyOf'], node['oneOf']]) if (Array.isArray(parts)) open.push(...parts)
  }
  return found
}

/** The keys of a JSON pointer: `/a~1b/0` → `['a/b', '0']`. */
export function pointerKeys(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Keys as people write them: `limits.memory`, `permissions.net[0]`. */
export function printPath(keys: readonly string[]): string {
  return keys.map((key, i) => (/^\d+$/.test(key) ? `[${key}]` : i === 0 ? key : `.${key}`)).join('')
}

/** The types a schema allows; none where it does not say. */
export function typesOf(schema: JsonSchema): readonly string[] {
  const { type } = schema
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? type.filter((each): each is string => typeof each === 'string') : []
}

/** Its alternatives (`anyOf`, `oneOf`), resolved; none where it has none. */
export function branchesOf(root: JsonSchema, schema: JsonSchema): readonly JsonSchema[] {
  const branches = [schema['anyOf'], schema['oneOf']].flatMap((each) => (Array.isArray(each) ? each : []))
  return branches.map((branch) => resolve(root, branch)).filter((branch) => branch !== undefined)
}

/** Is anything nested deeper than this, or under a `__proto__` key? Never recurses further than it must, so it is safe on any JSON. */
export function isUnsafe(value: unknown, depth = 100): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  if (Array.isArray(value)) return value.some((each) => isUnsafe(each, depth - 1))
  for (const key in value) {
    if (key === '__proto__' || isUnsafe((value as Record<string, unknown>)[key], depth - 1)) return true
  }
  return false
}

import type { Json } from '@cardcage/plugin'
import type { JsonSchema } from './manifest.ts'
import { atPointer, isObject } from './schema-node.ts'
import type { SchemaPlace } from './schema-places.ts'

/**
 * Schemas that say of a value that it must fit themselves, by `$ref` alone or through their parts (`allOf`, `not` …): a check of any value by them never ends. One that
 * refers to itself below a key or an item is no circle: it is a tree.
 *
 * @param places every schema of the root
 * @returns one path of each circle
 */
export function schemaCircles(root: JsonSchema, places: readonly SchemaPlace[]): readonly (readonly string[])[] {
  const pathOf = new Map(places.map(({ node, path }) => [node, path]))
  const seen = new Map<JsonSchema, 'open' | 'done'>()
  const found: (readonly string[])[] = []
  for (const { node: start } of places) {
    if (seen.has(start)) continue
    seen.set(start, 'open')
    const way = [{ node: start, next: ofSameValue(root, start) }]
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      const part = last.next.pop()
      if (part === undefined) {
        seen.set(last.node, 'done')
        way.pop()
      } else if (isObject(part)) {
        const before = seen.get(part)
        if (before === 'open') found.push(pathOf.get(last.node) ?? [])
        if (before !== undefined) continue
        seen.set(part, 'open')
        way.push({ node: part, next: ofSameValue(root, part) })
      }
    }
  }
  return found
}

/** What else the same value must fit, or is tried with. */
function ofSameValue(
  root: JsonSchema,
  { $ref, allOf, anyOf, oneOf, not, if: when, then: thus, else: otherwise }: JsonSchema,
): (Json | undefined)[] {
  const lists = [allOf, anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []))
  const target = typeof $ref === 'string' ? atPointer(root, $ref) : undefined
  return [target, ...lists, not, when, thus, otherwise].filter((one) => one !== undefined)
}

import type { Json } from '@cardcage/plugin'
import { makeId } from '../make-id.ts'
import { parseRequirement } from '../requirement.ts'
import { isObject, own } from '../schema-node.ts'
import type { Raw, Translation } from './translation.ts'

/**
 * Dependencies on plugins from keys that hold a list (`"dtw"`, `"dtw>=1.0"`, objects) or a map from names to ranges. Names become ids. `optional` is said of all
 * of a key.
 */
export function putDependencies(t: Translation, ...keys: readonly (string | { readonly key: string; readonly optional: true })[]): void {
  const found: Json[] = []
  let first: string | undefined
  for (const each of keys) {
    const [key, optional] = typeof each === 'string' ? [each, false] : [each.key, true]
    const value = own(t.raw, key) ?? undefined
    if (value === undefined) continue
    if (key !== 'dependencies') t.note({ from: key, to: 'dependencies' })
    first ??= key
    if (!Array.isArray(value) && !isObject(value)) {
      t.wrong([key], value, 'a list', 'Give a list: ["dtw", { "name": "twed", "version": "^1.2" }].')
      continue
    }
    for (const [place, written] of Object.entries(listOf(value))) {
      t.stands(['dependencies', String(found.length)], [key, isObject(value) ? Object.keys(value)[Number(place)]! : place])
      found.push(dependency(t, key, written, optional))
    }
  }
  if (first !== undefined) t.stands('dependencies', [first])
  if (found.length > 0) t.set('dependencies', found)
}

/** Libraries, as a list or a map from names to ranges. */
export function putRequirements(t: Translation, key: string): void {
  const value = own(t.raw, key) ?? undefined
  if (isObject(value)) for (const [i, name] of Object.keys(value).entries()) t.stands(['requires', String(i)], [key, name])
  t.put('requires', isObject(value) ? listOf(value) : value, key)
}

/** A map from names to ranges as the list it stands for; a list as it is. */
export function listOf(value: readonly Json[] | Raw): readonly Json[] {
  if (!isObject(value)) return value
  return Object.entries(value).map(([name, spec]): Json =>
    isObject(spec) ? { name, ...spec } : spec === null || spec === '' ? { name } : { name, version: spec },
  )
}

function dependency(t: Translation, key: string, written: Json, optional: boolean): Json {
  const split = typeof written === 'string' ? (parseRequirement(written) ?? spaced(written)) : undefined
  const name = split?.name ?? (isObject(written) ? own(written, 'name') : undefined)
  const id = typeof name === 'string' ? makeId(name) : undefined
  const renamed = id !== undefined && id !== name
  if (renamed) t.note({ from: `${key}: ${name as string}`, to: `dependencies: ${id}`, why: 'the id of that plugin' })
  if (isObject(written)) return { ...written, ...(renamed ? { name: id } : {}), ...(optional ? { optional } : {}) }
  if (split === undefined || (!renamed && !optional)) return written
  return { name: id ?? split.name, ...(split.range === '*' ? {} : { version: split.range }), ...(optional ? { optional } : {}) }
}

/** A name for people, with spaces in it. */
function spaced(name: string): { readonly name: string; readonly range: string } | undefined {
  return /^[^<>=~!^@]+$/.test(name) && makeId(name) !== undefined ? { name, range: '*' } : undefined
}

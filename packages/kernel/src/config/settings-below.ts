import type { Json } from '@cardcage/plugin'
import { isObject } from '../manifest/schema-node.ts'
import type { Setting } from './config-settings.ts'

/** The settings whose path begins so, as one object; of the same path the last counts. A list of keys below is made as it is needed. */
export function settingsBelow(settings: readonly Setting[], start: readonly string[]): Readonly<Record<string, Json>> {
  const result: Record<string, Json> = {}
  for (const { path, value } of settings) {
    if (path.length <= start.length || !start.every((key, i) => path[i] === key)) continue
    const [last, ...way] = path.slice(start.length).toReversed()
    let inside = result
    for (const key of way.toReversed()) {
      const before = Object.hasOwn(inside, key) ? inside[key] : undefined
      const copy: Record<string, Json> = isObject(before) ? { ...before } : {}
      inside[key] = copy
      inside = copy
    }
    inside[last!] = value
  }
  return result
}

/** Keys as the reference has them, as they are called in a program: `max_delay` is `maxDelay`. */
export function camelKeys<T>(value: Json): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value as T
  const entries = Object.entries(value as Readonly<Record<string, Json>>)
  return Object.fromEntries(
    entries.map(([key, inside]) => [key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), camelKeys(inside)]),
  ) as T
}

import type { Json } from '@cardcage/plugin'
import { UsageError } from './usage-error.ts'

type Nested = { [key: string]: Json | Nested }

/**
 * `key=value` pairs as an object: dots nest (`axis.log=true`), a key given again makes a list. Values stay strings: the host knows the schema
 * and coerces them.
 *
 * @throws UsageError where there is no `=`, a key is empty, or a key is both a value and a group
 */
export function paramsOf(pairs: readonly string[], option = '-p'): Readonly<Record<string, Json>> {
  const params: Nested = {}
  for (const pair of pairs) {
    const [key, value] = keyAndValue(pair, option)
    const path = key.split('.')
    if (path.some((part) => part === '' || part === '__proto__')) {
      throw new UsageError(`${option} ${pair}: "${key}" is not a name`, `Dots nest: ${option} axis.log=true.`)
    }
    set(params, path, value, option, pair)
  }
  return params
}

/** `role=name` pairs; a role given again takes several columns. @throws UsageError */
export function columnsOf(pairs: readonly string[]): Readonly<Record<string, string | readonly string[]>> {
  const columns = new Map<string, string | string[]>()
  for (const pair of pairs) {
    const [role, name] = keyAndValue(pair, '--column')
    const before = columns.get(role)
    columns.set(role, before === undefined ? name : [before, name].flat())
  }
  return Object.fromEntries(columns)
}

function keyAndValue(pair: string, option: string): [key: string, value: string] {
  const at = pair.indexOf('=')
  if (at < 1) throw new UsageError(`${option} ${pair}: a name, then "=", then a value is needed`, `For example: ${option} name=value`)
  return [pair.slice(0, at), pair.slice(at + 1)]
}

function set(params: Nested, path: readonly string[], value: string, option: string, pair: string): void {
  let group = params
  for (const [i, name] of path.entries()) {
    const before = Object.hasOwn(group, name) ? group[name] : undefined
    const isGroup = typeof before === 'object' && before !== null && !Array.isArray(before)
    const isLast = i === path.length - 1
    if (before !== undefined && isGroup === isLast) {
      const key = path.slice(0, i + 1).join('.')
      const inside = isGroup ? Object.keys(before)[0] : path[i + 1]
      const hint = `Write either ${option} ${key}=… or ${option} ${key}.${inside}=….`
      throw new UsageError(`${option} ${pair}: "${key}" is both a value and a group`, hint)
    }
    if (isLast) group[name] = before === undefined ? value : ([before, value].flat() as Json)
    else group = group[name] = (before ?? {}) as Nested
  }
}

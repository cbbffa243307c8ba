import type { Json } from '@cardcage/plugin'
import { isObject } from '../manifest/schema-node.ts'
import { type ConfigKey, configKeys, findKey } from './config-keys.ts'
import { writtenValue } from './config-value.ts'

/** A configuration, or what is below one of its keys, as it stands in a file: keys as the reference calls them, times and sizes with their unit. */
export function asWritten(value: Json, key: ConfigKey = configKeys): Json {
  if (key.type !== 'group' && key.type !== 'named') return writtenValue(key, value)
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([name, inside]): readonly [string, Json] => {
    if (key.type === 'named') return [name, asWritten(inside, key.of)]
    const found = findKey(key.keys, name)
    return found ? [found.name, asWritten(inside, found.node)] : [name, inside]
  })
  return Object.fromEntries(entries)
}

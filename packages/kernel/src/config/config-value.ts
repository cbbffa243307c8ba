import type { Json } from '@cardcage/plugin'
import { parseDuration, parseSize, printDuration, printSize } from '../base/quantity.ts'
import { printValue } from '../manifest/describe-schema.ts'
import { coerce } from './coerce.ts'
import type { ValueKey } from './config-keys.ts'

/**
 * A value of the host's configuration as it is used: milliseconds, bytes, numbers, lists. Text is coerced, as it is where it comes from a variable.
 *
 * @param factor what a bare number counts: default seconds for a duration, bytes for a size
 * @returns the value, or what is wrong with it
 */
export function readConfigValue(
  key: ValueKey,
  given: Json,
  factor?: number,
): { readonly value: Json } | { readonly given: string; readonly needed: string } {
  const needed = { given: printValue(given), needed: describeKey(key) }
  switch (key.type) {
    case 'duration':
    case 'size':
      return inRange(quantity(key.type, given, factor), key) ?? needed
    case 'count':
    case 'number': {
      const number = typeof given === 'string' ? coerce(given, ['number'], {}) : given
      const isWhole = key.type === 'number' || Number.isSafeInteger(number)
      return inRange(typeof number === 'number' && isWhole ? number : undefined, key) ?? needed
    }
    case 'boolean': {
      const value = typeof given === 'string' ? coerce(given, ['boolean'], {}) : given
      return typeof value === 'boolean' ? { value } : needed
    }
    case 'choice':
      return typeof given === 'string' && key.choices?.includes(given) ? { value: given } : needed
    case 'text':
      return typeof given === 'string' && given !== '' ? { value: given } : typeof given === 'number' ? { value: String(given) } : needed
    case 'texts':
    case 'paths': {
      const list = Array.isArray(given) ? given : [given]
      return list.every((item) => typeof item === 'string' && item !== '') ? { value: list } : needed
    }
    case 'object':
      // What was given instead may be a secret in the wrong place.
      return isRecord(given) ? { value: given } : { ...needed, given: Array.isArray(given) ? 'a list' : `a ${typeof given}` }
  }
}

/** A value of a key as people write it: times and sizes with their unit, so that it is the same when it is read again. */
export function writtenValue({ type }: ValueKey, value: Json): Json {
  if (typeof value !== 'number' || (type !== 'duration' && type !== 'size')) return value
  const [text, read, unit] =
    type === 'duration' ? ([printDuration(value), parseDuration, 'ms'] as const) : ([printSize(value), parseSize, 'B'] as const)
  return read(text) === value ? text : `${value}${unit}`
}

/** What a key takes, in words. */
export function describeKey({ type, minimum, maximum, choices }: ValueKey): string {
  const range = maximum === undefined ? (minimum === undefined ? '' : ` from ${minimum}`) : ` from ${minimum ?? 0} to ${maximum}`
  const words: Readonly<Record<ValueKey['type'], string>> = {
    duration: `a time${minimum ? ' above 0' : ''} such as "30s" or "500ms" (a bare number is seconds)${maximum === undefined ? '' : `, at most ${printDuration(maximum)}`}`,
    size: 'a size above 0 such as "512MiB" (a bare number is bytes)',
    count: `a whole number${range === '' ? ' from 0' : range}`,
    number: `a number${range}`,
    boolean: 'true or false',
    text: 'text',
    texts: 'a list of texts',
    paths: 'a list of paths',
    object: 'keys with values',
    choice: `one of ${(choices ?? []).join(', ')}`,
  }
  return words[type]
}

function quantity(type: 'duration' | 'size', given: Json, factor = type === 'duration' ? 1000 : 1): number | undefined {
  if (typeof given !== 'number' && typeof given !== 'string') return undefined
  const isBare = typeof given === 'number' || /^\s*\d+(?:\.\d+)?\s*$/.test(given)
  if (!isBare) return type === 'duration' ? parseDuration(given) : parseSize(given)
  const number = Number(given) * factor
  return Number.isFinite(number) && number >= 0 && number <= Number.MAX_SAFE_INTEGER ? Math.round(number) : undefined
}

function inRange(value: number | undefined, { minimum = 0, maximum = Infinity }: ValueKey): { readonly value: number } | undefined {
  return value !== undefined && value >= minimum && value <= maximum ? { value } : undefined
}

function isRecord(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

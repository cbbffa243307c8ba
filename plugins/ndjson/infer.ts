import type { Field } from '@cardcage/plugin'
import { InexactNumber } from './parse-line.ts'
import type { JsonObject, JsonValue } from './parse-line.ts'

const whole = 1
/** A whole number beyond 64 bits. */
const wide = 2
const float = 4
/** `"nan"`, `"inf"`, `"-inf"`: numbers among numbers, text among text. */
const special = 8
const bool = 16
const text = 32
const list = 64
const record = 128
/** Something that no type keeps. */
const inexact = 256

/** What is known of a value after some records. */
export interface Evidence {
  kinds: number
  /** A whole number that a double would change. */
  beyondDouble: boolean
  /** Digits of the longest whole number. */
  digits: number
  items?: Evidence
  keys?: Map<string, Evidence>
}

/** Evidence of no value. */
export function noEvidence(): Evidence {
  return { kinds: 0, beyondDouble: false, digits: 0 }
}

/** Types nest at most this deep and have at most so many keys; what is more is kept as JSON text. */
const mostLevels = 16
const mostKeys = 1000

/** The words that stand for numbers which JSON cannot write. */
export const specialNumbers: ReadonlyMap<string, number> = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['-inf', -Infinity],
])

/** Add a record to the evidence of its keys. */
export function observeRecord(keys: Map<string, Evidence>, value: JsonObject, level = 0): void {
  for (const key of Object.keys(value)) {
    let evidence = keys.get(key)
    if (!evidence) keys.set(key, (evidence = noEvidence()))
    observe(evidence, value[key]!, level)
  }
}

function observe(evidence: Evidence, value: JsonValue, level: number): void {
  if (value === null) return
  if (typeof value === 'string') evidence.kinds |= specialNumbers.has(value) ? special : text
  else if (typeof value === 'boolean') evidence.kinds |= bool
  else if (typeof value === 'number') evidence.kinds |= float
  else if (typeof value === 'bigint') observeWhole(evidence, value)
  else if (value instanceof InexactNumber || level >= mostLevels) evidence.kinds |= inexact
  else if (Array.isArray(value)) {
    evidence.kinds |= list
    evidence.items ??= noEvidence()
    for (const item of value as readonly JsonValue[]) observe(evidence.items, item, level + 1)
  } else {
    evidence.kinds |= record
    evidence.keys ??= new Map()
    observeRecord(evidence.keys, value as JsonObject, level + 1)
    if (evidence.keys.size > mostKeys) evidence.kinds |= inexact
  }
}

function observeWhole(evidence: Evidence, value: bigint): void {
  evidence.kinds |= BigInt.asIntN(64, value) === value ? whole : wide
  evidence.digits = Math.max(evidence.digits, String(value).replace('-', '').length)
  if (BigInt.asIntN(54, value) === value) return
  if (!Number.isFinite(Number(value)) || BigInt(Number(value)) !== value) evidence.beyondDouble = true
}

/** Marks a column of JSON texts: its values had no type in common. */
export const jsonText: Readonly<Record<string, string>> = { mediaType: 'application/json' }

/** The field that keeps every value seen: of an exact type, or the JSON text of the values. */
export function decideField(name: string, evidence: Evidence): Field {
  const type = typeOf(evidence)
  return type === undefined ? { name, type: 'utf8', metadata: jsonText } : { name, type }
}

function typeOf({ kinds, digits, beyondDouble, items, keys }: Evidence): string | undefined {
  if (kinds === 0 || kinds === text || kinds === special || kinds === (text | special)) return 'utf8'
  if (kinds === bool) return 'bool'
  if (kinds === whole) return 'int64'
  if ((kinds & ~(whole | wide)) === 0) return digits <= 38 ? 'decimal(38, 0)' : undefined
  if ((kinds & ~(whole | wide | float | special)) === 0) return beyondDouble ? undefined : 'float64'
  if (kinds === list) {
    const item = typeOf(items!)
    return item && `list<${item}>`
  }
  if (kinds !== record || keys!.size === 0) return undefined
  const children: string[] = []
  for (const [key, evidence] of keys!) {
    const type = typeOf(evidence)
    if (type === undefined) return undefined
    children.push(`${JSON.stringify(key)}: ${type}`)
  }
  return `struct<${children.join(', ')}>`
}

import { Buffer } from 'node:buffer'
import { parseDate, parseTime, parseTimestamp, parseType, stamp } from '@cardcage/columnar'
import type { ParsedType } from '@cardcage/columnar'
import { PluginError } from '@cardcage/plugin'
import type { Field, Value } from '@cardcage/plugin'
import { jsonText, specialNumbers } from './infer.ts'
import { InexactNumber, isObject } from './parse-line.ts'
import type { JsonValue } from './parse-line.ts'
import { printJson } from './print-json.ts'

/** Makes a value of a column; undefined where it does not fit exactly. Null is no business of it. */
export type Convert = (value: JsonValue) => Value | undefined

/**
 * How values of a field are made from JSON.
 * @throws {PluginError} `unsupported` for types that JSON lines do not write
 */
export function converterOf(field: Field): Convert {
  if (field.metadata?.['mediaType'] === jsonText['mediaType'] && field.type === 'utf8') return printJson
  return converter(parseType(field.type), field)
}

const digits = { s: 0, ms: 3, us: 6, ns: 9 } as const
const perSecond = { s: 1n, ms: 1_000n, us: 1_000_000n, ns: 1_000_000_000n } as const

function converter(type: ParsedType, field: Field): Convert {
  switch (type.kind) {
    case 'bool':
      return (value) => (typeof value === 'boolean' ? value : undefined)
    case 'utf8':
      return (value) => (typeof value === 'string' && value.isWellFormed() ? value : undefined)
    case 'int':
      return integer(type.signed ? -(2n ** BigInt(type.bits - 1)) : 0n, 2n ** BigInt(type.signed ? type.bits - 1 : type.bits) - 1n)
    case 'duration':
      return integer(-(2n ** 63n), 2n ** 63n - 1n)
    case 'float':
      return double
    case 'decimal':
      return decimal(type.precision, type.scale)
    case 'date':
      return ascii((bytes) => (parseDate(bytes, 0, bytes.length) ? BigInt(stamp.days) * (type.bits === 32 ? 1n : 86_400_000n) : undefined))
    case 'time':
      return ascii((bytes) => (parseTime(bytes, 0, bytes.length) === bytes.length ? ticks(0, stamp.seconds, type.unit) : undefined))
    case 'timestamp': {
      const zoned = type.timezone !== undefined
      return ascii((bytes) => {
        if (!parseTimestamp(bytes, 0, bytes.length) || zoned === Number.isNaN(stamp.offset)) return undefined
        const value = ticks(stamp.days, stamp.seconds, type.unit)
        return value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined
      })
    }
    case 'binary':
    case 'fixed_size_binary':
      return (value) => {
        if (typeof value !== 'string') return undefined
        const bytes = Buffer.from(value, 'base64')
        const sized = !('width' in type) || bytes.length === type.width
        return sized && bytes.toString('base64') === value ? new Uint8Array(bytes) : undefined
      }
    case 'list':
      return listOf(converter(type.item, field))
    case 'struct':
      return structOf(new Map(type.children.map((child) => [child.name, converter(child.type, field)])))
    default:
      throw new PluginError('unsupported', `Column '${field.name}': ${field.type} cannot be read from JSON lines`)
  }
}

function integer(low: bigint, high: bigint): Convert {
  const holdsSafe = low <= BigInt(Number.MIN_SAFE_INTEGER) && high >= BigInt(Number.MAX_SAFE_INTEGER)
  return (value) => {
    if (typeof value === 'number') {
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return undefined
      if (holdsSafe) return value
      return value >= low && value <= high ? value : undefined
    }
    return typeof value === 'bigint' && value >= low && value <= high ? value : undefined
  }
}

const double: Convert = (value) => {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number.isFinite(Number(value)) && BigInt(Number(value)) === value ? Number(value) : undefined
  return typeof value === 'string' ? specialNumbers.get(value) : undefined
}

function decimal(precision: number, scale: number): Convert {
  const limit = 10n ** BigInt(precision)
  return (value) => {
    const text =
      value instanceof InexactNumber ? value.text : typeof value === 'number' || typeof value === 'bigint' ? String(value) : value
    const found = typeof text === 'string' && text.length < 200 ? /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(text) : null
    if (!found) return undefined
    const [, sign, wholeDigits = '', fraction = ''] = found
    if (fraction.length > Math.max(0, scale)) return undefined
    let unscaled = BigInt(wholeDigits + fraction.padEnd(Math.max(0, scale), '0'))
    if (scale < 0) {
      const unit = 10n ** BigInt(-scale)
      if (unscaled % unit !== 0n) return undefined
      unscaled /= unit
    }
    return unscaled < limit ? (sign === '-' ? -unscaled : unscaled) : undefined
  }
}

function ascii(parse: (bytes: Uint8Array) => bigint | undefined): Convert {
  const bytes = new Uint8Array(64)
  return (value) => {
    if (typeof value !== 'string' || value.length > bytes.length) return undefined
    for (let i = 0; i < value.length; i++) bytes[i] = Math.min(255, value.charCodeAt(i))
    return parse(bytes.subarray(0, value.length))
  }
}

function ticks(days: number, seconds: number, unit: keyof typeof digits): bigint | undefined {
  if (stamp.digits > digits[unit]) return undefined
  return BigInt(days * 86400 + seconds) * perSecond[unit] + BigInt(stamp.nanoseconds / 10 ** (9 - digits[unit]))
}

function listOf(convert: Convert): Convert {
  return (value) => {
    if (!Array.isArray(value)) return undefined
    const items: Value[] = []
    for (const item of value as readonly JsonValue[]) {
      const converted = item === null ? null : convert(item)
      if (converted === undefined) return undefined
      items.push(converted)
    }
    return items
  }
}

/** A key that the type does not have does not fit; one that the value does not have is null. */
function structOf(children: ReadonlyMap<string, Convert>): Convert {
  return (value) => {
    if (!isObject(value)) return undefined
    const entries: [string, Value][] = []
    for (const key of Object.keys(value)) {
      const convert = children.get(key)
      const inner = value[key]!
      const converted = inner === null ? null : convert?.(inner)
      if (!convert || converted === undefined) return undefined
      entries.push([key, converted])
    }
    return Object.fromEntries(entries)
  }
}

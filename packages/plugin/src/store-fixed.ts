import type { ParsedType, TimeUnit } from './data-type.ts'
import { parseDecimal, writeUnscaled } from './decimal.ts'
import type { FixedArray } from './vector.ts'

/** Makes the error for the value at a position. */
type Refuse = (position: number, why?: string) => Error

/**
 * Store values of fixed width, each exactly or not at all. Missing values leave zeros. Integers take numbers and bigints; dates, times,
 * timestamps and durations take numbers and bigints in their unit and, where they are points in time, `Date`; decimals take text,
 * whole numbers, and bigints as their unscaled value.
 */
export function storeFixed(type: ParsedType, values: ArrayLike<unknown>, into: FixedArray, refuse: Refuse): void {
  switch (type.kind) {
    case 'float':
      return storeFloats(values, into as Float64Array, refuse)
    case 'decimal':
      return storeDecimals(type, values, into as BigInt64Array, refuse)
    case 'fixed_size_binary':
      return storeFixedBytes(type.width, values, into as Uint8Array, refuse)
    case 'int':
      return storeIntegers(type.bits, type.signed, values, into, refuse)
    case 'time':
    case 'duration':
      return storeIntegers(type.kind === 'time' ? type.bits : 64, true, values, into, refuse)
    case 'date':
      return storeIntegers(type.bits, true, values, into, refuse, type.bits === 32 ? daysOf : (date) => BigInt(date.getTime()))
    case 'timestamp':
      return storeIntegers(64, true, values, into, refuse, (date) => ticksOf(date, type.unit))
    default:
      throw new TypeError(`${type.kind} is not of fixed width`)
  }
}

function storeFloats(values: ArrayLike<unknown>, into: Float64Array, refuse: Refuse): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value === 'number') into[i] = value
    else if (typeof value === 'bigint') {
      if (BigInt(Number(value)) !== value) throw refuse(i, 'cannot be held exactly by a floating-point number')
      into[i] = Number(value)
    } else if (value !== null && value !== undefined) throw refuse(i)
  }
}

/** `fromDate` gives the integer of a `Date`, or why there is none; without it a `Date` is refused. */
function storeIntegers(
  bits: 8 | 16 | 32 | 64,
  signed: boolean,
  values: ArrayLike<unknown>,
  into: FixedArray,
  refuse: Refuse,
  fromDate?: (date: Date) => bigint | string,
): void {
  const low = signed ? -(2n ** BigInt(bits - 1)) : 0n
  const high = 2n ** BigInt(signed ? bits - 1 : bits) - 1n
  const least = Number(low)
  const most = Number(high)
  for (let i = 0; i < values.length; i++) {
    let value = values[i]
    if (value === null || value === undefined) continue
    if (value instanceof Date) {
      if (!fromDate || Number.isNaN(value.getTime())) throw refuse(i)
      const integer = fromDate(value)
      if (typeof integer === 'string') throw refuse(i, integer)
      value = integer
    }
    if (typeof value === 'number') {
      if (!Number.isInteger(value)) throw refuse(i, 'is not a whole number')
      if (value < least || value > most) throw refuse(i, `is not in ${low} to ${high}`)
      if (!Number.isSafeInteger(value)) throw refuse(i, 'is too large for an exact number (2^53): give a bigint')
      if (bits === 64) (into as BigInt64Array)[i] = BigInt(value)
      else (into as Int32Array)[i] = value
    } else if (typeof value === 'bigint') {
      if (value < low || value > high) throw refuse(i, `is not in ${low} to ${high}`)
      if (bits === 64) (into as BigInt64Array)[i] = value
      else (into as Int32Array)[i] = Number(value)
    } else throw refuse(i)
  }
}

function daysOf(date: Date): bigint | string {
  const days = date.getTime() / 86_400_000
  return Number.isInteger(days) ? BigInt(days) : 'has a time of day, which a date cannot hold: use timestamp(ms)'
}

function ticksOf(date: Date, unit: TimeUnit): bigint | string {
  const milliseconds = date.getTime()
  if (unit === 's') return milliseconds % 1000 === 0 ? BigInt(milliseconds / 1000) : 'has milliseconds, which whole seconds cannot hold'
  return BigInt(milliseconds) * (unit === 'ms' ? 1n : unit === 'us' ? 1000n : 1_000_000n)
}

function storeDecimals(type: ParsedType & { kind: 'decimal' }, values: ArrayLike<unknown>, into: BigInt64Array, refuse: Refuse): void {
  const limit = 10n ** BigInt(type.precision)
  const stride = type.bits / 64
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value === null || value === undefined) continue
    let unscaled: bigint | undefined
    if (typeof value === 'bigint') unscaled = value
    else if (typeof value === 'string') unscaled = parseDecimal(value, type.scale)
    else if (typeof value === 'number') {
      if (!Number.isSafeInteger(value)) throw refuse(i, 'is not a whole number within ±2^53: give decimals as text')
      unscaled = parseDecimal(String(value), type.scale)
    } else throw refuse(i)
    if (unscaled === undefined) throw refuse(i, `is not a decimal with at most ${type.scale} digits after the point`)
    if (unscaled >= limit || unscaled <= -limit) throw refuse(i, `has more than ${type.precision} digits`)
    writeUnscaled(into, i, stride, unscaled)
  }
}

function storeFixedBytes(width: number, values: ArrayLike<unknown>, into: Uint8Array, refuse: Refuse): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value === null || value === undefined) continue
    if (!(value instanceof Uint8Array)) throw refuse(i)
    if (value.length !== width) throw refuse(i, `has ${value.length} bytes, not ${width}`)
    into.set(value, i * width)
  }
}

import type { Cells, ColumnBuffers } from './cells.ts'
import { putCells } from './cells.ts'
import { int64, storeBigInt64, storeInt64 } from './parse-number.ts'
import { parseDate, parseTime, parseTimestamp, stamp } from '@cardcage/columnar'

/** Resolution of a timestamp. */
export type Unit = 's' | 'ms' | 'us' | 'ns'

const perSecond: Readonly<Record<Unit, number>> = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 }
const fractionDigits: Readonly<Record<Unit, number>> = { s: 0, ms: 3, us: 6, ns: 9 }

/** A column of days since 1970-01-01, or of their milliseconds where `wide`. */
export function dateColumn(cells: Cells, column: number, wide: boolean): ColumnBuffers {
  const { rows } = cells.index
  const days = new Int32Array(rows)
  const validity = putCells(cells, column, (row, bytes, from, to) => {
    if (!parseDate(bytes, from, to)) return false
    days[row] = stamp.days
    return true
  })
  const values = wide ? BigInt64Array.from(days, (day) => BigInt(day) * 86_400_000n) : days
  return { ...(validity && { validity }), values }
}

/** A column of times of day. */
export function timeColumn(cells: Cells, column: number, unit: Unit): ColumnBuffers {
  const { rows } = cells.index
  const values = unit === 's' || unit === 'ms' ? new Int32Array(rows) : new BigInt64Array(rows)
  const perUnit = 1e9 / perSecond[unit]
  const validity = putCells(cells, column, (row, bytes, from, to) => {
    if (parseTime(bytes, from, to) !== to || stamp.digits > fractionDigits[unit]) return false
    const value = stamp.seconds * perSecond[unit] + stamp.nanoseconds / perUnit
    if (values instanceof Int32Array) values[row] = value
    else values[row] = BigInt(value)
    return true
  })
  return { ...(validity && { validity }), values }
}

/**
 * A column of timestamps. Digits of the second beyond the unit do not fit, nor does a text with a zone where the type has none, nor one
 * without where it has.
 */
export function timestampColumn(cells: Cells, column: number, unit: Unit, zoned: boolean): ColumnBuffers {
  const values = new BigInt64Array(cells.index.rows)
  const words = new Int32Array(values.buffer)
  const scale = perSecond[unit]
  const digits = fractionDigits[unit]
  const perUnit = 1e9 / scale
  const validity = putCells(cells, column, (row, bytes, from, to) => {
    if (!parseTimestamp(bytes, from, to) || stamp.digits > digits) return false
    if (zoned !== (stamp.offset === stamp.offset)) return false
    const seconds = stamp.days * 86400 + stamp.seconds
    const fraction = stamp.nanoseconds / perUnit
    const value = seconds * scale + fraction
    if (value < 9e15 && value > -9e15) storeInt64(value)
    else {
      const exact = BigInt(seconds) * BigInt(scale) + BigInt(fraction)
      if (BigInt.asIntN(64, exact) !== exact) return false
      storeBigInt64(exact)
    }
    words[2 * row] = int64.low
    words[2 * row + 1] = int64.high
    return true
  })
  return { ...(validity && { validity }), values }
}

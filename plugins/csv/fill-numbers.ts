import type { Cells, ColumnBuffers } from './cells.ts'
import { putCells } from './cells.ts'
import { ascii, int64, parseFloat64, parseInt64 } from './parse-number.ts'

/** A column of doubles, or of floats where `single`. */
export function floatColumn(cells: Cells, column: number, single: boolean): ColumnBuffers {
  const values = single ? new Float32Array(cells.index.rows) : new Float64Array(cells.index.rows)
  const { strict, texts } = cells
  const validity = putCells(cells, column, (row, bytes, from, to) => {
    const value = parseFloat64(bytes, from, to, strict)
    if (value === value) {
      values[row] = value
      return true
    }
    const special = texts.special(bytes, from, to)
    if (special === undefined) return false
    values[row] = special
    return true
  })
  return { ...(validity && { validity }), values }
}

/** A column of 64-bit integers. */
export function int64Column(cells: Cells, column: number): ColumnBuffers {
  const values = new BigInt64Array(cells.index.rows)
  const words = new Int32Array(values.buffer)
  const { strict } = cells
  const validity = putCells(cells, column, (row, bytes, from, to) => {
    if (!parseInt64(bytes, from, to, strict)) return false
    words[2 * row] = int64.low
    words[2 * row + 1] = int64.high
    return true
  })
  return { ...(validity && { validity }), values }
}

/** A column of 64-bit integers without sign. */
export function uint64Column(cells: Cells, column: number): ColumnBuffers {
  const values = new BigUint64Array(cells.index.rows)
  const words = new Int32Array(values.buffer)
  const { strict } = cells
  const validity = putCells(cells, column, (row, bytes, from, to) => {
    if (parseInt64(bytes, from, to, strict)) {
      words[2 * row] = int64.low
      words[2 * row + 1] = int64.high
      return int64.high >= 0
    }
    const value = /^\d{19,20}$/.test(ascii(bytes, from, Math.min(to, from + 21))) ? BigInt(ascii(bytes, from, to)) : -1n
    if (value < 0n || value >= 2n ** 64n) return false
    values[row] = value
    return true
  })
  return { ...(validity && { validity }), values }
}

const arrays = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
} as const

/** Names of the integer types of up to 32 bits. */
export type NarrowInt = keyof typeof arrays

/** Is this the name of an integer type of up to 32 bits? */
export function isNarrowInt(type: string): type is NarrowInt {
  return Object.hasOwn(arrays, type)
}

/** A column of integers of up to 32 bits. */
export function narrowIntColumn(cells: Cells, column: number, type: NarrowInt): ColumnBuffers {
  const values = new arrays[type](cells.index.rows)
  const { strict } = cells
  const validity = putCells(cells, column, (row, bytes, from, to) => {
    if (!parseInt64(bytes, from, to, strict)) return false
    const value = int64.high * 4294967296 + (int64.low >>> 0)
    values[row] = value
    return values[row] === value
  })
  return { ...(validity && { validity }), values }
}

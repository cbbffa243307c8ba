import type { Cells, ColumnBuffers } from './cells.ts'
import { putCells } from './cells.ts'
import { ascii } from './parse-number.ts'

/** A column of booleans, as bits. */
export function boolColumn(cells: Cells, column: number): ColumnBuffers {
  const values = new Uint8Array((cells.index.rows + 7) >> 3)
  const { texts } = cells
  const validity = putCells(cells, column, (row, bytes, from, to) => {
    const value = texts.boolean(bytes, from, to)
    if (value === 1) values[row >> 3]! |= 1 << (row & 7)
    return value >= 0
  })
  return { ...(validity && { validity }), values }
}

const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?$/

/** A column of decimals of two or four 64-bit words. Digits beyond the scale or the precision do not fit. */
export function decimalColumn(cells: Cells, column: number, precision: number, scale: number, words: 2 | 4): ColumnBuffers {
  const values = new BigInt64Array(cells.index.rows * words)
  const limit = 10n ** BigInt(precision)
  const { strict } = cells
  const validity = putCells(cells, column, (row, bytes, from, to) => {
    if (to - from > 400) return false
    const found = decimalText.exec(ascii(bytes, from, to))
    if (!found) return false
    const [, sign, whole = '', fraction = ''] = found
    if (whole + fraction === '' || (strict && (sign === '+' || /^0\d/.test(whole)))) return false
    const kept = fraction.replace(/0+$/, '')
    if (kept.length > Math.max(scale, 0)) return false
    let value = BigInt(whole + kept.padEnd(Math.max(scale, 0), '0'))
    if (scale < 0) {
      const unit = 10n ** BigInt(-scale)
      if (value % unit !== 0n) return false
      value /= unit
    }
    if (value >= limit) return false
    if (sign === '-') value = -value
    for (let word = 0; word < words; word++) {
      values[row * words + word] = BigInt.asIntN(64, value)
      value >>= 64n
    }
    return true
  })
  return { ...(validity && { validity }), values }
}

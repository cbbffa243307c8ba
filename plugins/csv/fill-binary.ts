import { Buffer } from 'node:buffer'
import { putCells } from './cells.ts'
import type { Cells, ColumnBuffers } from './cells.ts'

/**
 * A column of bytes, written in base64 with padding.
 * @see RFC 4648, section 4
 */
export function binaryColumn(cells: Cells, column: number): ColumnBuffers {
  const { rows } = cells.index
  const ends = new Int32Array(rows)
  const parts: Uint8Array[] = []
  let size = 0
  const validity = putCells(cells, column, (row, bytes, from, to) => {
    const part = decode(bytes, from, to)
    if (!part) return false
    parts.push(part)
    size += part.length
    ends[row] = size
    return true
  })
  const values = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    values.set(part, at)
    at += part.length
  }
  const offsets = new Int32Array(rows + 1)
  for (let row = 0; row < rows; row++) offsets[row + 1] = Math.max(offsets[row]!, ends[row]!)
  return { ...(validity && { validity }), values, offsets }
}

/** Undefined where the bytes are not base64 as it is written: padded, and without bits to spare. */
function decode(bytes: Uint8Array, from: number, to: number): Uint8Array | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
  const decoded = Buffer.from(text, 'base64')
  return decoded.toString('base64') === text ? decoded : undefined
}

import type { CellIndex } from './scan.ts'
import { escaped, quoted } from './scan.ts'
import type { CellTexts } from './cell-texts.ts'

/** The rows of a window, ready to become columns. */
export interface Cells {
  readonly bytes: Uint8Array
  readonly index: CellIndex
  /** Cells of a row. */
  readonly width: number
  readonly texts: CellTexts
  /** The type was inferred: refuse cells that it would not give back, as `007` in a column of integers. */
  readonly strict: boolean
  /** Take note of a cell that does not fit; its value becomes null. */
  misfit(row: number, column: number): void
}

/** The Arrow buffers of a column: what there is depends on its type. */
export interface ColumnBuffers {
  validity?: Uint8Array
  values:
    | Float64Array
    | Float32Array
    | BigInt64Array
    | BigUint64Array
    | Int32Array
    | Uint32Array
    | Int16Array
    | Uint16Array
    | Int8Array
    | Uint8Array
  offsets?: Int32Array
}

/** The bits of a column that say where there is a value; made when the first is missing. */
export class Validity {
  bits: Uint8Array | undefined
  readonly #length: number

  constructor(length: number) {
    this.#length = length
  }

  clear(row: number): void {
    if (this.bits === undefined) {
      this.bits = new Uint8Array((this.#length + 7) >> 3).fill(255)
      if (this.#length & 7) this.bits[this.bits.length - 1] = (1 << (this.#length & 7)) - 1
    }
    this.bits[row >> 3]! &= ~(1 << (row & 7))
  }
}

/** Puts the bytes of one cell into its column; false where they do not fit. */
export type Put = (row: number, bytes: Uint8Array, from: number, to: number) => boolean

/**
 * Hand the cells of a column that is not text to `put`. A cell without content is missing, quoted or not; blanks around content mean
 * nothing, and blanks alone are no content.
 */
export function putCells(cells: Cells, column: number, put: Put): Uint8Array | undefined {
  const { bytes, index, width, texts } = cells
  const { starts, ends, rows } = index
  const { hasNulls } = texts
  const validity = new Validity(rows)
  for (let row = 0, cell = column; row < rows; row++, cell += width) {
    const from = starts[cell]!
    const end = ends[cell]!
    const to = end >> 2
    if (from === to || (hasNulls && (end & quoted) === 0 && texts.isNull(bytes, from, to))) validity.clear(row)
    else if (!put(row, bytes, from, to)) {
      const first = skipBlanks(bytes, from, to)
      const last = skipBlanksBack(bytes, first, to)
      if ((first > from || last < to) && first < last && put(row, bytes, first, last)) continue
      validity.clear(row)
      if (first < last) cells.misfit(row, column)
    }
  }
  return validity.bits
}

/** The first position from `from` on that is neither space nor tab. */
export function skipBlanks(bytes: Uint8Array, from: number, to: number): number {
  while (from < to && (bytes[from] === 32 || bytes[from] === 9)) from++
  return from
}

/** The end of what is between `from` and `to` without the spaces and tabs at its end. */
export function skipBlanksBack(bytes: Uint8Array, from: number, to: number): number {
  while (to > from && (bytes[to - 1] === 32 || bytes[to - 1] === 9)) to--
  return to
}

/** A column of text: the bytes as they are, doubled quotes undone. An empty cell is missing, a quoted one is the empty text. */
export function textColumn(cells: Cells, column: number): ColumnBuffers {
  const { bytes, index, width, texts } = cells
  const { starts, ends, rows } = index
  let size = 0
  for (let row = 0, cell = column; row < rows; row++, cell += width) size += (ends[cell]! >> 2) - starts[cell]!
  const values = new Uint8Array(size)
  const offsets = new Int32Array(rows + 1)
  const validity = new Validity(rows)
  let at = 0
  for (let row = 0, cell = column; row < rows; row++, cell += width) {
    const from = starts[cell]!
    const end = ends[cell]!
    const to = end >> 2
    if ((end & quoted) === 0 && (from === to || (texts.hasNulls && texts.isNull(bytes, from, to)))) validity.clear(row)
    else if ((end & escaped) === escaped) at = copyUnescaped(bytes, from, to, values, at)
    else if (to - from > 24) {
      values.set(bytes.subarray(from, to), at)
      at += to - from
    } else for (let position = from; position < to;) values[at++] = bytes[position++]!
    offsets[row + 1] = at
  }
  return { ...(validity.bits && { validity: validity.bits }), values: at < size ? values.subarray(0, at) : values, offsets }
}

/** Copy a cell, leaving out the second of every two quotes; the quote is the only byte that comes doubled. */
function copyUnescaped(bytes: Uint8Array, from: number, to: number, into: Uint8Array, at: number): number {
  const quote = bytes[from - 1]!
  for (let position = from; position < to; position++) {
    const byte = bytes[position]!
    into[at++] = byte
    if (byte === quote) position++
  }
  return at
}

/** The content of one cell of an index, doubled quotes undone. */
export function cellBytes(bytes: Uint8Array, index: CellIndex, cell: number): Uint8Array {
  const from = index.starts[cell]!
  const end = index.ends[cell]!
  const content = bytes.subarray(from, end >> 2)
  if ((end & escaped) !== escaped) return content
  const plainBytes = new Uint8Array(content.length)
  return plainBytes.subarray(0, copyUnescaped(bytes, from, end >> 2, plainBytes, 0))
}

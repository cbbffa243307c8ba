import type { Dialect } from './scan.ts'

/** Where in a record a skip stands between two windows. */
export interface SkipState {
  quoted: boolean
  cellStart: boolean
  /** The last byte was a quote inside a quoted cell: it closes the cell unless another follows. */
  pendingQuote: boolean
  /** The last byte was a CR outside quotes: the record has ended, a LF may follow. */
  pendingReturn: boolean
}

/** The state at the first byte of a record. */
export function skipStart(): SkipState {
  return { quoted: false, cellStart: true, pendingQuote: false, pendingReturn: false }
}

/**
 * Walk over a record that is too long to be kept.
 * @returns the position of the byte after its line end, or -1 when the record goes on after `to`.
 */
export function skipRecord(bytes: Uint8Array, from: number, to: number, { delimiter, quote }: Dialect, state: SkipState): number {
  for (let position = from; position < to; position++) {
    const byte = bytes[position]!
    if (state.pendingReturn) return byte === 10 ? position + 1 : position
    if (state.quoted) {
      if (state.pendingQuote) {
        state.pendingQuote = false
        if (byte === quote) continue
        state.quoted = false
      } else {
        state.pendingQuote = byte === quote
        continue
      }
    } else if (state.cellStart && byte === quote) {
      state.quoted = true
      state.cellStart = false
      continue
    }
    if (byte === 10) return position + 1
    state.pendingReturn = byte === 13
    state.cellStart = byte === delimiter
  }
  return -1
}

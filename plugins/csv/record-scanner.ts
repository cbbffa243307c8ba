import { isUtf8 } from 'node:buffer'
import { utf8Length } from '@cardcage/columnar'
import type { ByteWindow } from '@cardcage/columnar'
import { cellIndex, countLines, dropRecords, scan } from './scan.ts'
import type { CellIndex, Dialect, Flaw } from './scan.ts'
import { skipRecord, skipStart } from './skip-record.ts'

/** A record without a row. */
export interface BadRecord {
  readonly flaw: Flaw | 'not-utf8'
  /** From 0, within what was scanned last. */
  readonly record: number
  /** Byte offsets in the source, without the line end. */
  readonly from: number
  readonly to: number
  readonly line: number
  readonly cells: number
  /** Line of the quote that is never closed; byte offset of what is not UTF-8. */
  readonly at: number
  /** The first KiB as text. */
  readonly raw: string
}

/** Goes through a source record by record, a window at a time, in memory bounded by the window and the longest record allowed. */
export class RecordScanner {
  readonly window: ByteWindow
  readonly index: CellIndex = cellIndex()
  /** Records that came without a row in the last `next`, in order. */
  bad: BadRecord[] = []
  /** Line at which the last `next` began, from 1. */
  line = 1
  /** Where in the window the last `next` began. */
  begin = 0
  readonly dialect: Dialect
  readonly #recordBytes: number
  readonly #size: number
  #linesTaken = 0

  /** @param size of later windows in bytes; the given window may be larger. */
  constructor(window: ByteWindow, dialect: Dialect, recordBytes: number, size: number) {
    this.window = window
    this.dialect = dialect
    this.#recordBytes = recordBytes
    this.#size = size
  }

  /**
   * Index the next complete records into `index` and `bad`; what was indexed before is gone.
   * @param width cells of a record, 0 for any.
   * @returns false at the end of the source.
   */
  async next(width: number, records = Infinity): Promise<boolean> {
    const { window, index } = this
    this.line += this.#linesTaken
    this.#linesTaken = 0
    for (;;) {
      this.begin = window.from
      this.bad = []
      const limits = { width, records, recordBytes: this.#recordBytes, final: window.ended }
      window.from = scan(window.bytes, window.from, window.to, this.dialect, limits, index)
      if (index.records > 0) {
        this.#linesTaken = index.lines
        this.#describeBad(width)
        return true
      }
      this.line += index.lines
      if (window.ended && window.from >= window.to) return false
      if (window.to - window.from > this.#recordBytes + 2) {
        await this.#skip()
        return true
      }
      if (window.from === 0 && window.to === window.bytes.length) window.resize(Math.min(window.to * 2, this.#recordBytes + 4096))
      else if (window.bytes.length > this.#size && window.to - window.from < this.#size / 2) window.resize(this.#size)
      await window.fill()
    }
  }

  /** Forget the last `next`: the following one begins where it began. */
  back(): void {
    this.window.from = this.begin
    this.#linesTaken = 0
  }

  /** Text of bytes of the window, at most 1 KiB of it; what is not UTF-8 becomes U+FFFD. */
  raw(from: number, to: number): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.window.bytes.subarray(from, Math.min(to, from + 1024)))
  }

  #describeBad(width: number): void {
    const { index, window } = this
    const { bytes, base } = window
    const utf8 = isUtf8(bytes.subarray(this.begin, window.from))
    if (utf8 && index.flawed.length === 0) return
    const found: Omit<BadRecord, 'line' | 'raw'>[] = [...index.flawed]
    if (!utf8) {
      for (let row = 0; row < index.rows; row++) {
        const from = index.rowFrom[row]!
        const to = index.rowTo[row]!
        if (isUtf8(bytes.subarray(from, to))) continue
        const at = base + from + utf8Length(bytes.subarray(from, to))
        found.push({ flaw: 'not-utf8', record: index.rowRecord[row]!, from, to, cells: width || index.cells, at })
      }
      dropRecords(index, width, new Set(found.filter(({ flaw }) => flaw === 'not-utf8').map(({ record }) => record)))
      found.sort((a, b) => a.record - b.record)
    }
    let line = this.line
    let counted = this.begin
    for (const bad of found) {
      line += countLines(bytes, counted, bad.from)
      counted = bad.from
      const at = bad.flaw === 'unclosed' ? line + countLines(bytes, bad.from, bad.at) : bad.at
      this.bad.push({ ...bad, from: base + bad.from, to: base + bad.to, line, at, raw: this.raw(bad.from, bad.to) })
    }
  }

  /** Read past a record that is too long to be held. */
  async #skip(): Promise<void> {
    const { window, index } = this
    const from = window.base + window.from
    const raw = this.raw(window.from, window.to)
    const state = skipStart()
    index.rows = 0
    index.cells = 0
    index.records = 1
    let lineEnd = 0
    for (;;) {
      const reach = window.bytes[window.to - 1] === 13 && !window.ended ? window.to - 1 : window.to
      const after = skipRecord(window.bytes, window.from, reach, this.dialect, state)
      const until = after < 0 ? reach : after
      this.#linesTaken += countLines(window.bytes, window.from, until)
      if (after >= 0) lineEnd = window.bytes[after - 1] === 10 && window.bytes[after - 2] === 13 ? 2 : 1
      else if (window.ended && state.pendingReturn) lineEnd = 1
      window.from = until
      if (after >= 0 || window.ended) break
      await window.fill()
    }
    const unclosed = window.ended && window.from >= window.to && state.quoted && !state.pendingQuote
    const to = window.base + window.from - lineEnd
    this.bad = [{ flaw: unclosed ? 'unclosed' : 'too-long', record: 0, from, to, line: this.line, cells: 0, at: this.line, raw }]
    this.begin = window.from
  }
}

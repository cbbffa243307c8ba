import type { ByteWindow } from '@cardcage/columnar'

/** A line that holds more than spaces and tabs. */
export interface Line {
  /** Positions in the window, without the line end; those of a line too long to be held are not in the window. */
  readonly from: number
  readonly to: number
  /** From 1. */
  readonly number: number
  /** Colons outside strings: the keys that it writes. */
  readonly colons: number
  /** Deepest nesting of arrays and objects. */
  readonly depth: number
  /** Has it numbers of 16 digits and more, or with an exponent? */
  readonly exact: boolean
}

/** A line too long to be held: byte offsets in the source. */
export interface LongLine {
  readonly from: number
  readonly to: number
  readonly number: number
  readonly raw: string
}

const lineFeed = 10

/** Goes through a source line by line, a window at a time, in memory bounded by the window and the longest line allowed. */
export class LineScanner {
  readonly window: ByteWindow
  /** What the last `next` found, in order. */
  lines: Line[] = []
  long: LongLine | undefined
  #number = 1
  readonly #lineBytes: number
  readonly #size: number

  /** @param size of later windows in bytes; the given window may be larger. */
  constructor(window: ByteWindow, lineBytes: number, size: number) {
    this.window = window
    this.#lineBytes = lineBytes
    this.#size = size
  }

  /** Find the next complete lines. @returns false at the end of the source. */
  async next(): Promise<boolean> {
    const { window } = this
    this.lines = []
    this.long = undefined
    for (;;) {
      this.#scan()
      if (this.lines.length > 0 || this.long) return true
      if (window.ended && window.from >= window.to) return false
      if (window.to - window.from > this.#lineBytes + 2) {
        await this.#skip()
        return true
      }
      if (window.from === 0 && window.to === window.bytes.length) window.resize(Math.min(window.to * 2, this.#lineBytes + 4096))
      else if (window.bytes.length > this.#size && window.to - window.from < this.#size / 2) window.resize(this.#size)
      await window.fill()
    }
  }

  /** Text of bytes of the window, at most 1 KiB of it; what is not UTF-8 becomes U+FFFD. */
  raw(from: number, to: number): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.window.bytes.subarray(from, Math.min(to, from + 1024)))
  }

  /** Ends at a line that is too long, so that lines and rejects stay in order. */
  #scan(): void {
    const { window } = this
    const { bytes, to } = window
    while (window.from < to) {
      const from = window.from
      let position = from
      let colons = 0
      let depth = 0
      let deepest = 0
      let digits = 0
      let exact = false
      let blank = true
      for (; position < to; position++) {
        const byte = bytes[position]!
        if (byte >= 48 && byte <= 57) {
          blank = false
          if (++digits === 16) exact = true
          continue
        }
        if (digits > 0 && (byte | 32) === 101) exact = true
        digits = 0
        if (byte === lineFeed) break
        if (byte === 34) position = endOfText(bytes, position + 1, to)
        else if (byte === 58) colons++
        else if (byte === 123 || byte === 91) {
          if (++depth > deepest) deepest = depth
        } else if (byte === 125 || byte === 93) depth--
        else if (byte === 32 || byte === 9 || byte === 13) continue
        blank = false
      }
      position = Math.min(position, to)
      if (position === to && !window.ended) return
      const end = position > from && bytes[position - 1] === 13 ? position - 1 : position
      if (end - from > this.#lineBytes) {
        if (this.lines.length > 0) return
        this.long = { from: window.base + from, to: window.base + end, number: this.#number, raw: this.raw(from, end) }
      } else if (!blank) this.lines.push({ from, to: end, number: this.#number, colons, depth: deepest, exact })
      this.#number++
      window.from = Math.min(position + 1, to)
      if (this.long) return
    }
  }

  async #skip(): Promise<void> {
    const { window } = this
    const from = window.base + window.from
    const raw = this.raw(window.from, window.to)
    let end = -1
    let last = 0
    for (;;) {
      end = window.bytes.subarray(window.from, window.to).indexOf(lineFeed)
      if (end >= 0 || window.ended) break
      last = window.bytes[window.to - 1] ?? last
      window.from = window.to
      await window.fill()
    }
    const stop = end >= 0 ? window.from + end : window.to
    if (stop > window.from) last = window.bytes[stop - 1]!
    this.long = { from, to: window.base + stop - (last === 13 ? 1 : 0), number: this.#number++, raw }
    window.from = end >= 0 ? stop + 1 : stop
  }
}

/** Position of the quote that ends a text, or of what is before the line end where none does. */
function endOfText(bytes: Uint8Array, position: number, to: number): number {
  for (; position < to; position++) {
    const byte = bytes[position]
    if (byte === 34) return position
    if (byte === lineFeed) return position - 1
    if (byte === 92 && bytes[position + 1] !== lineFeed) position++
  }
  return position
}

import type { DataType } from '@cardcage/plugin'
import type { CellIndex } from './scan.ts'
import { quoted } from './scan.ts'
import type { CellTexts } from './cell-texts.ts'
import { skipBlanks, skipBlanksBack } from './cells.ts'
import { parseFloat64, parseInt64, ascii } from './parse-number.ts'
import { parseDate, parseTimestamp, stamp } from '@cardcage/columnar'

/** What the cells of a column have been, as bits. */
const int = 1
/** A whole number beyond 64 bits. */
const wide = 2
const float = 4
/** NaN or an infinity: says nothing by itself. */
const special = 8
const bool = 16
const date = 32
const local = 64
const zoned = 128
const text = 256

/** What is known of a column after some of its cells. */
export interface Evidence {
  kinds: number
  /** Digits of the longest whole number. */
  digits: number
  /** A whole number that a double would change. */
  inexact: boolean
  /** Digits of the longest fraction of a second, as written, and without zeros at its end. */
  written: number
  fraction: number
  /** A year too far from 1970 for nanoseconds in 64 bits. */
  far: boolean
  /** Minutes east of UTC of every zoned timestamp so far; NaN once they differ. */
  offset: number | undefined
}

/** Evidence of no cell. */
export function noEvidence(): Evidence {
  return { kinds: 0, digits: 0, inexact: false, written: 0, fraction: 0, far: false, offset: undefined }
}

/** Add the cells of one column of an index. */
export function observe(evidence: Evidence, bytes: Uint8Array, index: CellIndex, column: number, width: number, texts: CellTexts): void {
  for (let row = 0; row < index.rows; row++) {
    if (evidence.kinds & text) return
    const cell = row * width + column
    let from = index.starts[cell]!
    const end = index.ends[cell]!
    let to = end >> 2
    if (from === to) continue
    if (texts.hasNulls && (end & quoted) === 0 && texts.isNull(bytes, from, to)) continue
    from = skipBlanks(bytes, from, to)
    to = skipBlanksBack(bytes, from, to)
    if (from < to) evidence.kinds |= classify(evidence, bytes, from, to, texts)
  }
}

function classify(evidence: Evidence, bytes: Uint8Array, from: number, to: number, texts: CellTexts): number {
  const first = bytes[from]!
  const digit = first >= 48 && first <= 57
  if (digit && bytes[from + 4] === 45 && to - from >= 10) return classifyTime(evidence, bytes, from, to)
  if (digit || first === 45 || first === 46) {
    if (parseInt64(bytes, from, to, true)) {
      noteWhole(evidence, bytes, from, to)
      return int
    }
    const value = parseFloat64(bytes, from, to, false)
    if (value === value) {
      if (isWhole(bytes, from, to)) {
        if (leadsWithZero(bytes, from, to)) return text
        noteWhole(evidence, bytes, from, to)
        return wide
      }
      if (Number.isNaN(parseFloat64(bytes, from, to, true))) {
        if (leadsWithZero(bytes, from, to)) return text
        evidence.inexact = true
      }
      return float
    }
  }
  if (texts.special(bytes, from, to) !== undefined) return special
  return texts.boolean(bytes, from, to) < 0 ? text : bool
}

function classifyTime(evidence: Evidence, bytes: Uint8Array, from: number, to: number): number {
  if (parseDate(bytes, from, to)) return date
  if (!parseTimestamp(bytes, from, to)) return text
  evidence.written = Math.max(evidence.written, stamp.written)
  evidence.fraction = Math.max(evidence.fraction, stamp.digits)
  if (stamp.days < -106751 || stamp.days > 106750) evidence.far = true
  if (stamp.offset !== stamp.offset) return local
  if (evidence.offset === undefined) evidence.offset = stamp.offset
  else if (evidence.offset !== stamp.offset) evidence.offset = NaN
  return zoned
}

function noteWhole(evidence: Evidence, bytes: Uint8Array, from: number, to: number): void {
  const digits = to - from - (bytes[from] === 45 ? 1 : 0)
  if (digits > evidence.digits) evidence.digits = digits
  if (digits > 15 && Number.isNaN(parseFloat64(bytes, from, to, true))) evidence.inexact = true
}

function isWhole(bytes: Uint8Array, from: number, to: number): boolean {
  const digits = bytes[from] === 45 ? from + 1 : from
  // Minus zero is a double, not an integer.
  if (to - digits === 1 && digits > from && bytes[digits] === 48) return false
  return /^\d+$/.test(ascii(bytes, digits, to))
}

function leadsWithZero(bytes: Uint8Array, from: number, to: number): boolean {
  const digits = bytes[from] === 45 ? from + 1 : from
  return bytes[digits] === 48 && digits + 1 < to && bytes[digits + 1]! >= 48 && bytes[digits + 1]! <= 57
}

/** The narrowest type that keeps every cell seen, and what it could not keep. */
export interface Found {
  readonly type: DataType
  /** Minutes east of UTC that all times were written with. */
  readonly offset?: number
  /** Why it is text although every cell was a number or a time. */
  readonly because?: string
}

/** Decide a column's type. Types widen exactly or become text: int64, decimal, float64 only where every whole number stays what it is. */
export function decide(evidence: Evidence): Found {
  const { kinds } = evidence
  if (kinds === int) return { type: 'int64' }
  if ((kinds & ~(int | wide)) === 0 && kinds & wide) {
    if (evidence.digits <= 38) return { type: 'decimal(38, 0)' }
    return { type: 'utf8', because: 'a whole number has more than 38 digits' }
  }
  if (kinds & (int | wide | float) && (kinds & ~(int | wide | float | special)) === 0) {
    if (!evidence.inexact) return { type: 'float64' }
    return { type: 'utf8', because: 'numbers beyond ±2^53 and fractions fit no exact type together' }
  }
  if (kinds === bool) return { type: 'bool' }
  if (kinds === date) return { type: 'date32' }
  if (kinds === local || kinds === zoned) {
    const unit = unitOf(evidence.written > 6 && evidence.far ? evidence.fraction : evidence.written)
    if (unit === 'ns' && evidence.far) return { type: 'utf8', because: 'nanoseconds of years before 1678 or after 2261 do not fit 64 bits' }
    if (kinds === local) return { type: `timestamp(${unit})` }
    return { type: `timestamp(${unit}, UTC)`, ...(Number.isNaN(evidence.offset) ? {} : { offset: evidence.offset! }) }
  }
  return { type: 'utf8' }
}

function unitOf(digits: number): 'ms' | 'us' | 'ns' {
  return digits <= 3 ? 'ms' : digits <= 6 ? 'us' : 'ns'
}

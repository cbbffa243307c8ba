/** The three bytes that give a delimited text its structure; `quote` is -1 where nothing is quoted. */
export interface Dialect {
  readonly delimiter: number
  readonly quote: number
}

/** How a cell was written; kept in the two low bits of `CellIndex.ends`. */
export const plain = 0
export const quoted = 1
/** Quoted, and holding doubled quotes. */
export const escaped = 3

/** What is wrong with the shape of a record. */
export type Flaw = 'cells' | 'after-quote' | 'unclosed' | 'too-long'

/** A record that has no row: offsets are positions in the window. */
export interface FlawedRecord {
  readonly flaw: Flaw
  /** Number of the record within this scan, from 0. */
  readonly record: number
  readonly from: number
  readonly to: number
  /** Cells found. */
  readonly cells: number
  /** Position of the opening quote where `flaw` is `unclosed`. */
  readonly at: number
}

/** Where the cells of a window's rows are. Row `r`, column `c` of `width` columns is entry `r * width + c`. */
export interface CellIndex {
  starts: Int32Array
  /** End of the cell's content times four, plus how it was written. */
  ends: Int32Array
  cells: number
  rowFrom: Int32Array
  /** End of the record without its line end. */
  rowTo: Int32Array
  /** Number of the record within this scan, from 0. */
  rowRecord: Int32Array
  rows: number
  /** Records seen, with and without a row. */
  records: number
  /** Line ends passed, those inside quotes too. */
  lines: number
  flawed: FlawedRecord[]
}

/** An empty index; it grows as needed and is used again for every window. */
export function cellIndex(): CellIndex {
  const ints = (length: number) => new Int32Array(length)
  return {
    starts: ints(4096),
    ends: ints(4096),
    cells: 0,
    rowFrom: ints(1024),
    rowTo: ints(1024),
    rowRecord: ints(1024),
    rows: 0,
    records: 0,
    lines: 0,
    flawed: [],
  }
}

/** Bounds of a scan. */
export interface ScanLimits {
  /** Cells a record must have; 0 takes any number. */
  readonly width: number
  /** Stop after this many records. */
  readonly records: number
  /** Longest record in bytes without its line end. */
  readonly recordBytes: number
  /** Nothing comes after `to`: the last record needs no line end. */
  readonly final: boolean
}

const lineFeed = 10
const carriageReturn = 13

/**
 * Index the complete records between `from` and `to`. Line ends are LF, CRLF and CR. Lines without a byte are no records unless the
 * width is 1, where they are a missing cell.
 *
 * @returns the position after the last complete record.
 * @see RFC 4180
 */
export function scan(bytes: Uint8Array, from: number, to: number, dialect: Dialect, limits: ScanLimits, index: CellIndex): number {
  const { delimiter, quote } = dialect
  const { width, recordBytes, final } = limits
  const highest = Math.max(delimiter, carriageReturn)
  let { starts, ends } = index
  let cell = 0
  let rows = 0
  let records = 0
  let position = from
  index.flawed = []
  index.cells = 0
  index.lines = 0

  scanning: while (position < to && records < limits.records) {
    const recordFrom = position
    const firstCell = cell
    let flaw: Flaw | undefined
    let openedAt = -1
    let inside = 0
    let recordTo = -1
    while (recordTo < 0) {
      let start = position
      let end: number
      let form = plain
      if (position < to && bytes[position] === quote) {
        form = quoted
        openedAt = position
        start = ++position
        for (;;) {
          for (; position < to && bytes[position] !== quote; position++) {
            const byte = bytes[position]!
            if (byte === lineFeed || (byte === carriageReturn && bytes[position + 1] !== lineFeed)) inside++
          }
          if (position + 1 >= to && !final) break scanning
          if (position >= to) {
            flaw = 'unclosed'
            break
          }
          if (bytes[position + 1] !== quote || position + 1 >= to) break
          form = escaped
          position += 2
        }
        end = position++
        if (flaw === undefined && position < to) {
          const next = bytes[position]
          if (next !== delimiter && next !== lineFeed && next !== carriageReturn) {
            flaw = 'after-quote'
            position = endOfPlain(bytes, position, to, delimiter, highest)
          }
        }
      } else {
        end = position = endOfPlain(bytes, position, to, delimiter, highest)
      }
      if (cell === starts.length) {
        starts = index.starts = grown(starts)
        ends = index.ends = grown(ends)
      }
      starts[cell] = start
      ends[cell++] = (end << 2) | form
      if (position >= to) {
        if (!final) break scanning
        recordTo = to
        position = to
      } else if (bytes[position] === delimiter) {
        position++
      } else {
        if (bytes[position] === carriageReturn && position + 1 >= to && !final) break scanning
        recordTo = position
        position += bytes[position] === carriageReturn && bytes[position + 1] === lineFeed && position + 1 < to ? 2 : 1
      }
    }
    from = position
    index.lines += inside + 1
    const found = cell - firstCell
    if (recordTo === recordFrom && width !== 1) {
      cell = firstCell
      continue
    }
    if (recordTo - recordFrom > recordBytes) flaw = 'too-long'
    else if (flaw === undefined && width !== 0 && found !== width) flaw = 'cells'
    if (flaw !== undefined) {
      index.flawed.push({ flaw, record: records, from: recordFrom, to: recordTo, cells: found, at: openedAt })
      cell = firstCell
    } else {
      if (rows === index.rowFrom.length) {
        index.rowFrom = grown(index.rowFrom)
        index.rowTo = grown(index.rowTo)
        index.rowRecord = grown(index.rowRecord)
      }
      index.rowFrom[rows] = recordFrom
      index.rowTo[rows] = recordTo
      index.rowRecord[rows] = records
      rows++
    }
    records++
    index.cells = cell
  }
  index.rows = rows
  index.records = records
  return from
}

/** Take the rows of some records out of an index. */
export function dropRecords(index: CellIndex, width: number, records: ReadonlySet<number>): void {
  if (records.size === 0) return
  let kept = 0
  for (let row = 0; row < index.rows; row++) {
    if (records.has(index.rowRecord[row]!)) continue
    if (kept < row) {
      index.starts.copyWithin(kept * width, row * width, (row + 1) * width)
      index.ends.copyWithin(kept * width, row * width, (row + 1) * width)
      index.rowFrom[kept] = index.rowFrom[row]!
      index.rowTo[kept] = index.rowTo[row]!
      index.rowRecord[kept] = index.rowRecord[row]!
    }
    kept++
  }
  index.rows = kept
}

/** Line ends between two positions; a CR and the LF after it are one. */
export function countLines(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0
  for (let position = from; position < to; position++) {
    const byte = bytes[position]
    if (byte === lineFeed || (byte === carriageReturn && bytes[position + 1] !== lineFeed)) lines++
  }
  return lines
}

/** Bytes above `highest` are no structure: one comparison decides most of them. */
function endOfPlain(bytes: Uint8Array, position: number, to: number, delimiter: number, highest: number): number {
  for (; position < to; position++) {
    const byte = bytes[position]!
    if (byte <= highest && (byte === delimiter || byte === lineFeed || byte === carriageReturn)) break
  }
  return position
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}

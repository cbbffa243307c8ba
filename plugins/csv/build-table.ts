import { tableFromBuffers } from '@cardcage/columnar'
import type { Fields, FormatCall, Table } from '@cardcage/plugin'
import type { CellTexts } from './cell-texts.ts'
import type { PlannedColumn } from './columns.ts'
import { rejectRecord } from './reject-record.ts'
import type { BadRecord, RecordScanner } from './record-scanner.ts'
import { countLines, dropRecords } from './scan.ts'

/** What a table is built by. */
export interface Plan {
  readonly schema: Fields
  readonly columns: readonly PlannedColumn[]
  /** Cells of a record. */
  readonly width: number
  readonly texts: CellTexts
  /** Bytes that types were inferred from; undefined where all of the data was seen, or nothing was inferred. */
  readonly sampleBytes: number | undefined
}

/** A cell that does not fit, or is missing where it may not be. */
interface Misfit {
  readonly row: number
  readonly column: PlannedColumn
  readonly missing: boolean
}

/**
 * Build the table of the records a scanner has indexed. What does not fit is rejected, in the order of the records; a record is left
 * out or its cell becomes null as the answer says. A record without the right cells, or without a value that it must have, is always left out.
 *
 * @param recordsBefore records before these
 */
export function buildTable(scanner: RecordScanner, plan: Plan, recordsBefore: number, call: FormatCall): Table {
  const misfits: Misfit[] = []
  const table = fillTable(scanner, plan, misfits)
  if (misfits.length === 0 && scanner.bad.length === 0) return table
  return rejectAll(scanner, plan, misfits, recordsBefore, call) ? fillTable(scanner, plan, []) : table
}

/** Build the columns, taking note of what does not fit. */
function fillTable(scanner: RecordScanner, plan: Plan, misfits: Misfit[]): Table {
  const { index, window } = scanner
  const { width, texts, schema } = plan
  const buffers = plan.columns.map((column) => {
    const misfit = (row: number): void => void misfits.push({ row, column, missing: false })
    const filled = column.fill({ bytes: window.bytes, index, width, texts, strict: column.inferred, misfit }, column.position)
    if (column.field.nullable === false && filled.validity) {
      const known = new Set(misfits.filter((one) => one.column === column).map(({ row }) => row))
      for (let row = 0; row < index.rows; row++) {
        const missing = (filled.validity[row >> 3]! & (1 << (row & 7))) === 0
        if (missing && !known.has(row)) misfits.push({ row, column, missing: true })
      }
    }
    return filled
  })
  return tableFromBuffers(schema, buffers, index.rows)
}

/** @returns whether rows or cells were taken out of the index. */
function rejectAll(scanner: RecordScanner, plan: Plan, misfits: Misfit[], recordsBefore: number, call: FormatCall): boolean {
  const { index, window } = scanner
  const { bytes, base } = window
  const lines = lineCounter(bytes, scanner.begin, scanner.line)
  const dropped = new Set<number>()
  let changed = false
  const found: { record: number; bad?: BadRecord; misfit?: Misfit }[] = scanner.bad.map((bad) => ({ record: bad.record, bad }))
  for (const misfit of misfits) found.push({ record: index.rowRecord[misfit.row]!, misfit })
  found.sort((a, b) => a.record - b.record)
  for (const { record, bad, misfit } of found) {
    const number = recordsBefore + record + 1
    if (bad) rejectRecord(bad, number, plan.width, call)
    else if (misfit && !dropped.has(record)) {
      const { row, column, missing } = misfit
      const from = index.rowFrom[row]!
      const to = index.rowTo[row]!
      const cell = row * plan.width + column.position
      const reason = missing
        ? `'${column.field.name}' is missing and may not be`
        : misfitReason(scanner.raw(index.starts[cell]!, index.ends[cell]! >> 2), column, plan.sampleBytes)
      const answer = call.reject({
        record: number,
        line: lines(from),
        bytes: [base + from, base + to],
        column: column.field.name,
        reason,
        raw: scanner.raw(from, to),
      })
      if (answer === 'leave out' || column.field.nullable === false) dropped.add(record)
      else index.ends[cell] = index.starts[cell]! << 2
      changed = true
    }
  }
  dropRecords(index, plan.width, dropped)
  return changed
}

function misfitReason(value: string, { field, inferred }: PlannedColumn, sampleBytes: number | undefined): string {
  const shown = value.length > 60 ? `${value.slice(0, 60)}…` : value
  const said = `'${shown}' is not ${field.type}`
  if (!inferred) return said
  const seen = sampleBytes === undefined ? 'all of the data' : `the first ${sampleBytes} bytes`
  return `${said}, the type found in ${seen}; read with infer=full, or declare the column utf8`
}

/** The line of a position; positions must not go back. */
function lineCounter(bytes: Uint8Array, from: number, line: number): (position: number) => number {
  return (position) => {
    line += countLines(bytes, from, position)
    from = position
    return line
  }
}

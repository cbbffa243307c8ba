import type { Table } from '@cardcage/plugin'
import { vectorsOf } from '@cardcage/plugin/internal'
import type { Vector } from '@cardcage/plugin/internal'

/** Bytes that the buffers of a table take. */
export function tableBytes(table: Table): number {
  return vectorsOf(table).reduce((sum, vector) => sum + vectorBytes(vector), 0)
}

/** Cut a table into tables of about `bytes` and at most `rows`; they share its memory. A table without rows gives none. */
export function* splitTable(table: Table, bytes: number, rows: number): Generator<Table, void, undefined> {
  if (table.numRows === 0) return
  const parts = Math.max(1, Math.ceil(tableBytes(table) / Math.max(1, bytes)), Math.ceil(table.numRows / Math.max(1, rows)))
  if (parts === 1) return yield table
  const length = Math.max(1, Math.ceil(table.numRows / parts))
  for (let from = 0; from < table.numRows; from += length) yield table.slice(from, Math.min(from + length, table.numRows))
}

function vectorBytes({ validity, values, offsets, children }: Vector): number {
  const own = (validity?.byteLength ?? 0) + (values?.byteLength ?? 0) + (offsets?.byteLength ?? 0)
  return children.reduce((sum, child) => sum + vectorBytes(child), own)
}

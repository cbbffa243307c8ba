import { tableToJson } from '@cardcage/columnar'
import type { TableJson } from '@cardcage/columnar'
import type { Reader, Table } from '@cardcage/plugin'
import { joinTables } from '../join-tables.ts'

/** Rows shown under `--json` unless all are wanted. */
const mostRows = 1000

/** The first rows of a table or stream, and how many there are. */
export interface Rows {
  readonly head: Table
  readonly total: number
}

/**
 * Read a table or a stream to its end and keep the first rows.
 *
 * @param most rows kept; `Infinity` for all
 * @param each called with every table of it, for whoever wants them all
 */
export async function firstRows(tables: Table | Reader, most: number): Promise<Rows> {
  if (!isReader(tables)) return { head: tables.slice(0, Math.min(most, tables.numRows)), total: tables.numRows }
  const kept: Table[] = []
  let total = 0
  let have = 0
  for await (const table of tables) {
    total += table.numRows
    if (have < most && table.numRows > 0) kept.push(table.slice(0, Math.min(table.numRows, most - have)))
    have = Math.min(most, total)
  }
  return { head: joinTables(tables.schema, kept), total }
}

/** Rows as the document of `--json`: schema, rows, columns; `truncated` where not all are in it. */
export function asDocument({ head, total }: Rows): TableJson {
  const document = tableToJson(head, { limit: Infinity })
  return total > head.numRows ? { ...document, rows: total, truncated: true } : document
}

/** How many rows are wanted: all, 1000 for programs, 10 for people. */
export function wantedRows(all: boolean, json: boolean): number {
  return all ? Infinity : json ? mostRows : 10
}

export function isReader(tables: Table | Reader): tables is Reader {
  return Symbol.asyncIterator in tables
}

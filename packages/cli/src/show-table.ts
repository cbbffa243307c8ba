import type { Table, Value } from '@cardcage/plugin'
import { oneLine, textTable } from './text-table.ts'

/** The first rows of a table as text for people; missing values are a dot in the middle, numbers stand right. */
export function showTable(table: Table, { rows = 10, width = Infinity } = {}): string {
  const shown = table.slice(0, rows)
  const columns = shown.names.map((name) => Array.from(shown.column(name), cell))
  const body = Array.from({ length: shown.numRows }, (_, at) => columns.map((column) => column[at] ?? ''))
  const right = table.schema.flatMap(({ type }, at) => (/^(u?int|float|decimal)/.test(type) ? [at] : []))
  return textTable([table.names.map(oneLine), ...body], { width, right })
}

function cell(value: Value): string {
  if (value === null) return '·'
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(8)))
  if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '')
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (typeof value === 'object')
    return oneLine(JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)))
  return oneLine(String(value)).slice(0, 60)
}

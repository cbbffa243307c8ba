import { type Fields, type Filter, type Json, PluginError, type Table, type Value } from '@cardcage/plugin'
import { concat, nearest } from '@cardcage/plugin/internal'
import type { AnyTable } from './request.ts'

/**
 * Apply a selection to a stream once more: its source may have given more columns and rows than were asked for.
 *
 * @throws {PluginError} `invalid-call` where a column does not exist
 */
export function selector(
  schema: Fields,
  columns: readonly string[] | undefined,
  filter: readonly Filter[] = [],
): { schema: Fields; table(table: AnyTable): Table } {
  for (const name of [...(columns ?? []), ...filter.map(({ column }) => column)]) checkColumn(schema, name)
  const wanted = columns && columns.join('\0') !== schema.map(({ name }) => name).join('\0') ? columns : undefined
  return {
    schema: wanted ? wanted.map((name) => schema.find((field) => field.name === name)!) : schema,
    table(table) {
      const rows = filter.length > 0 ? matching(table, filter) : table
      return wanted ? rows.select(...wanted) : rows
    },
  }
}

/** The columns a plugin is asked for: those that are wanted and those the filter looks at. `undefined`: all. */
export function columnsToRead(columns: readonly string[] | undefined, filter: readonly Filter[] = []): readonly string[] | undefined {
  return columns && [...new Set([...columns, ...filter.map(({ column }) => column)])]
}

/** The filters a plugin can be told: those whose values JSON can say. The host applies all of them itself. */
export function filterAsJson(filter: readonly Filter[] | undefined): Json | undefined {
  return filter?.filter((one) => !('value' in one) || [one.value].flat().every(isPlain)) as Json | undefined
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
}

function checkColumn(schema: Fields, name: string): void {
  const names = schema.map((field) => field.name)
  if (names.includes(name)) return
  throw new PluginError('invalid-call', `There is no column '${name}'`, {
    hint: `The columns are ${names.join(', ') || '(none)'}.`,
    details: { column: name, nearest: nearest(name, names) },
  })
}

/** The rows all filters hold for, as few slices as there are runs of them. */
function matching(table: AnyTable, filters: readonly Filter[]): Table {
  const tests = filters.map((filter) => {
    const column = table.column(filter.column)
    return (row: number) => holds(filter, column[row] as Value)
  })
  const runs: Table[] = []
  let from = -1
  for (let row = 0; row <= table.numRows; row++) {
    const fits = row < table.numRows && tests.every((test) => test(row))
    if (fits && from < 0) from = row
    if (!fits && from >= 0) {
      runs.push(table.slice(from, row))
      from = -1
    }
  }
  return runs.length === 1 ? runs[0]! : concat(runs, table.schema)
}

function holds(filter: Filter, value: Value): boolean {
  if (filter.is === 'null') return value === null
  if (value === null) return false
  switch (filter.is) {
    case 'not null':
      return true
    case 'in':
      return filter.value.some((one) => compare(value, one) === 0)
    case 'not in':
      return filter.value.every((one) => compare(value, one) !== 0)
    case 'contains':
      return (
        typeof value === 'string' &&
        (typeof filter.value === 'string' || typeof filter.value === 'number') &&
        value.includes(String(filter.value))
      )
    case '=':
      return compare(value, filter.value) === 0
    case '!=':
      return compare(value, filter.value) !== 0
    case '<':
      return compare(value, filter.value) < 0
    case '<=':
      return compare(value, filter.value) <= 0
    case '>':
      return compare(value, filter.value) > 0
    case '>=':
      return compare(value, filter.value) >= 0
  }
}

/** Order of two values; NaN where they have none. */
function compare(a: Value, b: Value): number {
  if (a instanceof Date || b instanceof Date) return timeOf(a) - timeOf(b)
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (isOrdered(a) && isOrdered(b)) return a < b ? -1 : a > b ? 1 : a == b ? 0 : Number.NaN // oxlint-disable-line eqeqeq -- 1n == 1 compares exactly
  return Number.NaN
}

function isOrdered(value: Value): value is number | bigint | boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
}

function timeOf(value: Value): number {
  return value instanceof Date
    ? value.getTime()
    : typeof value === 'string'
      ? Date.parse(value)
      : typeof value === 'number'
        ? value
        : Number.NaN
}

import { type Findings, type Json, PluginError, table } from '@cardcage/plugin'
import { type AnyTable, isTable } from '@cardcage/plugin/internal'
import { isRecord } from './spelling.ts'

/** A value of one cell. */
type Scalar = string | number | bigint | boolean | Date | null

/** Rows of the input a result belongs to, and their times. */
export interface InputRows {
  readonly numRows: number
  /** A column as `Table.column` gives it; absent where the caller gave no times. */
  readonly time?: ArrayLike<unknown>
}

/** How deep a result may be nested. */
const maxDepth = 20

/**
 * What a plugin returned as plain data, as findings: single values, with the path to each as its name, are the summary. Arrays as long as the input make
 * up the table `result`, with the input's times; where there are none, the largest group of arrays of equal length does. Every other array, a list of objects
 * and a matrix (columns `c0`, `c1` …) is a table of its own, called by its path. Functions and `undefined` are left out.
 *
 * @throws {PluginError} `invalid-data` for a result nested too deep, or an array that mixes types
 */
export function findingsOf(results: Readonly<Record<string, unknown>>, { numRows, time }: InputRows): Findings {
  const summary: Record<string, Json> = {}
  const arrays = new Map<string, ArrayLike<Scalar>>()
  const tables: Record<string, AnyTable> = {}
  for (const [name, value] of Object.entries(results)) collect(name, value, 0)
  const group = groupOf([...arrays.values()], numRows)
  const main = [...arrays].filter(([, values]) => values.length === group)
  for (const [name, values] of arrays) if (values.length !== group) tables[name] = columns({ [name]: values })
  if (main.length > 0) {
    const timed = time !== undefined && group === numRows && !main.some(([name]) => name === 'time')
    const name = Object.hasOwn(summary, 'result') || Object.hasOwn(tables, 'result') ? 'table' : 'result'
    tables[name] = columns({ ...(timed ? { time } : {}), ...Object.fromEntries(main) })
  }
  return { tables, summary }

  function collect(path: string, value: unknown, depth: number): void {
    if (depth > maxDepth) {
      throw new PluginError(
        'invalid-data',
        `The result is nested deeper than ${maxDepth} levels at ${path.slice(0, 60)}, or holds itself`,
        {
          origin: 'plugin',
        },
      )
    }
    if (isTable(value)) tables[path] = value
    else if (isArray(value)) collectArray(path, value)
    else if (value instanceof Date) summary[path] = value.toJSON()
    else if (typeof value === 'bigint') summary[path] = Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
    else if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) summary[path] = value as Json
    else if (value instanceof Map) for (const [key, one] of value) collect(`${path}.${String(key)}`, one, depth + 1)
    else if (isRecord(value)) for (const [key, one] of Object.entries(value)) collect(`${path}.${key}`, one, depth + 1)
  }

  function collectArray(path: string, values: ArrayLike<unknown>): void {
    const list = ArrayBuffer.isView(values) ? [] : Array.from(values)
    if (list.some(isArray) && list.every((row) => isArray(row) && row.length === (list[0] as ArrayLike<unknown>).length)) {
      const rows = list as ArrayLike<Scalar>[]
      tables[path] = columns(Object.fromEntries(Array.from(rows[0]!, (_, i) => [`c${i}`, rows.map((row) => row[i] ?? null)])))
    } else if (list.length > 0 && list.every((row) => isRecord(row) && !(row instanceof Date))) {
      const rows = list as Readonly<Record<string, Scalar>>[]
      const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
      tables[path] = columns(Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)])))
    } else arrays.set(path, values as ArrayLike<Scalar>)
  }
}

/** A table of columns of equal length; one without a single value is of numbers. */
function columns(given: Readonly<Record<string, ArrayLike<unknown>>>): AnyTable {
  const filled = Object.entries(given).map(([name, values]): [string, ArrayLike<unknown>] => [
    name,
    isBare(values) ? new Float64Array(values.length).fill(Number.NaN) : values,
  ])
  return table(Object.fromEntries(filled))
}

function isBare(values: ArrayLike<unknown>): boolean {
  return Array.isArray(values) && values.every((value) => value === null || value === undefined)
}

/** The length of the arrays that make up the main table: the input's, else that of most of them. */
function groupOf(arrays: readonly ArrayLike<unknown>[], numRows: number): number | undefined {
  const counts = new Map<number, number>()
  for (const { length } of arrays) counts.set(length, (counts.get(length) ?? 0) + 1)
  if (counts.has(numRows)) return numRows
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}

function isArray(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
}

import { tableFromJson } from '@cardcage/columnar'
import { PluginError, table } from '@cardcage/plugin'
import type { Field, Json, Table } from '@cardcage/plugin'

/** A value JSON has, or an integer that `number` does not hold exactly. */
type Exact = Json | bigint

/**
 * JSON text as a table. `[1, 2]` is one column called `only`; `{"x": [1, 2]}` are columns; `[{"x": 1}]` are rows, where a key that is not in a row
 * is missing; `{"schema": …, "columns": …}` is the form `--json` prints. Integers beyond ±2^53 stay exact. A column of nothing but ISO 8601
 * dates or times becomes a time; `null` is missing.
 *
 * @param only name of the column of a bare list
 * @param where for messages: which option or stream
 * @throws {PluginError} `invalid-data` where it is no JSON or no table
 */
export function tableFromText(text: string, only: string, where: string): Table {
  const value = parseJson(text, where)
  if (isRecord(value) && 'schema' in value && 'columns' in value) return tableFromJson(value)
  const columns = Array.isArray(value) ? columnsOfList(value, only, where) : isRecord(value) ? columnsOfRecord(value, where) : undefined
  if (columns === undefined) throw noTable(`${where} is ${kindOf(value)}, not a table`)
  const built = [...columns].map(([name, cells]) => ({ name, ...column(name, cells, where) }))
  return table(
    Object.fromEntries(built.map(({ name, cells }) => [name, cells])),
    built.map(({ name, type, nullable }): Field => ({ name, type, nullable })),
  ) as Table
}

/** JSON text as a value, with integers beyond ±2^53 as bigint. @throws {PluginError} `invalid-data` with the place */
export function parseJson(text: string, where: string): Exact {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
        ? BigInt(context?.source ?? 0)
        : value,
    ) as Exact
  } catch (cause) {
    throw new PluginError('invalid-data', `${where} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint: 'Write a file name, - for stdin, or JSON such as [1,2,3], {"x":[1,2]} or [{"x":1}].',
    })
  }
}

function columnsOfList(list: readonly Exact[], only: string, where: string): ReadonlyMap<string, readonly Exact[]> {
  if (!list.some(isRecord)) return new Map([[only, list]])
  const columns = new Map<string, Exact[]>()
  list.forEach((row, at) => {
    if (!isRecord(row)) throw noTable(`${where}: row ${at + 1} is ${kindOf(row)}, the others are objects`)
    for (const name of Object.keys(row)) if (!columns.has(name)) columns.set(name, Array<Exact>(list.length).fill(null))
  })
  list.forEach((row, at) => {
    for (const [name, value] of Object.entries(row as Record<string, Exact>)) columns.get(name)![at] = value
  })
  return columns
}

function columnsOfRecord(record: Readonly<Record<string, Exact>>, where: string): ReadonlyMap<string, readonly Exact[]> {
  return new Map(
    Object.entries(record).map(([name, cells]) => {
      if (!Array.isArray(cells)) throw noTable(`${where}: "${name}" is ${kindOf(cells)}, a column is a list`)
      return [name, cells as readonly Exact[]]
    }),
  )
}

const isoDate = /^\d{4}-\d\d-\d\d$/
const isoTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/

function column(name: string, cells: readonly Exact[], where: string): { cells: readonly unknown[]; type: string; nullable: boolean } {
  const present = cells.filter((cell) => cell !== null)
  const nullable = present.length < cells.length
  const every = (test: (cell: Exact) => boolean) => present.every(test)
  if (every((cell) => typeof cell === 'number')) return { cells, type: 'float64', nullable }
  if (every((cell) => typeof cell === 'boolean')) return { cells, type: 'bool', nullable }
  if (every((cell) => typeof cell === 'bigint' || Number.isSafeInteger(cell))) return wholeNumbers(name, cells, nullable, where)
  if (every((cell) => typeof cell === 'string' && isoDate.test(cell) && isTime(cell)))
    return { cells: dates(cells), type: 'date32', nullable }
  if (every((cell) => typeof cell === 'string' && isoTime.test(cell) && isTime(cell)))
    return { cells: dates(cells), type: 'timestamp(ms, UTC)', nullable }
  if (every((cell) => typeof cell === 'string')) return { cells, type: 'utf8', nullable }
  const types = [...new Set(present.map(kindOf))]
  throw noTable(`${where}: column "${name}" holds ${types.join(' and ')}; a column is numbers, texts, or true and false`)
}

function wholeNumbers(name: string, cells: readonly Exact[], nullable: boolean, where: string) {
  const exact = cells.map((cell) => (cell === null ? null : BigInt(cell as number | bigint)))
  const misfit = exact.find((cell) => cell !== null && BigInt.asIntN(64, cell) !== cell)
  if (misfit !== undefined) throw noTable(`${where}: ${misfit} in column "${name}" is beyond 64 bits`)
  return { cells: exact, type: 'int64', nullable }
}

/** Is it a time, and its day one that there is? `Date` takes 30 February for 2 March. */
function isTime(text: string): boolean {
  const day = new Date(text.slice(0, 10))
  return !Number.isNaN(Date.parse(text.replace(' ', 'T'))) && day.toISOString().startsWith(text.slice(0, 10))
}

function dates(cells: readonly Exact[]): readonly (Date | null)[] {
  return cells.map((cell) => (cell === null ? null : new Date((cell as string).replace(' ', 'T'))))
}

function noTable(message: string): PluginError {
  return new PluginError('invalid-data', message, { origin: 'caller', hint: 'A table is [1,2,3], {"x":[1,2]}, or [{"x":1},{"x":2}].' })
}

function isRecord(value: unknown): value is Readonly<Record<string, Exact>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function kindOf(value: Exact): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return (
    { number: 'a number', bigint: 'a number', string: 'a text', boolean: 'true or false', object: 'an object' }[typeof value as string] ??
    typeof value
  )
}

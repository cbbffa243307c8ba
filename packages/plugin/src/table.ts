import { buildVector } from './build-vector.ts'
import { arrayColumn, sourceOfColumn } from './column.ts'
import type { AnyTable, Column, Field, Fields, Row, Table, Value } from './data.ts'
import { type ParsedType, parseType, printType } from './data-type.ts'
import { PluginError } from './error.ts'
import { inferType } from './infer-type.ts'
import { didYouMean } from './names.ts'
import { numbersOf, timesOf } from './numbers.ts'
import { recordReader } from './vector-values.ts'
import type { Vector } from './vector.ts'

/**
 * Build a table. Types without `fields`: a typed array is its Arrow type (BigInt64Array int64), a column its own, else the first value
 * that is not missing decides: number float64, bigint int64, string utf8, boolean bool, Date timestamp(ms, UTC), Uint8Array binary, array list,
 * plain object struct. With `fields` the columns have their order, and every column has one. Owns the arrays from now on: do not change them.
 *
 * @throws {PluginError} `invalid-data` if lengths differ, types mix, a value does not fit its type exactly, or a column is all null without a field
 *
 * @example
 * ```ts
 * import { table } from '@cardcage/plugin'
 *
 * const t = table({ city: ['Oslo', null], people: new BigInt64Array([717_710n, 8n]) })
 * if (t.column('people')[0] !== 717_710n || t.numbers('people')[1] !== 8) throw new Error()
 * ```
 */
export function table<C extends Readonly<Record<string, ArrayLike<unknown>>>>(
  columns: C,
  fields?: Fields,
): Table<{ [K in keyof C]: C[K][number] }> {
  const names = Object.keys(columns)
  const schema = fields ? matchFields(fields, names) : names.map((name) => inferField(name, columns[name]!))
  const vectors = schema.map((field) => {
    const vector = buildVector(parseType(field.type), checkArray(field.name, columns[field.name]), { column: field.name, row: (i) => i })
    checkNulls(field, vector)
    return vector
  })
  const numRows = vectors[0]?.length ?? 0
  const short = vectors.findIndex((vector) => vector.length !== numRows)
  if (short > 0) {
    throw new PluginError(
      'invalid-data',
      `Columns differ in length: '${schema[0]!.name}' has ${numRows} rows, '${schema[short]!.name}' has ${vectors[short]!.length}`,
      { origin: 'plugin' },
    )
  }
  return tableOf(schema, vectors, numRows)
}

/** Makes a table from vectors that have the length and, in order, the types of the schema. For the host's own packages. */
export function tableOf<R extends object = Row>(schema: Fields, vectors: readonly Vector[], numRows: number): Table<R> {
  checkNames(schema)
  return new VectorTable(schema, vectors, numRows) as unknown as Table<R>
}

/** The vectors of a table in the order of its schema, whichever copy of the contract made it. */
export function vectorsOf(table: AnyTable): readonly Vector[] {
  const vectors = (table as { readonly [vectorsOfTable]?: readonly Vector[] })[vectorsOfTable]
  return (
    vectors ??
    table.schema.map((field) => buildVector(parseType(field.type), table.column(field.name), { column: field.name, row: (i) => i }))
  )
}

const vectorsOfTable = Symbol.for('cardcage.vectorsOfTable')

class VectorTable implements Table {
  readonly schema: Fields
  readonly numRows: number
  readonly names: readonly string[]
  readonly #vectors: readonly Vector[]
  readonly #columns = new Map<string, Column<unknown>>()

  constructor(schema: Fields, vectors: readonly Vector[], numRows: number) {
    this.schema = schema
    this.#vectors = vectors
    this.numRows = numRows
    this.names = schema.map((field) => field.name)
  }

  get [vectorsOfTable](): readonly Vector[] {
    return this.#vectors
  }

  column(name: string): Column<Value> {
    let column = this.#columns.get(name)
    if (!column) {
      const index = this.#index(name)
      column = arrayColumn(this.schema[index]!, this.#vectors[index]!)
      this.#columns.set(name, column)
    }
    return column as Column<Value>
  }

  numbers(name: string): Float64Array {
    return numbersOf(name, this.#vectors[this.#index(name)]!)
  }

  times(name: string): Float64Array {
    return timesOf(name, this.#vectors[this.#index(name)]!)
  }

  slice(from: number, to: number = this.numRows): Table {
    const first = clamp(from, this.numRows)
    const last = Math.max(first, clamp(to, this.numRows))
    return new VectorTable(
      this.schema,
      this.#vectors.map((vector) => vector.slice(first, last)),
      last - first,
    )
  }

  select(...names: readonly string[]): Table {
    const indices = names.map((name) => this.#index(name))
    return tableOf(
      indices.map((index) => this.schema[index]!),
      indices.map((index) => this.#vectors[index]!),
      this.numRows,
    )
  }

  *[Symbol.iterator](): Generator<Row> {
    const read = recordReader(
      this.names,
      this.names.map((name) => this.column(name)),
    )
    for (let i = 0; i < this.numRows; i++) yield read(i) as Row
  }

  #index(name: string): number {
    const index = this.names.indexOf(name)
    if (index >= 0) return index
    throw new PluginError('not-found', `There is no column '${name}'.${didYouMean(name, this.names)}`, {
      hint:
        this.names.length === 0
          ? 'The table has no columns.'
          : `The columns are ${this.names.slice(0, 20).join(', ')}${this.names.length > 20 ? ' …' : ''}.`,
    })
  }
}

/** As the arrays of JavaScript do: a negative position counts from the end, one beyond it is the end. */
function clamp(position: number, length: number): number {
  const whole = Math.trunc(position) || 0
  return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length)
}

function inferField(name: string, values: ArrayLike<unknown>): Field {
  const source = sourceOfColumn(checkArray(name, values))
  if (source) return { ...source.field, name }
  return { name, type: printType(inferType(name, values)) }
}

function matchFields(fields: Fields, names: readonly string[]): Fields {
  checkNames(fields)
  const known = new Set(names)
  for (const field of fields) {
    if (known.delete(field.name)) continue
    throw new PluginError('invalid-data', `Field '${field.name}' has no column.${didYouMean(field.name, names)}`, { origin: 'plugin' })
  }
  for (const name of known) {
    const all = fields.map((field) => field.name)
    throw new PluginError('invalid-data', `Column '${name}' is not among the fields.${didYouMean(name, all)}`, { origin: 'plugin' })
  }
  return fields
}

function checkNames(schema: Fields): void {
  const seen = new Set<string>()
  for (const { name } of schema) {
    if (seen.has(name))
      throw new PluginError('invalid-data', `Two columns are called '${name}'`, { hint: 'Names of columns are unique: rename one.' })
    seen.add(name)
  }
}

function checkArray(name: string, values: unknown): ArrayLike<unknown> {
  if (typeof values === 'object' && values && 'length' in values && isLength(values.length)) return values as ArrayLike<unknown>
  throw new PluginError('invalid-data', `Column '${name}' is not an array but ${values === null ? 'null' : typeof values}`, {
    origin: 'plugin',
  })
}

function isLength(length: unknown): boolean {
  return typeof length === 'number' && Number.isInteger(length) && length >= 0 && length <= 0x7fffffff
}

function checkNulls(field: Field, vector: Vector): void {
  if (field.nullable !== false || vector.nullCount === 0) return
  throw new PluginError('invalid-data', `Column '${field.name}' has ${vector.nullCount} missing values but its field says it has none`, {
    origin: 'plugin',
    hint: 'Leave out `nullable: false`, or fill the gaps.',
  })
}

/** Does a table have the columns of a schema, in order and type, and gaps only where they may be? @throws `invalid-data` that names the first difference. */
export function checkSchema(schema: Fields, table: AnyTable): void {
  if (table.schema === schema) return
  const fail = (why: string): never => {
    throw new PluginError('invalid-data', `A table does not fit its reader's schema: ${why}`, { origin: 'plugin' })
  }
  for (const [i, field] of schema.entries()) {
    const other: Field | undefined = table.schema[i]
    if (!other) return fail(`column ${i + 1}, '${field.name}', is missing`)
    if (other.name !== field.name) return fail(`column ${i + 1} is '${other.name}', not '${field.name}'`)
    const [is, should]: ParsedType[] = other.type === field.type ? [] : [parseType(other.type), parseType(field.type)]
    if (is && should && printType(is) !== printType(should)) return fail(`column '${field.name}' is ${other.type}, not ${field.type}`)
    if (field.nullable === false && other.nullable !== false) {
      const nulls = vectorsOf(table)[i]!.nullCount
      if (nulls > 0) return fail(`column '${field.name}' has ${nulls} missing values and may have none`)
    }
  }
  if (table.schema.length > schema.length) fail(`column ${schema.length + 1}, '${table.schema[schema.length]!.name}', is not in it`)
}

/** One cell, exactly: int64, decimal and ns times never pass through `number`. */
export type Value = string | number | bigint | boolean | Date | Uint8Array | null | readonly Value[] | { readonly [key: string]: Value }

/** One row by column name; for people and tests, never on a hot path. */
export type Row = Readonly<Record<string, Value>>

/**
 * Immutable columns of equal length in Arrow layout. Between plugins a dataset is a stream of tables of one schema; an input that is
 * not a `stream` arrives as one table (the kernel joins its batches, up to the slot's memory limit).
 */
export interface Table<R extends object = Row> extends Iterable<R> {
  readonly schema: Fields
  readonly numRows: number
  readonly names: readonly (keyof R & string)[]
  /** Exact values: int64, decimal and ns timestamps never pass through `number`; a missing value is `null`. @throws `not-found` with the nearest names. */
  column<K extends keyof R & string>(name: K): Column<R[K]>
  /** For arithmetic: any numeric or boolean column as doubles, missing = NaN; no copy for float64 without nulls. @throws `invalid-data` for other types and for integers beyond ±2^53. */
  numbers(name: keyof R & string): Float64Array
  /** For time arithmetic: date or timestamp as milliseconds since 1970 UTC, missing = NaN. @throws `invalid-data` for other types. */
  times(name: keyof R & string): Float64Array
  /** Rows `from` (inclusive) to `to` (exclusive); shares memory. */
  slice(from: number, to?: number): Table<R>
  /** These columns, in this order; shares memory. */
  select(...names: readonly string[]): Table
}

/** A table of whatever columns. */
// oxlint-disable-next-line typescript/no-explicit-any -- `Table<R>` is not assignable to `Table`, and nothing but `any` takes every R
export type AnyTable = Table<any>

/** `values` are the Arrow buffers where the type has a fixed width; `validity` is absent when nothing is null. */
export interface Column<T> extends ArrayLike<T>, Iterable<T> {
  readonly field: Field
  readonly nullCount: number
  readonly values?:
    | Float64Array
    | Float32Array
    | BigInt64Array
    | BigUint64Array
    | Int32Array
    | Uint32Array
    | Int16Array
    | Uint16Array
    | Int8Array
    | Uint8Array
  readonly validity?: Uint8Array
}

/** Metadata used by the kernel: `unit`, `timezone`, `title`, `source` (the column this one was bound from). */
export interface Field {
  readonly name: string
  readonly type: DataType
  readonly nullable?: boolean
  readonly metadata?: Readonly<Record<string, string>>
}

/** The columns of a table, in order. */
export type Fields = readonly Field[]

/** Arrow's type names: 'int64', 'float64', 'utf8', 'timestamp(us, UTC)', 'decimal(38, 10)', 'list<utf8>' … */
export type DataType = string

/** A stream of tables whose schema is known before the first one. May be iterated once. */
export interface Reader extends AsyncIterable<Table> {
  readonly schema: Fields
  /** Where the schema comes from, and how many rows are expected. */
  readonly found?: { readonly schema?: 'embedded' | 'declared' | 'inferred'; readonly rows?: number }
}

/** Bytes to read: always a stream; `readAt` where the place supports it (files, HTTP ranges, object stores). */
export interface ByteSource {
  readonly name: string
  readonly size?: number
  stream(from?: number): AsyncIterable<Uint8Array>
  /** Fewer bytes than asked only at the end. */
  readAt?(offset: number, length: number): Promise<Uint8Array>
}

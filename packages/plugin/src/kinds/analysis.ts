import type { Call } from '../context.ts'
import type { Reader, Table } from '../data.ts'
import type { About } from '../define.ts'
import type { Awaitable, Infer, Json, Schema } from '../schema.ts'

/** An input table and what it must hold; checked and bound in the host before `run`. */
export interface Input {
  /**
   * Columns by role. The caller binds his names (`--input data=co2.csv --column value=co2`); unbound roles take the column of that name, else the only
   * one of that type, else the call is refused with the candidates. In `run` a bound column has its role's name; `many` columns keep their own.
   */
  columns?: Readonly<Record<string, ColumnType | ColumnNeed>>
  minRows?: number
  maxRows?: number
  optional?: boolean
  /** Arrives as a `Reader`: for work in bounded memory. */
  stream?: boolean
}

/** 'ordered' is number or time. */
export type ColumnType = 'number' | 'time' | 'ordered' | 'text' | 'boolean' | 'any'

/** A role that says more than its type. */
export interface ColumnNeed {
  type: ColumnType
  optional?: boolean
  /** All further columns of this type. */
  many?: boolean
  description?: string
}

/** Inputs by name. */
export type Inputs = Readonly<Record<string, Input>>

/** What `run` is given for its inputs. */
export type Given<I> = {
  readonly [K in keyof I]: (I[K] extends { stream: true } ? Reader : Table) | (I[K] extends { optional: true } ? undefined : never)
}
type Defaults = { readonly data: {} }

/** A named function over tables. */
export interface Operation<I extends Inputs = any, P extends Schema | undefined = any> extends About {
  /** One table called `data` where this is absent; `{}` for none. */
  inputs?: I
  params?: P
  /** Same input, same result: may be cached. Default true. */
  deterministic?: boolean
  /** Bytes and milliseconds this call would take; asked before large calls. */
  estimate?(rows: Readonly<Record<keyof I & string, number>>, params: Infer<P>): { bytes?: number; milliseconds?: number }
  run(inputs: Given<I>, params: Infer<P>, call: Call): Awaitable<Analysis>
}

/** A table, a stream of tables, or named tables with scalar findings. Names of columns and findings are unique within one result. */
export type Analysis = Table<any> | Reader | Findings

/** Named tables and scalar findings. */
export interface Findings {
  readonly tables?: Readonly<Record<string, Table<any>>>
  readonly summary?: Readonly<Record<string, Json>>
}

/**
 * Identity function that ties `inputs` and `params` to `run`.
 *
 * @example
 * ```ts
 * import { operation, table } from '@cardcage/plugin'
 *
 * export const total = operation({
 *   inputs: { data: { columns: { value: 'number' }, minRows: 1 } },
 *   run: ({ data }) => ({ summary: { total: data.numbers('value').reduce((sum, x) => sum + x, 0) } }),
 * })
 * ```
 */
export function operation<const I extends Inputs = Defaults, const P extends Schema | undefined = undefined>(
  operation: Operation<I, P>,
): Operation {
  return operation
}

import type { Field, Table } from '@cardcage/plugin'

const day = 86_400_000

/** The x of a regression. */
export interface Abscissae {
  /** What the polynomial is of; missing = NaN. */
  readonly values: Float64Array
  /** The column as it came. */
  readonly column: ArrayLike<unknown>
  readonly field: Field
  /** Unit of `values` in words. */
  readonly unit: string
  /** Is there a column `x`? */
  readonly given: boolean
}

/**
 * The column `x` of a table as numbers. Times become days since the first one: milliseconds since 1970 would make coefficients that say
 * nothing. Without the column, rows are numbered from 0.
 */
export function abscissae(data: Table): Abscissae {
  const field = data.schema.find(({ name }) => name === 'x')
  if (!field) {
    const values = Float64Array.from({ length: data.numRows }, (_, i) => i)
    return { values, column: values, field: { name: 'x', type: 'float64', metadata: { title: 'row' } }, unit: 'rows, from 0', given: false }
  }
  const column = data.column('x')
  if (!/^(date|timestamp)/u.test(field.type)) {
    const name = field.metadata?.['title'] ?? field.metadata?.['source'] ?? 'x'
    return { values: data.numbers('x'), column, field, unit: field.metadata?.['unit'] ?? name, given: true }
  }
  const times = data.times('x')
  const first = times.reduce((low, time) => (time < low ? time : low), Infinity)
  const origin = Number.isFinite(first) ? new Date(first).toISOString() : 'the first time'
  return { values: times.map((time) => (time - first) / day), column, field, unit: `days since ${origin}`, given: true }
}

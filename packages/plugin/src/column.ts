import { alignBits } from './bits.ts'
import type { Column, Field } from './data.ts'
import { appendValues } from './vector-values.ts'
import { type FixedArray, fixedLayout, type Vector } from './vector.ts'

/**
 * A column as `table.column()` gives it, with its field and Arrow buffers as non-enumerable properties. Where nothing is missing and the
 * values lie in memory as they are given (integers, floats, times and durations as numbers or bigints) it is a typed array over the
 * table's own buffer, and nothing is copied; otherwise it is an ordinary array, made once.
 */
export function arrayColumn(field: Field, vector: Vector): Column<unknown> {
  const values = viewOf(vector) ?? materialise(vector)
  return Object.defineProperties(values, {
    field: { value: field },
    nullCount: { value: vector.nullCount },
    values: { get: () => fixedValues(vector) },
    validity: { get: () => validityBits(vector) },
    toJSON: { value: () => Array.from(values as ArrayLike<unknown>) },
    [vectorOfColumn]: { value: vector },
  }) as unknown as Column<unknown>
}

/** The field and vector behind a column that `table.column()` gave, whichever copy of the contract made it. */
export function sourceOfColumn(values: object): { readonly field: Field; readonly vector: Vector } | undefined {
  const vector = (values as { readonly [vectorOfColumn]?: Vector })[vectorOfColumn]
  return vector && { field: (values as Column<unknown>).field, vector }
}

const vectorOfColumn = Symbol.for('cardcage.vectorOfColumn')

/** A new view, because properties are put on it and the buffer's array may be the author's. */
function viewOf({ type, nullCount, values }: Vector): FixedArray | undefined {
  const asGiven = type.kind === 'int' || type.kind === 'float' || type.kind === 'time' || type.kind === 'duration'
  if (nullCount > 0 || !values || !(asGiven || (type.kind === 'timestamp' && (type.unit === 'us' || type.unit === 'ns')))) return undefined
  return new (fixedLayout(type)!.array)(values.buffer, values.byteOffset, values.length)
}

function materialise(vector: Vector): unknown[] {
  const values: unknown[] = []
  appendValues(vector, values)
  return values
}

function fixedValues({ type, values, bitOffset, length }: Vector): Column<unknown>['values'] {
  if (type.kind === 'bool') return alignBits(values as Uint8Array, bitOffset, length)
  return fixedLayout(type) && !(values instanceof Float16Array) ? values : undefined
}

function validityBits({ nullCount, validity, bitOffset, length }: Vector): Uint8Array | undefined {
  return nullCount > 0 && validity ? alignBits(validity, bitOffset, length) : undefined
}

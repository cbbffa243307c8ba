import { PluginError } from '@cardcage/plugin'
import type { Field, Fields, Table } from '@cardcage/plugin'

/** The two columns of a file that the demo is about. */
export interface ColumnChoice {
  readonly x: string
  readonly y: string
  /** Is x a time? */
  readonly time: boolean
}

/**
 * x is the first number or time, y the first number that is not x.
 *
 * @throws {PluginError} `invalid-data` naming the columns there are
 */
export function chooseColumns(schema: Fields, file: string): ColumnChoice {
  const x = schema.find((field) => isNumber(field) || isTime(field))
  const y = schema.find((field) => isNumber(field) && field !== x)
  if (x !== undefined && y !== undefined) return { x: x.name, y: y.name, time: isTime(x) }
  const there = schema.map(({ name, type }) => `${name}: ${type}`).join(', ')
  throw new PluginError('invalid-data', `${file} has no ordered column and another number to draw over it; its columns are ${there}`, {
    origin: 'caller',
    hint: 'The demo takes the first number or time as x and the first other number as y.',
  })
}

/** Values as numbers; a time is milliseconds since 1970, missing is NaN. */
export function asNumbers(table: Table, name: string): Float64Array {
  const field = table.schema.find((one) => one.name === name)
  return field !== undefined && isTime(field) ? table.times(name) : table.numbers(name)
}

function isNumber({ type }: Field): boolean {
  return /^(u?int\d|float\d|decimal)/.test(type)
}

function isTime({ type }: Field): boolean {
  return /^(date|timestamp)/.test(type)
}

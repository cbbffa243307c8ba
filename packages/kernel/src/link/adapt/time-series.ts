import { type Fields, PluginError, table } from '@cardcage/plugin'
import type { AnyTable } from '@cardcage/plugin/internal'
import type { TimeSeries } from '@cardcage/plugin/guides'
import { isRecord, member, textOf } from './spelling.ts'

/**
 * A table as series, one for each column of numbers beside its times; the column `time` is what the host has bound to that role.
 *
 * @param timeIsSeries `time` is one of the columns that were asked for, and a series as well
 */
export function seriesOf(data: AnyTable, timeIsSeries = false): readonly TimeSeries[] {
  const timestamps = timesOf(data) ?? Float64Array.from({ length: data.numRows }, (_, i) => i)
  return data.schema
    .filter(({ name, type }) => (name !== 'time' || timeIsSeries) && /^(u?int|float|decimal|bool)/.test(type))
    .map(({ name, metadata = {} }) => ({ name, timestamps, values: data.numbers(name), metadata }))
}

/** The times of a table: milliseconds, or the numbers they are; `undefined` where it has no column `time`. */
export function timesOf(data: AnyTable): Float64Array | undefined {
  const field = data.schema.find(({ name }) => name === 'time')
  if (!field) return undefined
  return isTime(field.type) ? data.times('time') : data.numbers('time')
}

function isTime(type: string): boolean {
  return /^(date|timestamp)/.test(type)
}

const timeField = { name: 'time', type: 'timestamp(ms, UTC)' }

/**
 * Series as a table: `time` and a column for each where their times are equal, else `series`, `time`, `value`.
 *
 * @throws {PluginError} `invalid-data` for series whose arrays differ in length, or a time that is none
 */
export function tableOfSeries(list: readonly unknown[]): AnyTable {
  const all = list.map(readSeries)
  const names = new Set(all.map(({ name }) => name))
  const [first] = all
  const isWide =
    first !== undefined && names.size === all.length && !names.has('time') && all.every(({ times }) => sameTimes(times, first.times))
  if (isWide) {
    const fields = [timeField, ...all.map(({ name }) => ({ name, type: 'float64' }))]
    return table({ time: first.times, ...Object.fromEntries(all.map(({ name, values }) => [name, values])) }, fields)
  }
  return table(
    {
      series: all.flatMap(({ name, times }) => times.map(() => name)),
      time: all.flatMap(({ times }) => times),
      value: all.flatMap(({ values }) => values),
    },
    [{ name: 'series', type: 'utf8' }, timeField, { name: 'value', type: 'float64' }],
  )
}

/**
 * A batch of a stream as a table: a table, series, or rows by column name.
 *
 * @param fields those of the first batch, for all that come after it
 */
export function tableOfBatch(batch: unknown, fields?: Fields): AnyTable {
  const series = member(batch, 'timeseries')
  if (Array.isArray(series)) return tableOfSeries(series)
  const rows = Array.isArray(batch) ? batch : member(batch, 'rows')
  if (!Array.isArray(rows) || !rows.every(isRecord)) {
    throw new PluginError('invalid-data', 'A batch of the source is neither a table nor a list of rows', { origin: 'plugin' })
  }
  const names = fields?.map(({ name }) => name) ?? [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return table(Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)])), fields)
}

interface ReadSeries {
  readonly name: string
  readonly times: Date[]
  readonly values: (number | null)[]
}

function readSeries(series: unknown): ReadSeries {
  const name = textOf(member(series, 'name'), 'value')
  const timestamps = arrayOf(name, 'timestamps', member(series, 'timestamps'))
  const values = arrayOf(name, 'values', member(series, 'values'))
  if (timestamps.length !== values.length) {
    throw new PluginError('invalid-data', `Series '${name}' has ${timestamps.length} timestamps and ${values.length} values`, {
      origin: 'plugin',
    })
  }
  const times = timestamps.map((time) => timeOf(name, time))
  return { name, times, values: values.map((value) => (value === null || value === undefined ? null : Number(value))) }
}

function arrayOf(name: string, what: string, value: unknown): unknown[] {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>)
  throw new PluginError('invalid-data', `Series '${name}' has no array of ${what}`, { origin: 'plugin' })
}

function timeOf(name: string, written: unknown): Date {
  const time = written instanceof Date ? written : new Date(typeof written === 'bigint' ? Number(written) : (written as string | number))
  if (!Number.isNaN(time.getTime())) return time
  throw new PluginError('invalid-data', `Series '${name}': ${JSON.stringify(written)} is no time`, {
    origin: 'plugin',
    hint: 'A timestamp is milliseconds since 1970, a Date, or ISO 8601 text.',
  })
}

function sameTimes(a: readonly Date[], b: readonly Date[]): boolean {
  return a === b || (a.length === b.length && a.every((time, i) => time.getTime() === b[i]!.getTime()))
}

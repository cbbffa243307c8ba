import type { Call, Table } from '@cardcage/plugin'
import { columnLabel, columnTitle, isTime } from './column-label.ts'
import type { Lines } from './line.ts'

/** The lines of a table: its column `x`, or the row numbers from 0, and every other column as a series. Warns of what cannot be drawn. */
export function linesOf(data: Table, call: Pick<Call, 'warn'>): Lines {
  const field = data.schema.find(({ name }) => name === 'x')
  const time = field !== undefined && isTime(field)
  const values = field ? (time ? data.times('x') : data.numbers('x')) : Float64Array.from({ length: data.numRows }, (_, i) => i)
  const without = values.reduce((count, x) => count + (Number.isFinite(x) ? 0 : 1), 0)
  if (without > 0) call.warn(`${without === 1 ? '1 row has' : `${without} rows have`} no x and ${without === 1 ? 'is' : 'are'} not drawn`)
  const series = data.schema
    .filter(({ name }) => name !== 'x')
    .map((one) => ({ label: columnLabel(one), title: columnTitle(one), unit: one.metadata?.['unit'], values: data.numbers(one.name) }))
  for (const { title, values: y } of series) {
    const infinite = y.reduce((count, value) => count + (Math.abs(value) === Infinity ? 1 : 0), 0)
    if (infinite > 0) call.warn(`Infinite values are drawn as gaps: ${infinite} in ${title}`)
  }
  return { x: { label: field ? columnLabel(field) : 'row', time, values }, series }
}

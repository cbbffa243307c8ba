import { type Column, type Field, type Figure, type PlotCall, PluginError, type Table } from '@cardcage/plugin'
import { checkWish } from './check-wish.ts'
import type { palettes } from './colours.ts'
import { columnLabel, isTime } from './column-label.ts'
import type { HeatMap, Side } from './heat-map.ts'

/** Draw a heat map; the caller is warned of points left out and of values put together in bins. */
export async function heatMapOf(map: HeatMap, palette: (typeof palettes)[number], call: PlotCall): Promise<Figure> {
  checkWish(call.wish)
  const { drawHeatMap } = await import('./heat-map.ts')
  const { figure, cells } = await drawHeatMap(map, call.wish, palette)
  const out = map.value.values.length - cells.points
  if (out > 0) call.warn(`${out} of ${map.value.values.length} points lack x, y, value or a positive weight and are not drawn`)
  for (const [side, bands] of [[map.x, cells.x] as const, [map.y, cells.y] as const]) {
    if (bands.of === 'bins') call.warn(`${side.label} is shown in ${bands.count} bins: its values lie on no grid that could be drawn`)
  }
  return figure
}

/** A side of numbers. */
export function numberSide(data: Table, role: string): Side {
  return { label: columnLabel(fieldOf(data, role)), time: false, values: data.numbers(role) }
}

/** A side of numbers, times, or names in the order in which they first appear. @throws {PluginError} `invalid-data` above 400 names */
export function namedSide(data: Table, role: string): Side {
  const field = fieldOf(data, role)
  if (isTime(field)) return { label: columnLabel(field), time: true, values: data.times(role) }
  if (!/utf8|bool/u.test(field.type)) return numberSide(data, role)
  const numbers = new Map<string, number>()
  const values = Float64Array.from(data.column(role) as Column<string | boolean | null>, (name) => {
    if (name === null) return NaN
    const known = numbers.get(String(name)) ?? numbers.size
    numbers.set(String(name), known)
    return known
  })
  if (numbers.size > 400) {
    const hint = 'Keep the names that matter, or bind a column of numbers or times.'
    throw new PluginError('invalid-data', `${columnLabel(field)} has ${numbers.size} different names; at most 400 can be told apart`, {
      hint,
    })
  }
  return { label: columnLabel(field), time: false, values, names: [...numbers.keys()] }
}

/** The column `value`. */
export function valueOf(data: Table): HeatMap['value'] {
  return { label: columnLabel(fieldOf(data, 'value')), values: data.numbers('value') }
}

function fieldOf(data: Table, role: string): Field {
  return data.schema.find(({ name }) => name === role) ?? { name: role, type: 'float64' }
}

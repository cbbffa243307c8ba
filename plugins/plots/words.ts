import type { FigureWish } from '@cardcage/plugin'
import type { Bands } from './bands.ts'
import type { Cells } from './cells.ts'
import type { HeatMap, Side } from './heat-map.ts'
import type { Lines } from './line.ts'
import { extent } from './axis.ts'
import { formatNumber } from './number-ticks.ts'
import { formatTime } from './time-ticks.ts'

/** A line chart in words: what over what, from where to where, lowest and highest, how it ends, what is missing. */
export function describeLines({ x, series }: Lines, { locale, title }: FigureWish): string {
  const range = extent(x.values)
  const place = (at: number) => (x.time ? formatTime(at, locale, range ? range[1] - range[0] : 0) : formatNumber(at, locale, 6))
  const head = `${title ? `${title}: ` : ''}Line chart of ${list(series.map(({ label }) => label))} over ${x.label}`
  if (!range) return `${head}; there is nothing to draw.`
  const parts = series.slice(0, 8).map(({ title: name, values }) => {
    const [low, high] = extent(values) ?? []
    if (low === undefined || high === undefined) return `${name} has no values.`
    const where = (value: number) => `${formatNumber(value, locale)} (${place(x.values[values.indexOf(value)]!)})`
    const missing = values.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0)
    const gaps = missing === 0 ? '' : `; ${formatNumber(missing, locale)} missing, shown as gaps`
    return `${name}: ${formatNumber(values.length - missing, locale)} values, lowest ${where(low)}, highest ${where(high)}${gaps}.`
  })
  if (series.length > parts.length) parts.push(`And ${series.length - parts.length} more.`)
  return `${head}, ${place(range[0])} to ${place(range[1])}. ${parts.join(' ')}`
}

/** a, b and c. */
export function list(words: readonly string[]): string {
  if (words.length > 8) return `${words.slice(0, 7).join(', ')} and ${words.length - 7} more`
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** A heat map in words: what over what, how many cells, lowest and highest and where, what is empty. */
export function describeCells({ x, y, value, weight }: HeatMap, cells: Cells, { locale, title }: FigureWish): string {
  const head = `${title ? `${title}: ` : ''}Heat map of ${value.label} over ${x.label || 'x'} and ${y.label || 'y'}`
  const range = extent(cells.values)
  if (!range) return `${head}; there is nothing to draw.`
  const middle = (side: Side, bands: Bands, band: number) => {
    const center = bands.centers[band]!
    const at = Math.abs(center) < (bands.edges[bands.count]! - bands.edges[0]!) * 1e-12 ? 0 : center
    if (side.names) return side.names[Math.round(at)] ?? ''
    return side.time ? formatTime(at, locale, bands.edges[bands.count]! - bands.edges[0]!) : formatNumber(at, locale)
  }
  const where = (wanted: number) => {
    const cell = cells.values.indexOf(wanted)
    const place = `${middle(x, cells.x, cell % cells.x.count)}, ${middle(y, cells.y, Math.floor(cell / cells.x.count))}`
    return `${formatNumber(wanted, locale)} (at ${place})`
  }
  const empty = cells.values.reduce((count, one) => count + (Number.isNaN(one) ? 1 : 0), 0)
  const size = `${formatNumber(cells.points, locale)} points in ${cells.x.count} × ${cells.y.count} cells${weight ? ', weighted means' : ''}`
  const gaps = empty > 0 ? `; ${formatNumber(empty, locale)} ${empty === 1 ? 'cell is' : 'cells are'} empty` : ''
  return `${head}: ${size}, lowest ${where(range[0])}, highest ${where(range[1])}${gaps}.`
}

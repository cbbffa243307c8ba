import type { Figure, FigureWish } from '@cardcage/plugin'
import { axisOf, extent } from './axis.ts'
import { labelLines, type LineLabels } from './line-labels.ts'
import { looks, strokeOf } from './look.ts'
import { drawSheet, headings, marginsOf, type Surroundings } from './sheet.ts'
import { thin } from './thin.ts'
import { describeLines } from './words.ts'

/** What a line chart shows. Missing = NaN. */
export interface Lines {
  readonly x: { readonly label: string; readonly time: boolean; readonly values: Float64Array }
  readonly series: readonly {
    readonly label: string
    readonly title: string
    readonly unit: string | undefined
    readonly values: Float64Array
  }[]
}

/**
 * Draw lines over a common x. Points are joined in the order of x; a missing or infinite y breaks its line, and a point between two
 * gaps is a dot.
 */
export async function drawLines(lines: Lines, wish: FigureWish): Promise<Figure> {
  const look = looks[wish.theme]
  const ordered = inOrder(lines)
  const xExtent = extent(ordered.x.values) ?? [0, 1]
  const yExtent = extent(...ordered.series.map((series) => series.values)) ?? [0, 1]
  const surroundings = (width: number, height: number, labels?: LineLabels): Surroundings => ({
    title: wish.title ?? '',
    xLabel: wish.xLabel ?? lines.x.label,
    yLabel: wish.yLabel ?? sharedLabel(lines.series),
    x: axisOf({
      time: lines.x.time,
      low: xExtent[0],
      high: xExtent[1],
      pixels: width,
      distance: lines.x.time ? 84 : 72,
      locale: wish.locale,
    }),
    y: axisOf({ time: false, low: yExtent[0], high: yExtent[1], pixels: height, distance: 46, locale: wish.locale, round: true }),
    above: labels?.above ?? 0,
    beside: labels?.beside ?? 0,
  })
  const labels = labelLines(ordered, wish, look)
  const rough = marginsOf(wish, surroundings(wish.width * 0.8, wish.height * 0.7, labels))
  const around = surroundings(wish.width - rough.left - rough.right, wish.height - rough.top - rough.bottom, labels)
  const margins = marginsOf(wish, around)
  const Plot = await import('@observablehq/plot')
  const inner = wish.width - margins.left - margins.right
  const strokeWidth = ordered.x.values.length > inner ? 1.25 : ordered.x.values.length > inner / 3 ? 1.5 : 2
  const marks = ordered.series.flatMap((series, index) => {
    const { stroke, dash } = strokeOf(look, index)
    const points = thin({ x: ordered.x.values, y: series.values }, around.x.domain[0], around.x.domain[1], Math.ceil(inner))
    const alone = isolated(points.y)
    const style = { stroke, strokeWidth, strokeLinejoin: 'round' as const, ...(dash ? { strokeDasharray: dash } : {}) }
    return [
      Plot.line({ length: points.x.length }, { x: points.x, y: points.y, ...style }),
      alone.length > 0
        ? Plot.dot(alone, { x: (i: number) => points.x[i], y: (i: number) => points.y[i], r: strokeWidth + 0.5, fill: stroke })
        : null,
    ]
  })
  const alt = describeLines(lines, wish)
  const shapes = [...headings(wish, look, margins, around), ...labels.place(around, margins)]
  const body = await drawSheet(wish, look, { x: around.x, y: around.y, margins, marks, shapes, grid: true, alt })
  return { mediaType: 'image/svg+xml', body, alt, ...(wish.title ? { title: wish.title } : {}) }
}

/** Rows with an x, ascending in x; infinite y are missing. */
function inOrder({ x, series }: Lines): Lines {
  const rows = Array.from(x.values.keys()).filter((i) => Number.isFinite(x.values[i]))
  const sorted = rows.every((row, k) => k === 0 || x.values[rows[k - 1]!]! <= x.values[row]!)
  if (!sorted) rows.sort((a, b) => x.values[a]! - x.values[b]! || a - b)
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => (Number.isFinite(values[row]) ? values[row]! : NaN))
  return { x: { ...x, values: pick(x.values) }, series: series.map((s) => ({ ...s, values: pick(s.values) })) }
}

/** Points without a neighbour on either side. */
function isolated(y: Float64Array): number[] {
  const missing = (i: number) => !(i >= 0 && i < y.length) || Number.isNaN(y[i])
  return Array.from(y.keys()).filter((i) => !missing(i) && missing(i - 1) && missing(i + 1))
}

/** The label of the only series, or the unit that all share. */
function sharedLabel(series: Lines['series']): string {
  if (series.length === 1) return series[0]!.label
  const units = new Set(series.map(({ unit }) => unit))
  return units.size === 1 ? ([...units][0] ?? '') : ''
}

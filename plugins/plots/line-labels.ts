import type { FigureWish } from '@cardcage/plugin'
import type { Lines } from './line.ts'
import { type Look, strokeOf } from './look.ts'
import { fontSize, type Margins, type Shape, type Surroundings, text } from './sheet.ts'
import { fitText, textWidth } from './text-width.ts'

/** Where the names of several lines go, and the room they need. */
export interface LineLabels {
  /** Height above the plotting area. */
  readonly above: number
  /** Width right of it. */
  readonly beside: number
  place(around: Surroundings, margins: Margins): Shape[]
}

const rowHeight = 18
const swatch = 18

/** Names at the ends of up to six lines where there is room; else a legend above; nothing for a single line. */
export function labelLines({ series, x }: Lines, wish: FigureWish, look: Look): LineLabels {
  if (series.length < 2) return { above: 0, beside: 0, place: () => [] }
  const widest = Math.max(...series.map(({ title }) => textWidth(title, fontSize)))
  const room = Math.min(series.length * (fontSize + 4), wish.height) < wish.height * 0.5
  if (series.length <= 6 && widest < wish.width * 0.2 && room && x.values.length > 0) {
    return { above: 0, beside: widest + swatch + 16, place: (around, margins) => atEnds(series, wish, look, around, margins) }
  }
  const rows = wrap(series, wish.width - 28)
  return { above: rows.length * rowHeight + 6, beside: 0, place: (_, margins) => legend(rows, look, margins, wish) }
}

function atEnds(series: Lines['series'], wish: FigureWish, look: Look, { y }: Surroundings, margins: Margins): Shape[] {
  const bottom = wish.height - margins.bottom
  const at = (value: number) => bottom - ((value - y.domain[0]) / (y.domain[1] - y.domain[0])) * (bottom - margins.top)
  const wanted = series.map(({ values }) => at(values.findLast((value) => !Number.isNaN(value)) ?? y.domain[0]))
  const places = apart(wanted, fontSize + 4, margins.top + 4, bottom - 4)
  const left = wish.width - margins.right + 10
  return series.flatMap(({ title }, index) => {
    const middle = places[index]!
    return [
      bar(left, middle, look, index),
      text(title, { x: left + swatch + 6, y: middle + 4, fill: look.text, 'data-role': 'series-label' }),
    ]
  })
}

/** Move places as little as needed so that neighbours are `gap` apart and all lie within [low, high] where they fit. */
function apart(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!)
  const places = [...wanted]
  let floor = low
  for (const i of order) {
    const place = Math.max(places[i]!, floor)
    places[i] = place
    floor = place + gap
  }
  let ceiling = high
  for (const i of order.reverse()) {
    const place = Math.min(places[i]!, ceiling)
    places[i] = place
    ceiling = place - gap
  }
  return places
}

function wrap(series: Lines['series'], width: number): { index: number; x: number; title: string }[][] {
  const rows: { index: number; x: number; title: string }[][] = [[]]
  let x = 0
  series.forEach((one, index) => {
    const title = fitText(one.title, fontSize, width - swatch - 24)
    const needed = swatch + 6 + textWidth(title, fontSize) + 18
    if (x > 0 && x + needed > width) {
      rows.push([])
      x = 0
    }
    rows.at(-1)!.push({ index, x, title })
    x += needed
  })
  return rows
}

function legend(rows: ReturnType<typeof wrap>, look: Look, margins: Margins, wish: FigureWish): Shape[] {
  const visible = rows.slice(0, Math.max(1, Math.floor((wish.height * 0.3) / rowHeight)))
  const top = margins.top - visible.length * rowHeight - 2
  return visible.flatMap((row, r) =>
    row.flatMap(({ index, x, title }) => [
      bar(14 + x, top + r * rowHeight, look, index),
      text(title, { x: 14 + x + swatch + 6, y: top + r * rowHeight + 4, fill: look.text, 'data-role': 'series-label' }),
    ]),
  )
}

function bar(x: number, y: number, look: Look, index: number): Shape {
  const { stroke, dash } = strokeOf(look, index)
  return { name: 'line', attributes: { x1: x, x2: x + swatch, y1: y, y2: y, stroke, 'stroke-width': 2.5, 'stroke-dasharray': dash } }
}

import type { Figure, FigureWish } from '@cardcage/plugin'
import { type Axis, axisOf, extent, type Tick } from './axis.ts'
import { bandAt, type Bands } from './bands.ts'
import { cellsOf, type Cells } from './cells.ts'
import { type Colours, coloursOf, type palettes } from './colours.ts'
import { looks } from './look.ts'
import { numberTicks } from './number-ticks.ts'
import { pngImage } from './png-image.ts'
import { drawSheet, fontSize, headings, type Margins, marginsOf, type Shape, type Surroundings, text } from './sheet.ts'
import { fitText, textWidth } from './text-width.ts'
import { describeCells } from './words.ts'

/** One side of a heat map: numbers, times in milliseconds, or names of which `values` are the numbers. */
export interface Side {
  readonly label: string
  readonly time: boolean
  readonly values: Float64Array
  /** Names by number, in the order in which they are shown. */
  readonly names?: readonly string[]
}

/** What a heat map shows. Missing = NaN. */
export interface HeatMap {
  readonly x: Side
  readonly y: Side
  readonly value: { readonly label: string; readonly values: Float64Array }
  /** Weight of each point, ≥ 0, where several fall into one cell. */
  readonly weight?: Float64Array
}

/** Draw points as coloured cells: one embedded image, so that ten thousand cells cost what ten cost. Cells without a point are left grey. */
export async function drawHeatMap(
  map: HeatMap,
  wish: FigureWish,
  palette: (typeof palettes)[number],
): Promise<{ figure: Figure; cells: Cells }> {
  const look = looks[wish.theme]
  const inner = [wish.width * 0.75, wish.height * 0.7] as const
  const cells = cellsOf(map.x.values, map.y.values, map.value.values, map.weight, inner)
  const [low, high] = extent(cells.values) ?? [0, 1]
  const colours = await coloursOf(low, high, palette)
  const legend = numberTicks(colours.domain[0], colours.domain[1], Math.max(1, Math.floor(inner[1] / 46)), wish.locale).ticks
  const beside = 16 + 14 + 8 + Math.max(0, ...legend.map((tick) => textWidth(tick.label, fontSize)))
  const surroundings = (width: number, height: number): Surroundings => ({
    title: wish.title ?? '',
    xLabel: wish.xLabel ?? map.x.label,
    yLabel: wish.yLabel ?? map.y.label,
    x: sideAxis(map.x, cells.x, width, wish, false),
    y: sideAxis(map.y, cells.y, height, wish, true),
    above: wish.yLabel === '' || (map.y.label === '' && wish.yLabel === undefined) ? fontSize + 12 : 0,
    beside,
  })
  const rough = marginsOf(wish, surroundings(...inner))
  const around = surroundings(wish.width - rough.left - rough.right, wish.height - rough.top - rough.bottom)
  const margins = marginsOf(wish, around)
  const alt = describeCells(map, cells, wish)
  const shapes = [
    ...picture(cells, colours, wish, margins, look.grid, map.y.names !== undefined),
    ...headings(wish, look, margins, around).map((shape) => shorten(shape, wish)),
    ...colourLegend(legend, colours, map.value.label, wish, margins),
  ]
  const body = await drawSheet(wish, look, { x: around.x, y: around.y, margins, marks: [], shapes, grid: false, alt })
  return { figure: { mediaType: 'image/svg+xml', body, alt, ...(wish.title ? { title: wish.title } : {}) }, cells }
}

function sideAxis(side: Side, bands: Bands, pixels: number, wish: FigureWish, vertical: boolean): Axis {
  const [low, high] = [bands.edges[0]!, bands.edges[bands.count]!]
  if (side.names) {
    const every = Math.max(1, Math.ceil((vertical ? 16 : 32) / (pixels / bands.count)))
    const room = vertical ? wish.width * 0.25 : (pixels / bands.count) * every - 4
    const ticks = side.names.flatMap((name, at): Tick[] => (at % every === 0 ? [{ at, label: fitText(name, fontSize, room) }] : []))
    return { domain: vertical ? [high, low] : [low, high], ticks }
  }
  const distance = vertical ? 46 : side.time ? 84 : 72
  const leastStep = bands.of === 'values' && bands.even ? (high - low) / bands.count : 0
  return axisOf({ time: side.time, low, high, pixels, distance, locale: wish.locale, leastStep })
}

/** The cells as one image, on ground that shows where there are none. */
function picture(
  { x, y, values }: Cells,
  colours: Colours,
  wish: FigureWish,
  margins: Margins,
  ground: string,
  downwards: boolean,
): Shape[] {
  const width = wish.width - margins.left - margins.right
  const height = wish.height - margins.top - margins.bottom
  const columns = x.even ? Array.from({ length: x.count }, (_, i) => i) : spread(x, Math.ceil(2 * width))
  const upwards = y.even ? Array.from({ length: y.count }, (_, i) => i) : spread(y, Math.ceil(2 * height))
  const rows = downwards ? upwards : upwards.toReversed()
  const indices = new Uint8Array(columns.length * rows.length)
  rows.forEach((row, r) =>
    columns.forEach((column, c) => (indices[r * columns.length + c] = colours.indexOf(values[row * x.count + column]!))),
  )
  const place = { x: margins.left, y: margins.top, width, height }
  return [
    { name: 'rect', attributes: { ...place, fill: ground } },
    image('cells', pngImage(columns.length, rows.length, indices, colours.palette), place),
  ]
}

/** Band of each of `pixels` pixels: what uneven bands look like on an even raster. */
function spread(bands: Bands, pixels: number): number[] {
  const [low, high] = [bands.edges[0]!, bands.edges[bands.count]!]
  return Array.from({ length: pixels }, (_, i) => bandAt(bands, low + ((i + 0.5) / pixels) * (high - low)))
}

function colourLegend(ticks: readonly Tick[], colours: Colours, label: string, wish: FigureWish, margins: Margins): Shape[] {
  const look = looks[wish.theme]
  const top = margins.top
  const height = wish.height - margins.top - margins.bottom
  const left = wish.width - margins.right + 16
  const at = (value: number) => top + height * (1 - (value - colours.domain[0]) / (colours.domain[1] - colours.domain[0]))
  const levels = Uint8Array.from({ length: 255 }, (_, i) => 255 - i)
  const name = fitText(label, fontSize, wish.width * 0.45)
  return [
    image('colour legend', pngImage(1, 255, levels, colours.palette), { x: left, y: top, width: 14, height }),
    text(name, { x: wish.width - 14, y: top - 14, 'text-anchor': 'end', fill: look.muted, 'data-role': 'value-label' }),
    ...ticks.map((tick) => text(tick.label, { x: left + 14 + 8, y: at(tick.at) + 4, fill: look.muted, 'data-role': 'value-tick' })),
  ]
}

/** The y label must not run into the name of the values at the other end of its row. */
function shorten(shape: Shape, wish: FigureWish): Shape {
  return shape.attributes['data-role'] === 'y-label' ? { ...shape, text: fitText(shape.text ?? '', fontSize, wish.width * 0.45) } : shape
}

function image(role: string, href: string, place: Shape['attributes']): Shape {
  // Browsers know `pixelated`, resvg only the older name of the same, and takes the last it finds.
  const style = 'image-rendering:pixelated !important;image-rendering:optimizeSpeed'
  return { name: 'image', attributes: { ...place, href, preserveAspectRatio: 'none', style, 'data-role': role } }
}

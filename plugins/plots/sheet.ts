import type { FigureWish } from '@cardcage/plugin'
import type { Markish, PlotOptions } from '@observablehq/plot'
import type { Axis } from './axis.ts'
import { fontFamily, type Look } from './look.ts'
import { serialize, type XmlElement } from './serialize.ts'
import { fitText, textWidth } from './text-width.ts'

/** Font size of everything but the title, in pixels. */
export const fontSize = 12
const titleSize = 16
const padding = 14

/** Room around the plotting area, in pixels. */
export interface Margins {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

/** An SVG element to put on the sheet above the plot, in pixels of the sheet. */
export interface Shape {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | undefined>>
  readonly text?: string
}

/** What stands around a plotting area. */
export interface Surroundings {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly x: Axis
  readonly y: Axis
  /** Height of rows above the plotting area, besides title and y label. */
  readonly above: number
  /** Width of what stands right of it. */
  readonly beside: number
}

/** Margins in which no label is cut; the plotting area keeps at least a third of the sheet. */
export function marginsOf({ width, height }: FigureWish, around: Surroundings): Margins {
  const lines = Math.max(1, ...around.x.ticks.map((tick) => tick.label.split('\n').length))
  const half = Math.max(0, ...around.x.ticks.slice(-1).map((tick) => textWidth(tick.label, fontSize) / 2))
  const left = padding + Math.max(0, ...around.y.ticks.map((tick) => textWidth(tick.label, fontSize))) + 10
  const top = padding + (around.title ? titleSize + 16 : 0) + (around.yLabel ? fontSize + 12 : 0) + around.above
  const bottom = padding + lines * 15 + 6 + (around.xLabel ? fontSize + 10 : 0)
  return {
    top: Math.round(Math.min(top, height * 0.36)),
    right: Math.round(Math.min(padding + Math.max(half, around.beside), width * 0.3)),
    bottom: Math.round(Math.min(bottom, height * 0.3)),
    left: Math.round(Math.min(left, width * 0.36)),
  }
}

/** Title and axis labels, each shortened to the room it has. */
export function headings(wish: FigureWish, look: Look, margins: Margins, around: Surroundings): Shape[] {
  const { width, height } = wish
  const title = fitText(around.title, titleSize * 1.08, width - 2 * padding)
  const yLabel = fitText(around.yLabel, fontSize, width - 2 * padding)
  const xLabel = fitText(around.xLabel, fontSize, width - margins.left - padding)
  const center = (margins.left + width - margins.right) / 2
  return [
    ...(title && height >= 120
      ? [
          text(title, {
            x: padding,
            y: padding + titleSize - 2,
            'font-size': titleSize,
            'font-weight': 600,
            fill: look.text,
            'data-role': 'title',
          }),
        ]
      : []),
    ...(yLabel && height >= 120
      ? [text(yLabel, { x: padding, y: margins.top - around.above - 14, fill: look.muted, 'data-role': 'y-label' })]
      : []),
    ...(xLabel && height >= 120
      ? [text(xLabel, { x: center, y: height - padding, 'text-anchor': 'middle', fill: look.muted, 'data-role': 'x-label' })]
      : []),
  ]
}

/** A text on the sheet; starts at `x` unless `text-anchor` says otherwise. */
export function text(content: string, attributes: Shape['attributes']): Shape {
  return { name: 'text', attributes: { 'text-anchor': 'start', 'font-size': fontSize, ...attributes }, text: content }
}

/** What is drawn: marks in the scales of two axes, and shapes in pixels. */
export interface Drawing {
  readonly x: Axis
  readonly y: Axis
  readonly margins: Margins
  /** Below: grid; above: the marks; axes last. */
  readonly marks: readonly Markish[]
  readonly shapes: readonly Shape[]
  /** Lines across at the ticks of y. */
  readonly grid: boolean
  readonly alt: string
}

/**
 * Draw a sheet with Observable Plot as a standalone SVG document: no style sheet, no script, no reference to anything outside.
 *
 * @see https://observablehq.com/plot/
 */
export async function drawSheet(wish: FigureWish, look: Look, drawing: Drawing): Promise<string> {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom/worker')])
  const { width, height } = wish
  const { x, y, margins, marks, grid, alt } = drawing
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const label = (axis: Axis) => {
    const labels = new Map(axis.ticks.map((tick) => [tick.at, clean(tick.label)]))
    return (at: number) => labels.get(at) ?? ''
  }
  const places = (axis: Axis) => axis.ticks.map((tick) => tick.at)
  const axisStyle = { color: look.muted, stroke: look.axis, fill: look.muted, fontSize, label: null, fontVariant: '' }
  const options: PlotOptions = {
    document,
    width,
    height,
    marginTop: margins.top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    marginLeft: margins.left,
    x: { type: 'linear', domain: [...x.domain], axis: null },
    y: { type: 'linear', domain: [...y.domain], axis: null },
    marks: [
      grid ? Plot.gridY(places(y), { stroke: look.grid, strokeOpacity: 1 }) : null,
      ...marks,
      Plot.ruleY([y.domain[0]], { stroke: look.axis, strokeWidth: 1 }),
      Plot.axisX(places(x), { ...axisStyle, tickFormat: label(x), tickSize: 5, tickPadding: 4, lineHeight: 1.2 }),
      Plot.axisY(places(y), { ...axisStyle, tickFormat: label(y), tickSize: 0, tickPadding: 8 }),
    ],
  }
  const svg = Plot.plot(options) as unknown as Root
  const element = ({ name, attributes, text: content }: Shape) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name)
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, clean(String(value)))
    if (content !== undefined) made.textContent = clean(content)
    return made
  }
  for (const style of svg.querySelectorAll('style')) style.remove()
  svg.removeAttribute('class')
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    role: 'img',
    'aria-label': clean(alt),
    fill: look.text,
    'font-size': `${fontSize}`,
    'font-family': fontFamily,
  }
  for (const [key, value] of Object.entries(root)) svg.setAttribute(key, value)
  svg.prepend(element({ name: 'rect', attributes: { width, height, fill: look.background } }))
  for (const shape of drawing.shapes) svg.append(element(shape))
  return serialize(svg)
}

/** What is used of the root element that Plot makes. */
interface Root extends XmlElement {
  querySelectorAll(selector: string): Iterable<{ remove(): void }>
  removeAttribute(name: string): void
  setAttribute(name: string, value: string): void
  prepend(child: unknown): void
  append(child: unknown): void
}

/** Without the characters that XML 1.0 cannot carry. */
function clean(content: string): string {
  // eslint-disable-next-line no-control-regex
  return content.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, '')
}

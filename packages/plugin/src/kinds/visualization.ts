import type { Call } from '../context.ts'
import type { About } from '../define.ts'
import type { Awaitable, Infer, Schema } from '../schema.ts'
import type { Given, Inputs } from './analysis.ts'

type Defaults = { readonly data: {} }

/** A plot type. Draws the media type asked for; what it does not draw, an exporter makes from what it does. */
export interface Plot<I extends Inputs = any, P extends Schema | undefined = any> extends About {
  inputs?: I
  params?: P
  /** Media types it draws, best first. Default `image/svg+xml`. */
  draws?: readonly string[]
  run(inputs: Given<I>, params: Infer<P>, call: PlotCall): Awaitable<Figure>
}

/** A call that asks for a figure. */
export interface PlotCall extends Call {
  readonly wish: FigureWish
}

/** What every figure can be asked for; lengths in CSS pixels. */
export interface FigureWish {
  readonly mediaType: string
  readonly width: number
  readonly height: number
  readonly theme: 'light' | 'dark' | 'print'
  readonly title?: string
  readonly xLabel?: string
  readonly yLabel?: string
  readonly locale: string
}

/** A rendered plot; `body` is text for textual media types. `alt` says in words what it shows. */
export interface Figure {
  readonly mediaType: string
  readonly body: string | Uint8Array
  readonly alt: string
  readonly title?: string
}

/** An export format: makes one media type of figure into another. */
export interface Exporter extends About {
  readonly from: string
  readonly to: string
  readonly extension: `.${string}`
  export(figure: Figure, wish: FigureWish & { readonly scale: number }, call: Call): Awaitable<Figure>
}

/** Identity function that ties `inputs` and `params` to `run`. */
export function plot<const I extends Inputs = Defaults, const P extends Schema | undefined = undefined>(plot: Plot<I, P>): Plot {
  return plot
}

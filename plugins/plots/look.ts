import type { FigureWish } from '@cardcage/plugin'

/** Colours and strokes of one theme. */
export interface Look {
  readonly background: string
  readonly text: string
  /** Tick labels and axis titles. */
  readonly muted: string
  readonly axis: string
  readonly grid: string
  /** Colours of series, told apart with every common colour blindness; used in this order, then again from the start. */
  readonly series: readonly string[]
  /** Dash patterns; a series takes the next one when the colours are used up, or at once where colour cannot be relied on. */
  readonly dashes: readonly (string | undefined)[]
  /** Is every series dashed differently from the start? For paper that may be printed grey. */
  readonly dashAlways: boolean
}

/** First Inter, the font PNG export brings along; then what readers have. */
export const fontFamily = "Inter, 'Helvetica Neue', 'Segoe UI', Roboto, Arial, sans-serif"

const dashes = [undefined, '6 3', '2 3', '9 3 2 3', '12 4']

/**
 * The three themes. The colours of series are Okabe and Ito's, without the yellow on light ground and lightened on dark ground.
 *
 * @see M. Okabe and K. Ito, "Color Universal Design", https://jfly.uni-koeln.de/color/
 */
export const looks: Readonly<Record<FigureWish['theme'], Look>> = {
  light: {
    background: '#ffffff',
    text: '#1b1f24',
    muted: '#57606a',
    axis: '#8c959f',
    grid: '#e8ebee',
    series: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#5c6670'],
    dashes,
    dashAlways: false,
  },
  dark: {
    background: '#0d1117',
    text: '#e6edf3',
    muted: '#9aa5b1',
    axis: '#586069',
    grid: '#1f262e',
    series: ['#56b4e9', '#f5a623', '#2fc79a', '#ea9ac8', '#f0e442', '#ff7f45', '#aab4be'],
    dashes,
    dashAlways: false,
  },
  print: {
    background: '#ffffff',
    text: '#000000',
    muted: '#222222',
    axis: '#444444',
    grid: '#dddddd',
    series: ['#000000', '#0072b2', '#d55e00', '#009e73', '#a3457d', '#8a6000', '#5c6670'],
    dashes,
    dashAlways: true,
  },
}

/** Colour and dash pattern of the series with this number, from 0. */
export function strokeOf(look: Look, index: number): { readonly stroke: string; readonly dash: string | undefined } {
  const round = look.dashAlways ? index : Math.floor(index / look.series.length)
  return { stroke: look.series[index % look.series.length]!, dash: look.dashes[round % look.dashes.length] }
}

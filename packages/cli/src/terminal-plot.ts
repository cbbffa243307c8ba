/** A line over x and y for the terminal; NaN is a gap. */
export interface PlotSize {
  /** Characters, with the labels of the y axis. */
  readonly width: number
  /** Lines, without the labels of the x axis. */
  readonly height: number
}

/** Bits of the dots of a braille character, by column and row. */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const

/**
 * A plot of one series in braille characters, eight dots each. Points next to each other are joined; where x or y is missing the line has a gap.
 *
 * @param label of a value of the x axis
 * @returns lines without a line end; a note where there is nothing to draw
 */
export function terminalPlot(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  label: (x: number) => string,
  { width, height }: PlotSize,
): string {
  const [left, right] = extent(x, y)
  const [bottom, top] = extent(y, x)
  if (left === undefined || bottom === undefined) return '(nothing to draw: every value is missing)'
  const labels = [short(top), short((top + bottom) / 2), short(bottom)]
  const margin = Math.max(...labels.map((text) => text.length))
  const columns = Math.max(10, width - margin - 2)
  const canvas = new Uint8Array(columns * height)
  const scale = (value: number, from: number, to: number, size: number) =>
    to === from ? size / 2 + value - from : ((value - from) / (to - from)) * (size - 1)
  const place = (at: number) =>
    [scale(x[at] ?? NaN, left, right, columns * 2), height * 4 - 1 - scale(y[at] ?? NaN, bottom, top, height * 4)] as const
  for (let at = 0; at < y.length; at++) {
    const here = place(at)
    const before = at === 0 ? here : place(at - 1)
    if (here.every(Number.isFinite)) join(before.every(Number.isFinite) ? before : here, here, (px, py) => set(canvas, columns, px, py))
  }
  const lines = Array.from({ length: height }, (_, row) => {
    const name = row === 0 ? labels[0] : row === height - 1 ? labels[2] : row === height >> 1 ? labels[1] : ''
    const cells = canvas.subarray(row * columns, (row + 1) * columns)
    return `${(name ?? '').padStart(margin)} ${name === '' ? '│' : '┤'}${Array.from(cells, (bits) => String.fromCodePoint(0x2800 + bits)).join('')}`.replace(
      /[\u2800 ]+$/,
      '',
    )
  })
  const [from, to] = [label(left), label(right)]
  return [...lines, `${' '.repeat(margin + 2)}${from}${to.padStart(Math.max(to.length + 1, columns - from.length))}`].join('\n')
}

/** Least and greatest of the values whose partner is there too; undefined where there is none. */
function extent(
  values: ArrayLike<number>,
  partners: ArrayLike<number>,
): readonly [low: number, high: number] | readonly [undefined, undefined] {
  let low = Infinity
  let high = -Infinity
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? NaN
    if (!Number.isFinite(value) || !Number.isFinite(partners[at])) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return low <= high ? [low, high] : [undefined, undefined]
}

function set(canvas: Uint8Array, columns: number, px: number, py: number): void {
  const at = (py >> 2) * columns + (px >> 1)
  canvas[at] = (canvas[at] ?? 0) | (dots[(px & 1) as 0 | 1][py & 3] ?? 0)
}

function join([x0, y0]: readonly number[], [x1, y1]: readonly number[], draw: (x: number, y: number) => void): void {
  const [ax = 0, ay = 0, bx = 0, by = 0] = [x0, y0, x1, y1]
  const steps = Math.max(1, Math.ceil(Math.max(Math.abs(bx - ax), Math.abs(by - ay))))
  for (let step = 0; step <= steps; step++) draw(Math.round(ax + ((bx - ax) * step) / steps), Math.round(ay + ((by - ay) * step) / steps))
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

import { bandAt, type Bands, bandsOf } from './bands.ts'

/** The cells of a heat map. */
export interface Cells {
  readonly x: Bands
  readonly y: Bands
  /** Row-major from the lowest y: the (weighted) mean of the points in the cell; NaN where there is none. */
  readonly values: Float64Array
  /** Points that fell into a cell. */
  readonly points: number
}

/**
 * Sort points into cells.
 *
 * @param weight of each point, ≥ 0; a point without a finite x, y, value and positive weight is left out
 * @param pixels width and height of the plotting area
 */
export function cellsOf(
  x: Float64Array,
  y: Float64Array,
  value: Float64Array,
  weight: Float64Array | undefined,
  pixels: readonly [width: number, height: number],
): Cells {
  const used = Array.from(value.keys()).filter((i) => {
    const share = weight ? weight[i]! : 1
    return Number.isFinite(x[i]) && Number.isFinite(y[i]) && Number.isFinite(value[i]) && share > 0 && share < Infinity
  })
  // About six points to a bin leave few of them empty.
  const bins = Math.max(4, Math.ceil(Math.sqrt(used.length / 6)))
  const side = (values: Float64Array, length: number, exact: boolean) =>
    bandsOf(
      Float64Array.from(used, (i) => values[i]!),
      exact ? Math.max(1, Math.floor(length)) : Math.min(bins, 100),
      Math.min(bins, 100, Math.max(1, Math.floor(length / 4))),
    )
  let [across, up] = [side(x, pixels[0], true), side(y, pixels[1], true)]
  // A grid that is nearly empty would show dust: scattered points are binned although they happen to lie on one.
  if (across.count * up.count > 8 * used.length + 64) {
    if (across.count >= up.count) across = side(x, pixels[0], false)
    if (across.count * up.count > 8 * used.length + 64) up = side(y, pixels[1], false)
    if (across.count * up.count > 8 * used.length + 64) across = side(x, pixels[0], false)
  }
  const sums = new Float64Array(across.count * up.count)
  const weights = new Float64Array(across.count * up.count)
  for (const i of used) {
    const cell = bandAt(up, y[i]!) * across.count + bandAt(across, x[i]!)
    const share = weight ? weight[i]! : 1
    sums[cell]! += value[i]! * share
    weights[cell]! += share
  }
  return { x: across, y: up, values: sums.map((sum, cell) => sum / weights[cell]!), points: used.length }
}

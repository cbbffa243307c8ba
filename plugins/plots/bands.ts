/** One side of a heat map: what the cells along it stand for. */
export interface Bands {
  readonly count: number
  /** `count` + 1 edges, ascending. */
  readonly edges: Float64Array
  /** The value each band stands for: its own, or the middle of a bin. */
  readonly centers: Float64Array
  /** Are all of equal width? */
  readonly even: boolean
  /** `values`: a band for each value; `bins`: equal bands that hold several values each. */
  readonly of: 'values' | 'bins'
}

/**
 * Bands for the values along one side: one for each value where they lie on an even grid of at most `most` bands, or are few; else
 * equal bins.
 *
 * @param values any order; NaN and infinities are left out
 * @param most bands that can be told apart on the screen
 * @param bins how many where binning is needed
 */
export function bandsOf(values: Float64Array, most: number, bins: number): Bands {
  const unique = Float64Array.from(new Set(values.filter((value) => Number.isFinite(value)))).sort()
  const [low, high] = [unique[0] ?? 0, unique.at(-1) ?? 0]
  if (unique.length < 2) return evenBands(low - 0.5, low + 0.5, 1, 'values')
  const step = evenStep(unique, Math.min(most, 2 * unique.length))
  if (step !== undefined) {
    const count = Math.round((high - low) / step) + 1
    return evenBands(low - step / 2, high + step / 2, count, 'values')
  }
  if (unique.length <= Math.min(most, 60)) {
    const middles = unique.subarray(1).map((value, i) => value / 2 + unique[i]! / 2)
    const edges = Float64Array.of(low - (middles[0]! - low), ...middles, high + (high - middles.at(-1)!))
    return { count: unique.length, edges, centers: unique, even: false, of: 'values' }
  }
  const count = Math.max(1, Math.min(most, bins))
  return evenBands(low, high, count, 'bins')
}

/** Number of the band that holds a value, the last edge included; −1 outside. */
export function bandAt({ edges, count }: Bands, value: number): number {
  if (!(value >= edges[0]! && value <= edges[count]!)) return -1
  let low = 0
  let high = count
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (value >= edges[middle]!) low = middle
    else high = middle
  }
  return low
}

/** The step of a grid on which all values lie, if it has at most `most` places. */
function evenStep(unique: Float64Array, most: number): number | undefined {
  let step = Infinity
  for (let i = 1; i < unique.length; i++) step = Math.min(step, unique[i]! - unique[i - 1]!)
  const low = unique[0]!
  const places = Math.round((unique.at(-1)! - low) / step)
  if (places + 1 > most) return undefined
  const exact = (unique.at(-1)! - low) / places
  const onGrid = unique.every((value) => Math.abs((value - low) / exact - Math.round((value - low) / exact)) < 1e-3)
  return onGrid ? exact : undefined
}

function evenBands(low: number, high: number, count: number, of: Bands['of']): Bands {
  const at = (i: number) => low + ((high - low) * i) / count
  const edges = Float64Array.from({ length: count + 1 }, (_, i) => (i === count ? high : at(i)))
  return { count, edges, centers: Float64Array.from({ length: count }, (_, i) => at(i + 0.5)), even: true, of }
}

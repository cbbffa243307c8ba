/**
 * Mean of each value and the `window` − 1 values before it.
 *
 * The running sum is compensated (Neumaier) and begun anew after every gap, so that the error stays at a few units in the last place of
 * the largest value in the series, however long it is.
 *
 * @param values n numbers up to about 1e308 / window in size; NaN = missing
 * @param window rows per window, an integer ≥ 1
 * @returns n numbers: the first `window` − 1 are NaN, and so is every window that touches a missing or infinite value. Cost O(n),
 *   memory O(n); `values` is not changed.
 * @throws RangeError where `window` is not an integer ≥ 1
 * @see A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974), 39–51
 * @example
 * ```ts
 * import { movingMean } from '@cardcage/numeric'
 *
 * movingMean(Float64Array.of(1, 2, 3, 4), 2) // NaN, 1.5, 2.5, 3.5
 * ```
 */
export function movingMean(values: ArrayLike<number>, window: number): Float64Array {
  if (!Number.isInteger(window) || window < 1) throw new RangeError(`window is ${window}; it must be an integer of at least 1`)
  const means = new Float64Array(values.length).fill(NaN)
  let sum = 0
  let lost = 0
  let length = 0
  const push = (value: number) => {
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) {
      sum = lost = length = 0
      continue
    }
    push(value)
    length++
    if (length > window) push(-values[i - window]!)
    if (length >= window) means[i] = (sum + lost) / window
  }
  return means
}

/** Points of a line; a NaN in `y` breaks it. */
export interface Points {
  readonly x: Float64Array
  readonly y: Float64Array
}

/**
 * Leave out the points of a line that cannot be seen: of those that fall on one pixel column, the first, the last, the lowest and the
 * highest draw the same pixels. A gap of at least one pixel column stays a gap.
 *
 * @param points ascending in x
 * @param columns pixel columns between `low` and `high`
 * @returns at most 5 points per column; the same object where there are few
 * @see U. Jugel, Z. Jerzak, G. Hackenbroich, V. Markl, "M4: a visualization-oriented time series data aggregation", PVLDB 7 (2014), 797–808
 */
export function thin(points: Points, low: number, high: number, columns: number): Points {
  if (points.x.length <= 4 * columns || !(high > low)) return points
  const keep: number[] = []
  const columnOf = (i: number) => Math.floor(((points.x[i]! - low) / (high - low)) * columns)
  let lastKept = -Infinity
  for (let from = 0; from < points.x.length;) {
    const column = columnOf(from)
    let to = from
    let lowest = -1
    let highest = -1
    let first = -1
    let last = -1
    for (; to < points.x.length && columnOf(to) === column; to++) {
      const y = points.y[to]!
      if (Number.isNaN(y)) continue
      if (first < 0) first = to
      last = to
      if (lowest < 0 || y < points.y[lowest]!) lowest = to
      if (highest < 0 || y > points.y[highest]!) highest = to
    }
    if (first < 0) {
      if (lastKept !== -1) keep.push(from)
      lastKept = -1
    } else {
      keep.push(...[...new Set([first, lowest, highest, last])].sort((a, b) => a - b))
      lastKept = last
    }
    from = to
  }
  return { x: Float64Array.from(keep, (i) => points.x[i]!), y: Float64Array.from(keep, (i) => points.y[i]!) }
}

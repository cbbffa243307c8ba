/** Different metrics (name and labels) of one kernel; what comes after is counted under `overflow`. */
const maxSeries = 2000

/** One metric with its labels. A histogram keeps count, sum, smallest and largest. */
export interface Measurement {
  readonly metric: 'counter' | 'gauge' | 'histogram'
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  value: number
  count: number
  min: number
  max: number
}

/** Metrics of one kernel. */
export interface Metrics {
  record(metric: Measurement['metric'], name: string, labels: Readonly<Record<string, string>>, value: number): void
  /** Everything measured so far. */
  snapshot(): readonly Readonly<Measurement>[]
}

/** Make the metrics of one kernel. */
export function createMetrics(): Metrics {
  const series = new Map<string, Measurement>()
  const find = (metric: Measurement['metric'], name: string, labels: Readonly<Record<string, string>>): Measurement => {
    const key = JSON.stringify([metric, name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])
    const known = series.get(key)
    if (known) return known
    if (series.size >= maxSeries && name !== 'overflow') return find('counter', 'overflow', {})
    const fresh = { metric, name, labels, value: 0, count: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
    series.set(key, fresh)
    return fresh
  }
  return {
    record(metric, name, labels, value) {
      if (!Number.isFinite(value)) return
      const one = find(metric, name, labels)
      one.count++
      one.min = Math.min(one.min, value)
      one.max = Math.max(one.max, value)
      if (one.metric === 'gauge') one.value = value
      else one.value += one.name === 'overflow' ? 1 : value
    },
    snapshot: () => [...series.values()].map((one) => ({ ...one })),
  }
}

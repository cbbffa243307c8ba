import type { Effort, Sample, Samples } from './suite.ts'

/** Somebody who is measured: ours or a peer. */
export interface Contender {
  readonly name: string
  readonly unit: string
  /** One round; returns what it measured, one number or many. */
  round(): Promise<number | readonly number[]>
}

/**
 * Measure contenders against each other: ours, peer, ours, peer … in rounds that begin with another one each time, so that what the machine does
 * meanwhile falls on all of them. The first round is a warm-up and is thrown away.
 */
export async function interleave(contenders: readonly Contender[], { rounds }: Effort): Promise<Samples> {
  const measured = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  for (const { round } of contenders) await round()
  for (let turn = 0; turn < rounds; turn++) {
    for (let place = 0; place < contenders.length; place++) {
      const { name, round } = contenders[(turn + place) % contenders.length]!
      const values = await round()
      const all = measured.get(name)!
      if (typeof values === 'number') all.push(values)
      else for (const value of values) all.push(value)
    }
  }
  return Object.fromEntries(contenders.map(({ name, unit }) => [name, summarize(measured.get(name)!, unit)]))
}

/** Median, smallest and 95th percentile of some measurements. @throws Error where there are none */
export function summarize(values: readonly number[], unit: string): Sample {
  if (values.length === 0) throw new Error('nothing was measured')
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { unit, median: round(median), min: round(sorted[0]!), p95: at(0.95), count: sorted.length }
}

function round(value: number): number {
  return Number(value.toPrecision(5))
}

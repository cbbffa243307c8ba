import { UsageError } from './usage-error.ts'

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A duration with its unit as milliseconds: `2s`, `1.5m`, `250ms`, `1h`. @throws UsageError */
export function durationOf(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? []
  const value = Number(amount) * (milliseconds[unit ?? ''] ?? NaN)
  if (!(value > 0)) throw new UsageError(`"${text}" is not a duration`, 'Write a number above 0 and a unit: 250ms, 2s, 1.5m, 1h.')
  return value
}

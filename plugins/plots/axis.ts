import { numberTicks } from './number-ticks.ts'
import { timeTicks } from './time-ticks.ts'

/** One labelled place on an axis. */
export interface Tick {
  readonly at: number
  /** One or two lines. */
  readonly label: string
}

/** A linear axis: numbers, or times in milliseconds since 1970 UTC. */
export interface Axis {
  readonly domain: readonly [low: number, high: number]
  readonly ticks: readonly Tick[]
}

/** What an axis is made for. */
export interface AxisWish {
  readonly time: boolean
  readonly low: number
  readonly high: number
  /** Length on the screen. */
  readonly pixels: number
  /** Least distance of two ticks in pixels. */
  readonly distance: number
  readonly locale: string
  /** Round the domain to ticks. */
  readonly round?: boolean
  /** Numbers: ticks are no closer than this. */
  readonly leastStep?: number
}

/** An axis from the lowest to the highest value; where both are equal, with some room around. */
export function axisOf({ time, low, high, pixels, distance, locale, round, leastStep }: AxisWish): Axis {
  const room = time ? 43_200_000 : Math.abs(low) * 0.05 || 1
  const [from, to] = low < high ? [low, high] : [low - room, high + room]
  const count = Math.max(1, Math.floor(pixels / distance))
  if (time) return { domain: [from, to], ticks: timeTicks(from, to, count, locale) }
  return numberTicks(from, to, count, locale, { round, leastStep })
}

/** Lowest and highest finite value over all arrays; undefined where there is none. */
export function extent(...arrays: readonly Float64Array[]): readonly [low: number, high: number] | undefined {
  let low = Infinity
  let high = -Infinity
  for (const values of arrays) {
    for (const value of values) {
      if (value < low && value > -Infinity) low = value
      if (value > high && value < Infinity) high = value
    }
  }
  return low <= high ? [low, high] : undefined
}

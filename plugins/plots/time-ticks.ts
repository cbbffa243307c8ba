import type { Tick } from './axis.ts'

type Unit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const year = 365.2425 * day

/** Steps from fine to coarse; longer ones are 1, 2 or 5 times a power of ten of years. */
const steps: readonly (readonly [unit: Unit, count: number, milliseconds: number])[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((n) => ['millisecond', n, n] as const),
  ...[1, 2, 5, 10, 15, 30].map((n) => ['second', n, n * second] as const),
  ...[1, 2, 5, 10, 15, 30].map((n) => ['minute', n, n * minute] as const),
  ...[1, 2, 3, 6, 12].map((n) => ['hour', n, n * hour] as const),
  ...[1, 2, 7, 14].map((n) => ['day', n, n * day] as const),
  ...[1, 2, 3, 6].map((n) => ['month', n, (n * year) / 12] as const),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000].map((n) => ['year', n, n * year] as const),
]

/**
 * Ticks on round places of the calendar, in UTC. The second line of a label names what is coarser, at the first tick and where it changes.
 *
 * @param low milliseconds since 1970 UTC, below `high`
 * @param count at most about how many
 */
export function timeTicks(low: number, high: number, count: number, locale: string): readonly Tick[] {
  const [unit, every] = steps.find(([, , length]) => (high - low) / length <= count) ?? steps.at(-1)!
  const [fine, coarse] = formatsOf(unit, locale)
  let above: string | undefined
  return places(low, high, unit, every).map((at) => {
    const head = coarse?.format(at)
    const label = head === undefined || head === above ? fine.format(at) : `${fine.format(at)}\n${head}`
    above = head
    return { at, label }
  })
}

/** A moment for people, as fine as the span it lies in asks for. */
export function formatTime(at: number, locale: string, span: number): string {
  const date = { timeZone: 'UTC', year: 'numeric', month: 'short', day: 'numeric' } as const
  if (span > 3 * day) return new Intl.DateTimeFormat(locale, date).format(at)
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const fine =
    span > 10 * minute
      ? {}
      : span > 10 * second
        ? { second: '2-digit' as const }
        : { second: '2-digit' as const, fractionalSecondDigits: 3 as const }
  return new Intl.DateTimeFormat(locale, { ...date, ...clock, ...fine }).format(at)
}

function places(low: number, high: number, unit: Unit, every: number): number[] {
  const found: number[] = []
  const calendar = unit === 'month' || unit === 'year'
  const start = new Date(low)
  const length = calendar ? 0 : every * { millisecond: 1, second, minute, hour, day }[unit]
  // Weeks begin on Monday; 1970-01-05 was one.
  const offset = unit === 'day' && every % 7 === 0 ? 4 * day : 0
  const first = calendar
    ? Math.floor((unit === 'year' ? start.getUTCFullYear() : start.getUTCFullYear() * 12 + start.getUTCMonth()) / every)
    : Math.floor((low - offset) / length)
  for (let i = first; ; i++) {
    const at = calendar ? monthStart(unit === 'year' ? i * every * 12 : i * every) : i * length + offset
    if (!(at <= high)) return found
    if (at >= low) found.push(at)
  }
}

/** Start of a month counted from year 0. */
function monthStart(month: number): number {
  const date = new Date(0)
  date.setUTCFullYear(Math.floor(month / 12), ((month % 12) + 12) % 12, 1)
  return date.getTime()
}

function formatsOf(unit: Unit, locale: string): readonly [fine: Intl.DateTimeFormat, coarse?: Intl.DateTimeFormat] {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options })
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const date = format({ year: 'numeric', month: 'short', day: 'numeric' })
  if (unit === 'year') return [format({ year: 'numeric' })]
  if (unit === 'month') return [format({ month: 'short' }), format({ year: 'numeric' })]
  if (unit === 'day') return [format({ month: 'short', day: 'numeric' }), format({ year: 'numeric' })]
  if (unit === 'hour' || unit === 'minute') return [format(clock), date]
  const fraction = unit === 'second' ? {} : { fractionalSecondDigits: 3 as const }
  return [format({ ...clock, second: '2-digit', ...fraction }), date]
}

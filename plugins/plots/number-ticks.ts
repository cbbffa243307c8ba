import type { Axis } from './axis.ts'

/**
 * Ticks at multiples of 1, 2 or 5 times a power of ten.
 *
 * @param low below `high`
 * @param count about how many, ≥ 1
 * @param options.round widen the domain to the ticks just outside
 * @param options.leastStep the ticks are no closer than this
 */
export function numberTicks(
  low: number,
  high: number,
  count: number,
  locale: string,
  { round = false, leastStep = 0 }: { round?: boolean | undefined; leastStep?: number | undefined } = {},
): Axis {
  const [lead, power] = niceStep(Math.max((high - low) / count, leastStep))
  const step = multiple(1, lead, power)
  const first = round ? Math.floor(low / step + 1e-9) : Math.ceil(low / step - 1e-9)
  const last = round ? Math.ceil(high / step - 1e-9) : Math.floor(high / step + 1e-9)
  const places = [...new Set(Array.from({ length: Math.max(0, last - first) + 1 }, (_, i) => multiple(first + i, lead, power)))]
  const format = formatTicks(places, step, locale)
  const domain = round ? ([Math.min(low, places[0]!), Math.max(high, places.at(-1)!)] as const) : ([low, high] as const)
  return { domain, ticks: places.filter((at) => at >= domain[0] && at <= domain[1]).map((at) => ({ at, label: format(at) })) }
}

/** A number for people: up to `digits` significant digits, in their locale's form. */
export function formatNumber(value: number, locale: string, digits = 4): string {
  const size = Math.abs(value)
  const notation = size >= 1e15 || (size > 0 && size < 1e-4) ? 'scientific' : 'standard'
  const whole = size >= 10 ** (digits - 1) && notation === 'standard'
  const precision = whole ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: digits }
  return withMinus(new Intl.NumberFormat(locale, { notation, useGrouping: 'min2', ...precision }).format(value))
}

/** The next 1, 2 or 5 times a power of ten. */
function niceStep(rough: number): readonly [lead: number, power: number] {
  const power = Math.floor(Math.log10(rough))
  const lead = rough / 10 ** power
  return lead <= 1.0001 ? [1, power] : lead <= 2.0001 ? [2, power] : lead <= 5.0001 ? [5, power] : [1, power + 1]
}

/** count · lead · 10^power without the noise of binary fractions: 0.3, not 0.30000000000000004. */
function multiple(count: number, lead: number, power: number): number {
  return (power < 0 && power > -300 ? (count * lead) / 10 ** -power : count * lead * 10 ** power) + 0
}

/** The shortest form in which no two ticks look alike. */
function formatTicks(places: readonly number[], step: number, locale: string): (value: number) => string {
  const size = Math.max(...places.map(Math.abs))
  const decimals = Math.min(20, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))
  const plain = new Intl.NumberFormat(locale, { useGrouping: 'min2', minimumFractionDigits: decimals, maximumFractionDigits: decimals })
  if (size < 1e6 && (size >= 1e-4 || size === 0)) return (value) => withMinus(plain.format(value))
  const notations = size >= 1e15 || size < 1e-4 ? (['scientific'] as const) : (['compact', 'scientific'] as const)
  for (const notation of notations) {
    for (let digits = 0; digits <= 4; digits++) {
      const short = new Intl.NumberFormat(locale, { notation, minimumFractionDigits: 0, maximumFractionDigits: digits })
      if (new Set(places.map((place) => short.format(place))).size === places.length) return (value) => withMinus(short.format(value))
    }
  }
  return (value) => withMinus(plain.format(value))
}

function withMinus(text: string): string {
  return text.replace(/-/gu, '−')
}

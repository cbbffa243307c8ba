/** What a duration may look like, for messages. */
export const durationSyntax = 'milliseconds as a number, or a number with ms, s, m, h or d, such as "30s"'

/** What a size may look like, for messages. */
export const sizeSyntax = 'bytes as a number, or a number with B, KB, MB, GB, TB (1000) or KiB, MiB, GiB, TiB (1024), such as "512MiB"'

const milliseconds = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 }
const bytes = { TiB: 2 ** 40, TB: 1e12, GiB: 2 ** 30, GB: 1e9, MiB: 2 ** 20, MB: 1e6, KiB: 1024, KB: 1000, B: 1 }

/**
 * A duration in milliseconds; `undefined` where it is none (negative, not finite, another unit). Text without a unit is milliseconds.
 *
 * @example
 * ```ts
 * parseDuration('30s') // 30000
 * ```
 */
export function parseDuration(duration: string | number): number | undefined {
  return parse(duration, milliseconds)
}

/**
 * A size in whole bytes; `undefined` where it is none. Units are read in any case; text without a unit is bytes.
 *
 * @example
 * ```ts
 * parseSize('512MiB') // 536870912
 * ```
 */
export function parseSize(size: string | number): number | undefined {
  const found = parse(size, bytes)
  return found === undefined || found > Number.MAX_SAFE_INTEGER ? undefined : Math.round(found)
}

/** Milliseconds for people: in the largest unit in which it is a whole number below 10,000 (`90s`), else to three digits (`1.23s`). */
export function printDuration(duration: number): string {
  return print(duration, milliseconds, Object.entries(milliseconds))
}

/** Bytes for people: in the largest unit in which it is a whole number below 10,000 (`512MiB`, `1GB`), else to three digits of a binary unit (`1.18MiB`). */
export function printSize(size: number): string {
  const binary = Object.entries(bytes).filter(([unit]) => unit === 'B' || unit.includes('i'))
  return print(size, bytes, binary)
}

type Units = Readonly<Record<string, number>>

function parse(quantity: string | number, units: Units): number | undefined {
  if (typeof quantity === 'number') return Number.isFinite(quantity) && quantity >= 0 ? quantity : undefined
  const [, digits, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(quantity) ?? []
  if (digits === undefined) return undefined
  const factor = unit === '' ? 1 : Object.entries(units).find(([name]) => name.toLowerCase() === unit.toLowerCase())?.[1]
  const found = factor === undefined ? Number.NaN : Number(digits) * factor
  return Number.isFinite(found) ? found : undefined
}

function print(quantity: number, units: Units, rounded: readonly (readonly [string, number])[]): string {
  const exact = Object.entries(units).find(([, factor]) => quantity !== 0 && quantity % factor === 0 && quantity / factor < 10_000)
  if (exact) return `${quantity / exact[1]}${exact[0]}`
  const smallest = rounded.at(-1)!
  const [unit, factor] = rounded.find(([, each]) => quantity >= each) ?? smallest
  return `${Number((quantity / factor).toPrecision(3))}${unit}`
}

/** Resolution of times. */
type Unit = 's' | 'ms' | 'us' | 'ns'

const perSecond: Readonly<Record<Unit, bigint>> = { s: 1n, ms: 1_000n, us: 1_000_000n, ns: 1_000_000_000n }
const fractionDigits: Readonly<Record<Unit, number>> = { s: 0, ms: 3, us: 6, ns: 9 }

/** Days since 1970-01-01 as `YYYY-MM-DD`; years outside 0 to 9999 have a sign and six digits. @see ISO 8601-1:2019, 5.2.2.3 */
export function printDate(days: number): string {
  // From H. Hinnant, chrono-compatible low-level date algorithms, civil_from_days.
  const shifted = days + 719468
  const era = Math.floor(shifted / 146097)
  const dayOfEra = shifted - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const years =
    year >= 0 && year <= 9999 ? String(year).padStart(4, '0') : `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`
  return `${years}-${two(month)}-${two(day)}`
}

/** A time of day, in ticks of its unit since midnight, as `hh:mm:ss` with all digits of the unit. */
export function printTime(ticks: bigint, unit: Unit): string {
  const scale = perSecond[unit]
  const seconds = Number(ticks / scale)
  const digits = fractionDigits[unit]
  const fraction = digits === 0 ? '' : `.${String(ticks % scale).padStart(digits, '0')}`
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`
}

/** A timestamp, in ticks of its unit since 1970, as ISO 8601 with all digits of the unit; with a zone it is UTC and ends in `Z`. */
export function printTimestamp(ticks: bigint, unit: Unit, zoned: boolean): string {
  const perDay = 86400n * perSecond[unit]
  let days = ticks / perDay
  if (ticks % perDay < 0n) days -= 1n
  return `${printDate(Number(days))}T${printTime(ticks - days * perDay, unit)}${zoned ? 'Z' : ''}`
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

/** A date as text: its day, or the whole instant where it is not midnight. */
export function printDay(value: Date): string {
  const milliseconds = value.getTime()
  const days = Math.floor(milliseconds / 86_400_000)
  return milliseconds === days * 86_400_000 ? printDate(days) : printTimestamp(BigInt(milliseconds), 'ms', false)
}

/** A timestamp as a column gives it, a `Date` or a bigint in its unit, as text. */
export function printInstant(value: Date | bigint, unit: 's' | 'ms' | 'us' | 'ns', zoned: boolean): string {
  const ticks = typeof value === 'bigint' ? value : BigInt(unit === 's' ? value.getTime() / 1000 : value.getTime())
  return printTimestamp(ticks, unit, zoned)
}

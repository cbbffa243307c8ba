/** The last date or timestamp read. */
export const stamp = {
  /** Days since 1970-01-01. */
  days: 0,
  /** Seconds since midnight of that day; the offset from UTC is already taken off. */
  seconds: 0,
  nanoseconds: 0,
  /** Digits of the fraction up to the last one that is not zero. */
  digits: 0,
  /** Digits of the fraction as written, at most 9. */
  written: 0,
  /** Minutes east of UTC; NaN where the text names no zone. */
  offset: NaN,
}

const hyphen = 45
const colon = 58

/**
 * Read `YYYY-MM-DD`, a day that exists in the proleptic Gregorian calendar, into `stamp.days`.
 * @returns false where the bytes are anything else.
 * @see ISO 8601-1:2019, 5.2.2
 */
export function parseDate(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== 10 || bytes[from + 4] !== hyphen || bytes[from + 7] !== hyphen) return false
  const century = twoDigits(bytes, from)
  const years = twoDigits(bytes, from + 2)
  const month = twoDigits(bytes, from + 5)
  const day = twoDigits(bytes, from + 8)
  if (century < 0 || years < 0 || month < 1 || month > 12 || day < 1) return false
  const year = century * 100 + years
  if (day > 28 && day > daysInMonth(year, month)) return false
  stamp.days = daysFromCivil(year, month, day)
  return true
}

/**
 * Read `YYYY-MM-DD`, `T` or a space, `hh:mm[:ss[.f]]` with up to nine digits, and an optional `Z` or offset, into `stamp`.
 * @returns false where the bytes are anything else.
 * @see ISO 8601-1:2019, 5.4; RFC 3339
 */
export function parseTimestamp(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < 16 || !parseDate(bytes, from, from + 10)) return false
  const separator = bytes[from + 10]
  if (separator !== 84 && separator !== 32 && separator !== 116) return false
  const position = parseTime(bytes, from + 11, to)
  if (position < 0) return false
  stamp.offset = NaN
  if (position === to) return true
  const zone = bytes[position]!
  if (zone === 90 || zone === 122) {
    stamp.offset = 0
    return position + 1 === to
  }
  if (zone !== hyphen && zone !== 43) return false
  return parseOffset(bytes, position + 1, to, zone === hyphen)
}

/**
 * Read `hh:mm[:ss[.f]]` with up to nine digits into `stamp`.
 * @returns the position after it, -1 where there is no time of day.
 */
export function parseTime(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 5 || bytes[from + 2] !== colon) return -1
  const hours = twoDigits(bytes, from)
  const minutes = twoDigits(bytes, from + 3)
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return -1
  let position = from + 5
  let seconds = 0
  stamp.nanoseconds = 0
  stamp.digits = 0
  stamp.written = 0
  if (position < to && bytes[position] === colon) {
    if (position + 3 > to) return -1
    seconds = twoDigits(bytes, position + 1)
    if (seconds < 0 || seconds > 59) return -1
    position += 3
    if (position < to && (bytes[position] === 46 || bytes[position] === 44)) {
      position = parseFraction(bytes, position + 1, to)
      if (position < 0) return -1
    }
  }
  stamp.seconds = hours * 3600 + minutes * 60 + seconds
  return position
}

function parseFraction(bytes: Uint8Array, from: number, to: number): number {
  let position = from
  let fraction = 0
  for (; position < to; position++) {
    const digit = bytes[position]! - 48
    if (digit < 0 || digit > 9) break
    if (position - from >= 9) {
      if (digit !== 0) return -1
      continue
    }
    fraction = fraction * 10 + digit
    if (digit !== 0) stamp.digits = position - from + 1
  }
  const digits = Math.min(position - from, 9)
  if (digits === 0) return -1
  stamp.written = digits
  stamp.nanoseconds = fraction * 10 ** (9 - digits)
  return position
}

function parseOffset(bytes: Uint8Array, position: number, to: number, west: boolean): boolean {
  const length = to - position
  const withColon = length === 5 && bytes[position + 2] === colon
  if (length !== 2 && length !== 4 && !withColon) return false
  const hours = twoDigits(bytes, position)
  const minutes = length === 2 ? 0 : twoDigits(bytes, position + (withColon ? 3 : 2))
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false
  stamp.offset = (west ? -1 : 1) * (hours * 60 + minutes)
  stamp.seconds -= stamp.offset * 60
  return true
}

function twoDigits(bytes: Uint8Array, position: number): number {
  const tens = bytes[position]! - 48
  const ones = bytes[position + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** @see H. Hinnant, chrono-compatible low-level date algorithms, days_from_civil */
function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146097 + dayOfEra - 719468
}

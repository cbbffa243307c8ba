const minus = 45
const plus = 43
const point = 46
const zero = 48

/** 10^0 … 10^22: the powers of ten that a double holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
const largestInt64 = 2n ** 63n

/** The 64 bits of the last integer read by `parseInt64`. */
export const int64 = { low: 0, high: 0 }

/**
 * Read an integer into `int64`.
 * @param strict refuse what a number would not give back: a leading plus, leading zeros, minus zero.
 * @returns false where the bytes are not an integer of 64 bits.
 */
export function parseInt64(bytes: Uint8Array, from: number, to: number, strict: boolean): boolean {
  const first = bytes[from]
  const negative = first === minus
  const digits = negative || (first === plus && !strict) ? from + 1 : from
  const count = to - digits
  if (count < 1) return false
  if (strict && bytes[digits] === zero && (count > 1 || negative)) return false
  if (count > 15) return parseLongInt64(bytes, digits, to, negative)
  let value = 0
  for (let position = digits; position < to; position++) {
    const digit = bytes[position]! - zero
    if (digit < 0 || digit > 9) return false
    value = value * 10 + digit
  }
  storeInt64(negative ? -value : value)
  return true
}

/** Put a whole double within ±2^53 into `int64`. */
export function storeInt64(value: number): void {
  int64.low = value | 0
  int64.high = Math.floor(value / 4294967296)
}

/** Put the low 64 bits of a bigint into `int64`. */
export function storeBigInt64(value: bigint): void {
  int64.low = Number(BigInt.asIntN(32, value))
  int64.high = Number(BigInt.asIntN(32, value >> 32n))
}

function parseLongInt64(bytes: Uint8Array, digits: number, to: number, negative: boolean): boolean {
  for (let position = digits; position < to; position++) if (bytes[position]! < zero || bytes[position]! > 57) return false
  while (digits < to - 1 && bytes[digits] === zero) digits++
  if (to - digits > 19) return false
  const magnitude = BigInt(ascii(bytes, digits, to))
  const value = negative ? -magnitude : magnitude
  if (value >= largestInt64 || value < -largestInt64) return false
  storeBigInt64(value)
  return true
}

/**
 * Read a decimal number as the nearest double. Up to 2^53 in the digits and 22 in the exponent one multiplication or division of
 * exact doubles is correctly rounded; the rest goes through `Number`.
 *
 * @param strict refuse a leading plus and leading zeros, and numbers whose whole part a double would change.
 * @returns NaN where the bytes are not a number, are one beyond the doubles, or not one that `strict` allows.
 * @see W. D. Clinger, How to read floating point numbers accurately (1990)
 */
export function parseFloat64(bytes: Uint8Array, from: number, to: number, strict: boolean): number {
  let position = from
  const negative = bytes[position] === minus
  if (negative || (bytes[position] === plus && !strict)) position++
  const digits = position
  let mantissa = 0
  let digit = 0
  while (position < to && (digit = bytes[position]! - zero) >= 0 && digit <= 9) {
    mantissa = mantissa * 10 + digit
    position++
  }
  const whole = position - digits
  if (strict && whole > 1 && bytes[digits] === zero) return NaN
  let exponent = 0
  if (position < to && bytes[position] === point) {
    const fraction = ++position
    while (position < to && (digit = bytes[position]! - zero) >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      position++
    }
    exponent = fraction - position
    if (whole === 0 && exponent === 0) return NaN
  } else if (whole === 0) return NaN
  let scientific = false
  if (position < to) {
    if ((bytes[position]! | 32) !== 101) return NaN
    scientific = true
    const power = parsePower(bytes, position + 1, to)
    if (power !== power) return NaN
    exponent += power
  }
  if (mantissa < 9007199254740992 && exponent >= -22 && exponent <= 22) {
    const value = exponent < 0 ? mantissa / powers[-exponent]! : mantissa * powers[exponent]!
    if (mantissa === 0 || Number.isFinite(value)) return negative ? -value : value
  }
  const value = Number(ascii(bytes, from, to))
  if (value === Infinity || value === -Infinity) return NaN
  if (strict && !scientific && whole > 15 && !keepsWholePart(value, bytes, digits, digits + whole, to)) return NaN
  return value
}

function parsePower(bytes: Uint8Array, position: number, to: number): number {
  const negative = bytes[position] === minus
  if (negative || bytes[position] === plus) position++
  if (position >= to) return NaN
  let power = 0
  for (; position < to; position++) {
    const digit = bytes[position]! - zero
    if (digit < 0 || digit > 9) return NaN
    if (power < 100000) power = power * 10 + digit
  }
  return negative ? -power : power
}

/** Is a number written without exponent still the same number where it is beyond ±2^53, the last whole number before doubles have gaps? */
function keepsWholePart(value: number, bytes: Uint8Array, digits: number, end: number, to: number): boolean {
  const magnitude = Math.abs(value)
  if (magnitude < 9007199254740992) return true
  for (let position = end + 1; position < to; position++) if (bytes[position] !== zero) return false
  return BigInt(magnitude) === BigInt(ascii(bytes, digits, end))
}

/** The text of bytes that are known to be ASCII. */
export function ascii(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let position = from; position < to; position++) text += String.fromCharCode(bytes[position]!)
  return text
}

/**
 * A number as an unevaluated sum of two doubles, `[high, low]` with |low| ≤ ulp(high)/2: about 32 decimal digits. For the few places
 * where cancellation would cost the digits of a result; ten to twenty times slower than plain doubles.
 *
 * @see T. J. Dekker, "A floating-point technique for extending the available precision", Numerische Mathematik 18 (1971), 224–242
 */
export type DoubleDouble = readonly [high: number, low: number]

/** The exact sum of two doubles (Knuth's two-sum, six operations). */
export function exactSum(a: number, b: number): DoubleDouble {
  const sum = a + b
  const shadow = sum - a
  return [sum, a - (sum - shadow) + (b - shadow)]
}

/** The exact product of two doubles. Exact while neither is above 2^996 and the product is above 2^-969. */
export function exactProduct(a: number, b: number): DoubleDouble {
  const product = a * b
  const [aHigh, aLow] = split(a)
  const [bHigh, bLow] = split(b)
  return [product, aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow]
}

/** a + b, relative error about 2^-104. */
export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [high, error] = exactSum(a[0], b[0])
  const [low, rest] = exactSum(a[1], b[1])
  const [middle, tail] = quickSum(high, error + low)
  return quickSum(middle, tail + rest)
}

/** a · b, relative error about 2^-103. */
export function multiply(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [high, low] = exactProduct(a[0], b[0])
  return quickSum(high, low + (a[0] * b[1] + a[1] * b[0]))
}

/** a / b for a plain double b ≠ 0, relative error about 2^-103. */
export function divide(a: DoubleDouble, b: number): DoubleDouble {
  const quotient = a[0] / b
  const [high, low] = exactProduct(quotient, b)
  return quickSum(quotient, (a[0] - high - low + a[1]) / b)
}

/** Two-sum for |a| ≥ |b|. */
function quickSum(a: number, b: number): DoubleDouble {
  const sum = a + b
  return [sum, b - (sum - a)]
}

/** Veltkamp's split into two halves of 26 bits. */
function split(a: number): DoubleDouble {
  const scaled = 134217729 * a
  const high = scaled - (scaled - a)
  return [high, a - high]
}

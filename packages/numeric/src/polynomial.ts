import { add, divide, type DoubleDouble, exactProduct, exactSum, multiply } from './double-double.ts'
import { solveTransposed, solveUpper, triangulate, type Triangle } from './least-squares.ts'

/** A polynomial fitted by least squares, with what statistics says of it. */
export interface PolynomialFit {
  /** In ascending powers of x, in the units of x: `degree` + 1 numbers. */
  readonly coefficients: Float64Array
  /** Standard error of each coefficient; NaN where no degree of freedom is left. */
  readonly standardErrors: Float64Array
  /** The polynomial at every x, by the well-conditioned basis: better than evaluating `coefficients` where x is far from 0. */
  readonly fitted: Float64Array
  /** The polynomial at any x, as exact as `fitted`. */
  predict(this: void, x: number): number
  /** y − fitted. */
  readonly residuals: Float64Array
  /** 1 − Σ residual² / Σ (y − mean)², in [0, 1]; NaN where all y are equal. */
  readonly rSquared: number
  /** √(Σ residual² / (n − degree − 1)); NaN where no degree of freedom is left. */
  readonly residualStandardDeviation: number
  /** n − degree − 1. */
  readonly degreesOfFreedom: number
}

/**
 * Fit a polynomial to points by ordinary least squares.
 *
 * x is mapped to t in [−1, 1]; there a Chebyshev basis is fitted by Householder QR and refined twice with residuals in double-double
 * arithmetic; the coefficients are converted to powers of x in double-double as well. So the coefficients keep nearly all their digits
 * even for degree 10, and for x far from 0 (a year, milliseconds since 1970).
 *
 * @param x abscissae, n numbers, finite, in any order, at least `degree` + 1 different ones
 * @param y ordinates, n numbers, finite
 * @param degree 0 to 20
 * @returns the fit; the arrays are the caller's. Cost about 2·n·(degree + 2)² operations and 60·n·degree for the refinement; memory O(n).
 * @throws RangeError where lengths differ, a number is not finite, the degree is out of range or there are too few different x
 * @see G. E. Forsythe, "Generation and use of orthogonal polynomials for data-fitting with a digital computer", J. SIAM 5 (1957), 74–88
 * @see Å. Björck, "Stability analysis of the method of seminormal equations for linear least squares problems", Linear Algebra Appl. 88/89 (1987)
 * @example
 * ```ts
 * import { fitPolynomial } from '@cardcage/numeric'
 *
 * fitPolynomial([0, 1, 2, 3], [1, 3, 5, 7], 1).coefficients // 1, 2
 * ```
 */
export function fitPolynomial(x: ArrayLike<number>, y: ArrayLike<number>, degree: number): PolynomialFit {
  check(x, y, degree)
  const n = x.length
  const order = degree + 1
  const [center, half] = range(x)
  const scaled = (value: number): DoubleDouble => divide(exactSum(value, -center), half)
  const t = (i: number): DoubleDouble => scaled(x[i]!)
  const triangle = triangulate(order, n, (i, into, offset) => {
    chebyshev(t(i)[0], into, offset, order)
    into[offset + order] = y[i]!
  })
  let chebyshevCoefficients: DoubleDouble[] = Array.from(solveUpper(triangle, triangle.rhs), (c) => [c, 0])
  const residuals = new Float64Array(n)
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < n; i++) residuals[i] = residual(chebyshevCoefficients, t(i), y[i]!)
    const change = correction(triangle, residuals, (i) => t(i)[0])
    chebyshevCoefficients = chebyshevCoefficients.map((c, k) => add(c, [change[k]!, 0]))
  }
  const fitted = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    residuals[i] = residual(chebyshevCoefficients, t(i), y[i]!)
    fitted[i] = y[i]! - residuals[i]!
  }

  const degreesOfFreedom = n - order
  const rss = sumOfSquares(residuals)
  const deviation = degreesOfFreedom > 0 ? Math.sqrt(rss / degreesOfFreedom) : NaN
  return {
    coefficients: Float64Array.from(toPowers(chebyshevCoefficients, center, half), ([high]) => high),
    standardErrors: spread(triangle, center, half).map((s) => s * deviation),
    fitted,
    predict: (value) => -residual(chebyshevCoefficients, scaled(value), 0),
    residuals,
    rSquared: coefficientOfDetermination(rss, y),
    residualStandardDeviation: deviation,
    degreesOfFreedom,
  }
}

function check(x: ArrayLike<number>, y: ArrayLike<number>, degree: number): void {
  if (!Number.isInteger(degree) || degree < 0 || degree > 20)
    throw new RangeError(`degree is ${degree}; it must be an integer from 0 to 20`)
  if (x.length !== y.length) throw new RangeError(`${x.length} x but ${y.length} y`)
  const different = new Set<number>()
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) throw new RangeError(`point ${i} is (${x[i]}, ${y[i]}); both must be finite`)
    if (different.size <= degree) different.add(x[i]!)
  }
  if (different.size <= degree) {
    throw new RangeError(`degree ${degree} needs at least ${degree + 1} different x; there are ${different.size}`)
  }
}

/** Centre and half the width of the range of x. */
function range(x: ArrayLike<number>): readonly [center: number, half: number] {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < x.length; i++) {
    low = Math.min(low, x[i]!)
    high = Math.max(high, x[i]!)
  }
  return [low / 2 + high / 2, high / 2 - low / 2 || 1]
}

/** T₀(t) … T_{order−1}(t) into an array. */
function chebyshev(t: number, into: Float64Array, offset: number, order: number): void {
  into[offset] = 1
  if (order > 1) into[offset + 1] = t
  for (let k = 2; k < order; k++) into[offset + k] = 2 * t * into[offset + k - 1]! - into[offset + k - 2]!
}

/** y − Σ cₖ·Tₖ(t) by Clenshaw's recurrence in double-double, rounded once. */
function residual(c: readonly DoubleDouble[], t: DoubleDouble, y: number): number {
  const twice: DoubleDouble = [2 * t[0], 2 * t[1]]
  let last: DoubleDouble = [0, 0]
  let before: DoubleDouble = [0, 0]
  for (let k = c.length - 1; k > 0; k--) {
    const next = add(add(c[k]!, multiply(twice, last)), [-before[0], -before[1]])
    before = last
    last = next
  }
  const value = add(add(c[0]!, multiply(t, last)), [-before[0], -before[1]])
  return add([y, 0], [-value[0], -value[1]])[0]
}

/** The change of the coefficients that the residuals ask for: RᵀR·change = Aᵀ·residuals. */
function correction(triangle: Triangle, residuals: Float64Array, t: (i: number) => number): Float64Array {
  const { order } = triangle
  const sums: DoubleDouble[] = Array.from({ length: order }, () => [0, 0])
  const row = new Float64Array(order)
  for (let i = 0; i < residuals.length; i++) {
    chebyshev(t(i), row, 0, order)
    for (let k = 0; k < order; k++) sums[k] = add(sums[k]!, exactProduct(row[k]!, residuals[i]!))
  }
  return solveUpper(
    triangle,
    solveTransposed(
      triangle,
      sums.map(([high]) => high),
    ),
  )
}

/** Chebyshev coefficients in t = (x − center) / half as coefficients of ascending powers of x. */
function toPowers(chebyshevCoefficients: readonly DoubleDouble[], center: number, half: number): DoubleDouble[] {
  const order = chebyshevCoefficients.length
  const powers: DoubleDouble[] = Array.from({ length: order }, () => [0, 0])
  let before: readonly number[] = []
  let basis: readonly number[] = [1]
  for (let k = 0; k < order; k++) {
    basis.forEach((b, j) => (powers[j] = add(powers[j]!, multiply(chebyshevCoefficients[k]!, [b, 0]))))
    const next = [0, ...basis.map((b) => (k === 0 ? b : 2 * b))].map((b, j) => b - (before[j] ?? 0))
    before = basis
    basis = next
  }
  for (let k = 1; k < order; k++) for (let j = k; j < order; j++) powers[j] = divide(powers[j]!, half)
  for (let k = 0; k < order - 1; k++) {
    for (let j = order - 2; j >= k; j--) powers[j] = add(powers[j]!, multiply(powers[j + 1]!, [-center, 0]))
  }
  return powers
}

/** Standard errors of the power coefficients for a residual standard deviation of 1: lengths of the rows of M·R⁻¹, M the change of basis. */
function spread(triangle: Triangle, center: number, half: number): Float64Array {
  const { order } = triangle
  const unit = (k: number) => Array.from({ length: order }, (_, j): DoubleDouble => [j === k ? 1 : 0, 0])
  const columns = Array.from({ length: order }, (_, k) => toPowers(unit(k), center, half))
  return Float64Array.from({ length: order }, (_, i) => {
    const row = columns.map((column) => column[i]![0])
    return Math.hypot(...solveTransposed(triangle, row))
  })
}

function coefficientOfDetermination(rss: number, y: ArrayLike<number>): number {
  const n = y.length
  let sum: DoubleDouble = [0, 0]
  for (let i = 0; i < n; i++) sum = add(sum, [y[i]!, 0])
  const mean = divide(sum, n)
  const total = sumOfSquares(Float64Array.from({ length: n }, (_, i) => add([y[i]!, 0], [-mean[0], -mean[1]])[0]))
  return total === 0 ? NaN : Math.min(1, Math.max(0, 1 - rss / total))
}

function sumOfSquares(values: Float64Array): number {
  let sum: DoubleDouble = [0, 0]
  for (const value of values) sum = add(sum, exactProduct(value, value))
  return sum[0]
}

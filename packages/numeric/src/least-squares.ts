/**
 * Upper triangle of the QR factorisation of [A | b], row by row: `order`×`order` numbers R, then the right-hand side Qᵀb.
 * R is row-major, `order` = number of unknowns.
 */
export interface Triangle {
  readonly order: number
  readonly r: Float64Array
  readonly rhs: Float64Array
}

/**
 * Reduce an overdetermined system to a triangle by Householder reflections, block of rows by block of rows, so that memory does not
 * grow with the number of rows.
 *
 * @param order unknowns, ≥ 1
 * @param rows number of equations
 * @param fill writes row `i` of A and then b (`order` + 1 numbers) into `into` from `offset`
 * @returns R and Qᵀb. Cost 2·rows·order² operations, memory O(order·(order + 512)).
 * @see G. H. Golub and C. F. Van Loan, "Matrix Computations", 4th ed., 5.2; J. Demmel and others, "Communication-optimal parallel and
 *   sequential QR", SIAM J. Sci. Comput. 34 (2012)
 */
export function triangulate(order: number, rows: number, fill: (i: number, into: Float64Array, offset: number) => void): Triangle {
  const width = order + 1
  const blockRows = 512
  const work = new Float64Array((order + blockRows) * width)
  let carried = 0
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows)
    for (let i = from; i < to; i++) fill(i, work, (carried + i - from) * width)
    const height = carried + to - from
    reflect(work, height, width)
    carried = Math.min(order, height)
  }
  const r = new Float64Array(order * order)
  const rhs = new Float64Array(order)
  for (let i = 0; i < carried; i++) {
    for (let j = i; j < order; j++) r[i * order + j] = work[i * width + j]!
    rhs[i] = work[i * width + order]!
  }
  return { order, r, rhs }
}

/** Solve R·x = b by back substitution. `b` is not changed. A zero on the diagonal gives infinities or NaN. */
export function solveUpper({ order, r }: Triangle, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(order)
  for (let i = order - 1; i >= 0; i--) {
    let sum = b[i]!
    for (let j = i + 1; j < order; j++) sum -= r[i * order + j]! * x[j]!
    x[i] = sum / r[i * order + i]!
  }
  return x
}

/** Solve Rᵀ·x = b by forward substitution. `b` is not changed. A zero on the diagonal gives infinities or NaN. */
export function solveTransposed({ order, r }: Triangle, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(order)
  for (let i = 0; i < order; i++) {
    let sum = b[i]!
    for (let j = 0; j < i; j++) sum -= r[j * order + i]! * x[j]!
    x[i] = sum / r[i * order + i]!
  }
  return x
}

/** Householder reflections on the first `width` − 1 columns of a row-major block, applied to its last column as well, in place. */
function reflect(a: Float64Array, height: number, width: number): void {
  const columns = Math.min(width - 1, height)
  for (let k = 0; k < columns; k++) {
    let scale = 0
    for (let i = k; i < height; i++) scale = Math.max(scale, Math.abs(a[i * width + k]!))
    if (scale === 0) continue
    let squares = 0
    for (let i = k; i < height; i++) squares += (a[i * width + k]! / scale) ** 2
    const pivot = a[k * width + k]!
    const norm = pivot > 0 ? -scale * Math.sqrt(squares) : scale * Math.sqrt(squares)
    const head = pivot - norm
    a[k * width + k] = head
    const half = norm * head
    for (let j = k + 1; j < width; j++) {
      let dot = 0
      for (let i = k; i < height; i++) dot += a[i * width + k]! * a[i * width + j]!
      const factor = dot / half
      for (let i = k; i < height; i++) a[i * width + j]! += factor * a[i * width + k]!
    }
    a[k * width + k] = norm
    for (let i = k + 1; i < height; i++) a[i * width + k] = 0
  }
}

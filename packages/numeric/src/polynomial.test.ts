import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fitPolynomial } from './index.ts'

interface Known {
  degree: number
  x: number[]
  y: number[]
  coefficients: number[]
  standardErrors: number[]
  residualStandardDeviation: number
  rSquared: number
}
const known = (file: string): Record<string, Known> =>
  (JSON.parse(readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8')) as { sets: Record<string, Known> }).sets

function near(actual: ArrayLike<number>, expected: ArrayLike<number>, relative: number, what: string): void {
  assert.equal(actual.length, expected.length, what)
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!)
    assert.ok(error <= relative * Math.abs(expected[i]!), `${what}[${i}]: ${actual[i]} is not ${expected[i]} to ${relative}`)
  }
}

for (const [name, set] of Object.entries(known('nist-strd.json'))) {
  test(`NIST ${name} (degree ${set.degree}): certified values`, () => {
    const fit = fitPolynomial(set.x, set.y, set.degree)
    near(fit.coefficients, set.coefficients, 1e-12, 'coefficient')
    near([fit.rSquared], [set.rSquared], 1e-13, 'R²')
    assert.equal(fit.degreesOfFreedom, set.x.length - set.degree - 1)
    if (set.residualStandardDeviation > 0) {
      near([fit.residualStandardDeviation], [set.residualStandardDeviation], 1e-12, 'residual standard deviation')
      near(fit.standardErrors, set.standardErrors, 1e-12, 'standard error')
    } else {
      assert.ok(fit.residualStandardDeviation < 1e-9, `exact data leave a residual of ${fit.residualStandardDeviation}`)
    }
  })
}

for (const [name, set] of Object.entries(known('exact-rational.json'))) {
  test(`exact rational arithmetic: ${name}`, () => {
    near(fitPolynomial(set.x, set.y, set.degree).coefficients, set.coefficients, 1e-12, 'coefficient')
  })
}

test('fitted and residual add up to y and the residuals are orthogonal to the basis', () => {
  const x = [3, 1, 2, 5, 4, 4]
  const y = [1, 4, 2, 8, 5, 7]
  const fit = fitPolynomial(x, y, 2)
  for (let i = 0; i < x.length; i++) {
    assert.ok(Math.abs(fit.fitted[i]! + fit.residuals[i]! - y[i]!) < 1e-14)
    const [a, b, c] = fit.coefficients
    assert.ok(Math.abs(a! + b! * x[i]! + c! * x[i]! ** 2 - fit.fitted[i]!) < 1e-12)
  }
  for (const power of [0, 1, 2]) {
    const dot = x.reduce((sum, value, i) => sum + value ** power * fit.residuals[i]!, 0)
    assert.ok(Math.abs(dot) < 1e-12, `power ${power}: ${dot}`)
  }
})

test('more rows than one block give the same as the closed form of a straight line', () => {
  const n = 5000
  const x = Float64Array.from({ length: n }, (_, i) => i / 8)
  const y = Float64Array.from(x, (v, i) => 3 - 2 * v + ((i * 7919) % 13) / 4)
  const mean = (a: Float64Array) => a.reduce((sum, v) => sum + v, 0) / n
  const [mx, my] = [mean(x), mean(y)]
  const slope = x.reduce((sum, v, i) => sum + (v - mx) * (y[i]! - my), 0) / x.reduce((sum, v) => sum + (v - mx) ** 2, 0)
  near(fitPolynomial(x, y, 1).coefficients, [my - slope * mx, slope], 1e-11, 'coefficient')
})

test('as many points as coefficients: exact, without standard errors', () => {
  const fit = fitPolynomial([0, 1, 2], [1, 0, 3], 2)
  near(fit.coefficients, [1, -3, 2], 1e-14, 'coefficient')
  assert.equal(fit.degreesOfFreedom, 0)
  near([fit.predict(4), fit.predict(3), fit.predict(-10)], [21, 10, 231], 1e-14, 'prediction')
  assert.ok(Number.isNaN(fit.residualStandardDeviation))
  assert.deepEqual([...fit.standardErrors], [NaN, NaN, NaN])
})

test('degree 0 is the mean; equal y have no R²', () => {
  assert.equal(fitPolynomial([4, 4, 4], [1, 2, 6], 0).coefficients[0], 3)
  assert.ok(Number.isNaN(fitPolynomial([1, 2, 3], [7, 7, 7], 1).rSquared))
})

test('refuses what cannot be fitted and says which point or number', () => {
  assert.throws(() => fitPolynomial([1, 1, 2], [1, 2, 3], 2), /degree 2 needs at least 3 different x; there are 2/)
  assert.throws(() => fitPolynomial([1, 2], [1, NaN], 1), /point 1 is \(2, NaN\)/)
  assert.throws(() => fitPolynomial([1, 2], [1], 1), /2 x but 1 y/)
  assert.throws(() => fitPolynomial([1, 2], [1, 2], 1.5), /degree is 1.5/)
  assert.throws(() => fitPolynomial([], [], 0), /there are 0/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { add, divide, type DoubleDouble, exactProduct, exactSum, multiply } from './double-double.ts'

/** A double as an exact count of 2^-1074. */
function exact(value: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0]!
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & 0xfffffffffffffn
  const size = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n)
  return bits >> 63n ? -size : size
}
const scale = 1n << 1074n
const sum = ([high, low]: DoubleDouble) => exact(high) + exact(low)

const pairs = [
  [1, 2 ** -60],
  [0.1, 0.2],
  [1e16, -1.1],
  [Math.PI, -Math.E * 1e5],
  [1 / 3, 3],
  [123456789.123, 987654321.987],
] as const

test('a sum and a product of two doubles lose nothing', () => {
  for (const [a, b] of pairs) {
    assert.equal(sum(exactSum(a, b)), exact(a) + exact(b), `${a} + ${b}`)
    assert.equal(sum(exactProduct(a, b)) * scale, exact(a) * exact(b), `${a} · ${b}`)
  }
})

test('sum, product and quotient of double-doubles hold 30 digits', () => {
  const close = (is: bigint, should: bigint, what: string) => {
    const error = is > should ? is - should : should - is
    assert.ok(error * 10n ** 30n <= (should < 0n ? -should : should), what)
  }
  for (const [a, b] of pairs) {
    const [x, y] = [exactProduct(a, b), exactSum(b, a)]
    close(sum(add(x, y)), sum(x) + sum(y), `${a}, ${b}: sum`)
    close(sum(multiply(x, y)) * scale, sum(x) * sum(y), `${a}, ${b}: product`)
    close(sum(divide(x, b)) * exact(b), sum(x) * scale, `${a}, ${b}: quotient`)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { movingMean } from './index.ts'

test('the mean of each window; the first are missing', () => {
  assert.deepEqual([...movingMean([1, 2, 3, 4, 10], 3)], [NaN, NaN, 2, 3, 17 / 3])
  assert.deepEqual([...movingMean([5, -1], 1)], [5, -1])
})

test('every window that touches a gap is missing, no other', () => {
  assert.deepEqual([...movingMean([1, 3, NaN, 5, 7, 9, Infinity, 1, 1], 2)], [NaN, 2, NaN, NaN, 6, 8, NaN, NaN, 1])
  assert.deepEqual([...movingMean([NaN, NaN], 1)], [NaN, NaN])
})

test('a window longer than the series leaves everything missing; no rows give no rows', () => {
  assert.deepEqual([...movingMean([1, 2, 3], 4)], [NaN, NaN, NaN])
  assert.deepEqual([...movingMean([], 4)], [])
})

test('a large value leaves no trace once it is out of the window', () => {
  const values = [1, 1e16, 1, 1, 1, 1]
  assert.deepEqual([...movingMean(values, 2)].slice(3), [1, 1, 1])
})

test('a long series does not drift from each window summed by itself', () => {
  const values = Float64Array.from({ length: 20_000 }, (_, i) => ((i * 16807) % 2147483647) / 1e3 + 1e9)
  const means = movingMean(values, 7)
  for (let i = 6; i < values.length; i += 997) {
    let excess = 0
    for (let k = i - 6; k <= i; k++) excess += values[k]! - 1e9
    assert.ok(Math.abs(means[i]! - (1e9 + excess / 7)) < 1e-6, `row ${i}`)
  }
})

test('refuses a window that is not an integer of at least 1', () => {
  for (const window of [0, -1, 2.5, NaN]) assert.throws(() => movingMean([1], window), RangeError)
})

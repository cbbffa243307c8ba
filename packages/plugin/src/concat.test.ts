import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PluginError, table, type Fields } from '@cardcage/plugin'
import { concat } from '@cardcage/plugin/internal'

const schema: Fields = [
  { name: 'n', type: 'null' },
  { name: 'f', type: 'float64' },
  { name: 'b', type: 'bool' },
  { name: 's', type: 'utf8' },
  { name: 'd', type: 'decimal(10, 2)' },
  { name: 'l', type: 'list<struct<a: utf8, b: bool>>' },
  { name: 'y', type: 'fixed_size_binary(3)' },
]
const rows = 37
const whole = table(
  {
    n: Array.from({ length: rows }, () => null),
    f: Float64Array.from({ length: rows }, (_, i) => i / 2),
    b: Array.from({ length: rows }, (_, i) => (i % 4 === 1 ? null : i % 3 === 0)),
    s: Array.from({ length: rows }, (_, i) => (i % 5 === 2 ? null : 'é'.repeat(i % 4))),
    d: Array.from({ length: rows }, (_, i) => BigInt(-i)),
    l: Array.from({ length: rows }, (_, i) =>
      i % 6 === 3 ? null : Array.from({ length: i % 3 }, (_, j) => ({ a: `${i}.${j}`, b: j === 1 })),
    ),
    y: Array.from({ length: rows }, (_, i) => Uint8Array.of(i, 0, 255 - i)),
  },
  schema,
)

test('slices joined again are the whole, wherever they were cut', () => {
  for (const [a, b] of [
    [0, 0],
    [1, 9],
    [8, 16],
    [7, 30],
    [37, 37],
  ] as const) {
    const joined = concat([whole.slice(0, a), whole.slice(a, b), whole.slice(b)], schema)
    assert.equal(joined.numRows, rows)
    assert.deepEqual([...joined], [...whole], `cut at ${a} and ${b}`)
  }
})

test('a joined table has its own memory', () => {
  const joined = concat([whole.slice(0, 3), whole.slice(3)], schema)
  assert.notEqual(joined.numbers('f').buffer, whole.numbers('f').buffer)
})

test('no tables make an empty one', () => {
  const none = concat([], schema)
  assert.equal(none.numRows, 0)
  assert.deepEqual([...none], [])
  assert.deepEqual([...none.column('l')], [])
})

test('a table of another schema is refused', () => {
  assert.throws(
    () => concat([whole, table({ f: [1] })], schema),
    (error: unknown) => PluginError.is(error) && error.code === 'invalid-data',
  )
})

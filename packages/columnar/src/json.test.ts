import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tableFromJson, tableToJson } from '@cardcage/columnar'
import { table, type Table } from '@cardcage/plugin'
import { shapes, types } from '../test/samples.ts'

for (const type of types) {
  test(`${type} comes back through JSON text, in every shape`, () => {
    for (const [shape, make] of Object.entries(shapes)) {
      const t = make(type)
      const again = tableFromJson(JSON.parse(JSON.stringify(tableToJson(t))))
      assert.deepEqual(again.schema, t.schema, shape)
      const values = (one: Table) => [...one.column('x')].map((value) => (Object.is(value, -0) ? 0 : value))
      assert.deepEqual(values(again), values(t), shape)
    }
  })
}

test('the shape: exact values as text, missing as null, what no number can say as a word', () => {
  const t = table(
    {
      f: [1.5, null, NaN, Infinity, -Infinity],
      i: [1n, 2n ** 53n + 1n, null, -5n, 0n],
      d: ['1.50', null, '0.00', '-1.00', '2.00'],
      ms: [new Date(0), new Date(5), null, null, null],
      us: [1n, null, null, null, null],
      ns: [1n, null, null, null, null],
      b: [Uint8Array.of(255), null, null, null, null],
    },
    [
      { name: 'f', type: 'float64', metadata: { unit: 'm' } },
      { name: 'i', type: 'int64' },
      { name: 'd', type: 'decimal(5, 2)' },
      { name: 'ms', type: 'timestamp(ms)' },
      { name: 'us', type: 'timestamp(us)' },
      { name: 'ns', type: 'timestamp(ns)' },
      { name: 'b', type: 'binary' },
    ],
  )
  assert.deepEqual(JSON.parse(JSON.stringify(tableToJson(t))), {
    schema: t.schema,
    rows: 5,
    columns: {
      f: [1.5, null, 'nan', 'inf', '-inf'],
      i: [1, '9007199254740993', null, -5, 0],
      d: ['1.50', null, '0.00', '-1.00', '2.00'],
      ms: [0, 5, null, null, null],
      us: [1, null, null, null, null],
      ns: ['1', null, null, null, null],
      b: ['/w==', null, null, null, null],
    },
  })
})

test('more rows than the limit are cut and said so', () => {
  const t = table({ x: Float64Array.from({ length: 1001 }, (_, i) => i) })
  const json = tableToJson(t)
  assert.deepEqual([json.rows, json.truncated, json.columns['x']!.length], [1001, true, 1000])
  assert.equal(tableToJson(t, { limit: Infinity }).truncated, undefined)
  assert.equal(tableToJson(t, { limit: 0 }).columns['x']!.length, 0)
  assert.equal(tableFromJson(json).numRows, 1000)
})

test('a table without a schema has the types of its values', () => {
  assert.deepEqual(tableFromJson({ columns: { a: [1, null], b: ['x', 'y'] } }).schema, [
    { name: 'a', type: 'float64' },
    { name: 'b', type: 'utf8' },
  ])
})

test('points in time may be ISO 8601 text', () => {
  const read = (type: string, text: string) => tableFromJson({ schema: [{ name: 't', type }], columns: { t: [text] } }).column('t')[0]
  assert.deepEqual(read('date32', '2024-02-29'), new Date('2024-02-29'))
  assert.deepEqual(read('timestamp(ms)', '2024-02-29 12:30'), new Date('2024-02-29T12:30Z'))
  assert.equal(read('timestamp(us)', '2024-02-29T12:30:00.5+01:00'), BigInt(Date.parse('2024-02-29T11:30:00.5Z')) * 1000n)
  assert.equal(read('timestamp(ns)', '1700000000123456789'), 1_700_000_000_123_456_789n)
  assert.throws(() => read('timestamp(us)', '2024-02-29T12:30:00.123456Z'), { code: 'invalid-data', message: /row 1/ })
  assert.throws(() => read('date32', '2024-13-01'), { code: 'invalid-data' })
})

test('documents of another shape are refused', () => {
  const x = { name: 'x', type: 'float64' }
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [null, /no `columns`/],
    [[1], /no `columns`/],
    [{ columns: [] }, /no `columns`/],
    [{ columns: { x: 'text' } }, /'x' is not an array/],
    [{ schema: {}, columns: {} }, /not an array/],
    [{ schema: [{ name: 'x' }], columns: { x: [] } }, /needs a name and a type/],
    [{ schema: [{ ...x, metadata: { unit: 5 } }], columns: { x: [] } }, /metadata/],
    [{ schema: [{ ...x, nullable: 'no' }], columns: { x: [] } }, /nullable/],
    [{ schema: [x], rows: 2, columns: { x: [1] } }, /claims 2 rows and has 1/],
    [{ schema: [{ name: 'x', type: 'number' }], columns: { x: [1] } }, /'number' is not a type/],
    [{ schema: [x], columns: { x: [1, 'constructor'] } }, /row 2/],
    [{ schema: [{ name: 'x', type: 'binary' }], columns: { x: ['?'] } }, /row 1/],
    [{ schema: [{ name: 'x', type: 'int64' }], columns: { x: ['9223372036854775808'] } }, /row 1/],
  ]
  for (const [json, message] of wrong) assert.throws(() => tableFromJson(json), { code: 'invalid-data', message })
})

test('__proto__ is an ordinary name', () => {
  const t = table(Object.fromEntries([['__proto__', [1]]]))
  const json = JSON.parse(JSON.stringify(tableToJson(t))) as unknown
  assert.deepEqual(tableFromJson(json).names, ['__proto__'])
  assert.deepEqual([...tableFromJson(json).numbers('__proto__')], [1])
})

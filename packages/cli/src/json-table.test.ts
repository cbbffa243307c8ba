import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tableFromText } from './json-table.ts'

const read = (text: string) => {
  const table = tableFromText(text, 'value', '--input')
  return { types: table.schema.map(({ name, type }) => `${name} ${type}`), rows: [...table].map((row) => ({ ...row })) }
}

test('a list is one column of the name it is given', () => {
  assert.deepEqual(read('[1,2.5,null]'), { types: ['value float64'], rows: [{ value: 1 }, { value: 2.5 }, { value: null }] })
})

test('lists by name are columns', () => {
  const { types, rows } = read('{"x":[1,2],"name":["a",null],"ok":[true,false]}')
  assert.deepEqual(types, ['x float64', 'name utf8', 'ok bool'])
  assert.deepEqual(rows[1], { x: 2, name: null, ok: false })
})

test('objects are rows; a key that is not there is missing', () => {
  const { types, rows } = read('[{"a":1},{"b":"x","a":null},{}]')
  assert.deepEqual(types, ['a float64', 'b utf8'])
  assert.deepEqual(rows, [
    { a: 1, b: null },
    { a: null, b: 'x' },
    { a: null, b: null },
  ])
})

test('integers beyond 2^53 stay exact', () => {
  assert.deepEqual(read('[9007199254740993, 1, null]'), {
    types: ['value int64'],
    rows: [{ value: 9007199254740993n }, { value: 1n }, { value: null }],
  })
  assert.throws(() => read('[99999999999999999999]'), { code: 'invalid-data', message: /99999999999999999999.*64 bits/ })
})

test('texts that are all dates or times are times; others stay text', () => {
  const { types, rows } = read(
    '{"d":["2024-02-29",null],"t":["2024-01-01T12:00:00Z","2024-01-01 13:00:00+01:00"],"s":["2024-01-01","soon"],"no":["2024-13-45","x"]}',
  )
  assert.deepEqual(types, ['d date32', 't timestamp(ms, UTC)', 's utf8', 'no utf8'])
  assert.deepEqual(rows[1]?.['t'], rows[0]?.['t'])
})

test('a day that does not exist is a text, not another day', () => {
  assert.deepEqual(read('["2023-02-30"]').types, ['value utf8'])
})

test('the form --json prints is read back with its types', () => {
  const text = '{"schema":[{"name":"n","type":"int64"}],"rows":2,"columns":{"n":["9007199254740993",null]}}'
  assert.deepEqual(read(text), { types: ['n int64'], rows: [{ n: 9007199254740993n }, { n: null }] })
})

test('a key called __proto__ is a column like others', () => {
  const { rows } = read('[{"__proto__":1}]')
  assert.equal(rows.length, 1)
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
})

for (const [text, message] of [
  ['[1,"a"]', /column "value" holds a number and a text/],
  ['[{"a":1},2]', /row 2 is a number/],
  ['{"a":1}', /"a" is a number, a column is a list/],
  ['3', /a number, not a table/],
  ['[1,', /not JSON/],
  ['[[1,2],[3,4]]', /holds a list/],
  ['{"a":[1],"b":[1,2]}', /length/],
] as const) {
  test(`${text} is refused`, () => {
    assert.throws(() => read(text), { code: 'invalid-data', message })
  })
}

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { readBytes } from './test/formats.ts'

const co2 = await readFile(new URL('../../examples/data/co2.csv', import.meta.url))

test('the empty cells of co2.csv stay missing', async () => {
  for (const chunk of [1, 7, 65536]) {
    const { schema, rows, rejects, found } = await readBytes(co2, { chunk })
    assert.deepEqual(schema, [
      { name: 'date', type: 'date32' },
      { name: 'co2', type: 'float64' },
    ])
    assert.deepEqual(found, { schema: 'inferred' })
    assert.equal(rows.length, 2284)
    assert.equal(rows.filter(({ co2 }) => co2 === null).length, 59)
    assert.deepEqual(rows[0], { date: new Date('1958-03-29'), co2: 316.1 })
    assert.deepEqual(rejects, [])
  }
})

test('a million rows come in tables of the size asked for, none lost', async () => {
  const lines = ['id,square']
  for (let i = 0; i < 1e6; i++) lines.push(`${i},${i / 4}`)
  const { tables } = await readBytes(lines.join('\n'), { batchRows: 10_000 })
  let next = 0
  for (const table of tables) {
    assert.ok(table.numRows <= 10_000)
    const ids = table.numbers('id')
    const squares = table.numbers('square')
    for (let i = 0; i < ids.length; i++, next++) if (ids[i] !== next || squares[i] !== next / 4) assert.fail(`row ${next}`)
  }
  assert.equal(next, 1e6)
})

test('tables are about as large as asked for', async () => {
  const { tables } = await readBytes(`a,b\n${'1,2\n'.repeat(10_000)}`, { batchBytes: 16_000 })
  assert.equal(tables.length, 10)
  assert.ok(tables.every(({ numRows }) => numRows === 1000))
})

test('only the columns asked for are read, in that order; others are not even checked', async () => {
  const text = `a,b,c\n${'1,2,3\n'.repeat(2 ** 18)}1,x,3\n`
  const { schema, rows, rejects } = await readBytes(text, { columns: ['c', 'a'] })
  assert.deepEqual(
    schema.map(({ name }) => name),
    ['c', 'a'],
  )
  assert.deepEqual(rows.at(-1), { c: 3n, a: 1n })
  assert.deepEqual(rejects, [])
  await assert.rejects(readBytes(text, { columns: ['a', 'd'], name: 'x.csv' }), { code: 'not-found', message: "x.csv has no column 'd'" })
})

test('without a header the columns are numbered and the first record counts', async () => {
  const { rows } = await readBytes('1,x\n2,y\n', { params: { header: false } })
  assert.deepEqual(rows, [
    { col_1: 1n, col_2: 'x' },
    { col_1: 2n, col_2: 'y' },
  ])
})

test('an empty line is a missing value where there is one column', async () => {
  assert.deepEqual((await readBytes('a\n1\n\n3\n')).rows, [{ a: 1n }, { a: null }, { a: 3n }])
  assert.deepEqual((await readBytes('\n1\n', { params: { header: false } })).rows, [{ col_1: null }, { col_1: 1n }])
})

test('delimiter and quote are params; tsv takes tabs', async () => {
  const expected = [{ a: 1.5, b: "it's; so" }]
  for (const chunk of [1, 65536]) {
    assert.deepEqual((await readBytes("a;b\n1.5;'it''s; so'\n", { chunk, params: { delimiter: ';', quote: "'" } })).rows, expected)
    assert.deepEqual((await readBytes("a\tb\n1.5\tit's; so\n", { chunk, format: 'tsv' })).rows, expected)
  }
  assert.deepEqual((await readBytes('a,b\n"x,1\n', { params: { quote: '' } })).rows, [{ a: '"x', b: 1n }])
  await assert.rejects(readBytes('a\n', { params: { quote: ';', delimiter: ';' } }), { code: 'invalid-call' })
})

for (const delimiter of [',', ';', '\t', '|']) {
  test(`delimiter=auto finds ${JSON.stringify(delimiter)}`, async () => {
    const text = ['a', 'b', 'c\n1', '"x;,|\t"', '2\n3', 'y', '4\n'].join(delimiter)
    const { rows } = await readBytes(text, { params: { delimiter: 'auto' } })
    assert.deepEqual(rows, [
      { a: 1n, b: 'x;,|\t', c: 2n },
      { a: 3n, b: 'y', c: 4n },
    ])
  })
}

test('delimiter=auto takes the one that gives more cells where two fit alike', async () => {
  const { schema } = await readBytes('a,b;c;d\n1,2;3;4\n', { params: { delimiter: 'auto' } })
  assert.deepEqual(
    schema.map(({ name }) => name),
    ['a,b', 'c', 'd'],
  )
})

test('a declared schema is taken: no inference, leading zeros and signs are numbers, order as in the file', async () => {
  const { schema, rows, found, rejects } = await readBytes('a,b,c\n007,+1,x\n5,,\n', {
    schema: [
      { name: 'c', type: 'utf8' },
      { name: 'a', type: 'int16' },
      { name: 'b', type: 'float64' },
    ],
  })
  assert.deepEqual(found, { schema: 'declared' })
  assert.deepEqual(
    schema.map(({ type }) => type),
    ['int16', 'float64', 'utf8'],
  )
  assert.deepEqual(rows, [
    { a: 7, b: 1, c: 'x' },
    { a: 5, b: null, c: null },
  ])
  assert.deepEqual(rejects, [])
})

test('a declared schema: values that do not fit, and missing ones that may not be, are rejects', async () => {
  const schema = [
    { name: 'a', type: 'int8', nullable: false },
    { name: 'b', type: 'timestamp(ms, UTC)' },
  ]
  const { rows, rejects } = await readBytes('a,b\n1,2024-01-01T00:00Z\n128,\n,\n2,2024-01-01T00:00:00.0001Z\n3,2024-01-01\n4,\n', {
    schema,
    onReject: 'null',
  })
  assert.deepEqual(rows, [
    { a: 1, b: new Date('2024-01-01') },
    { a: 2, b: null },
    { a: 3, b: null },
    { a: 4, b: null },
  ])
  assert.deepEqual(
    rejects.map(({ record, reason }) => [record, reason]),
    [
      [2, "'128' is not int8"],
      [3, "'a' is missing and may not be"],
      [4, "'2024-01-01T00:00:00.0001Z' is not timestamp(ms, UTC)"],
      [5, "'2024-01-01' is not timestamp(ms, UTC)"],
    ],
  )
})

test('a declared schema and the file must agree on columns', async () => {
  await assert.rejects(readBytes('a\n1\n', { schema: [{ name: 'z', type: 'int64' }], name: 'x.csv' }), {
    code: 'invalid-data',
    message: /no column 'z'/,
  })
  await assert.rejects(readBytes('1,2\n', { schema: [{ name: 'z', type: 'int64' }], params: { header: false } }), { code: 'invalid-data' })
  await assert.rejects(readBytes('a\n1\n', { schema: [{ name: 'a', type: 'list<utf8>' }] }), { code: 'unsupported' })
  const { schema, warnings } = await readBytes('a,b\n1,2\n', { schema: [{ name: 'b', type: 'int64' }], name: 'x.csv' })
  assert.deepEqual(
    schema.map(({ name }) => name),
    ['b'],
  )
  assert.deepEqual(warnings, ["x.csv has columns that the schema does not declare; they are left out: 'a'"])
  const { rows } = await readBytes('1,2\n', {
    schema: [
      { name: 'y', type: 'int64' },
      { name: 'z', type: 'utf8' },
    ],
    params: { header: false },
  })
  assert.deepEqual(rows, [{ y: 1n, z: '2' }])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBytes } from './test/formats.ts'

/** Field and values of the key `v` over some records. */
async function values(...texts: string[]) {
  const { schema, rows, rejects } = await readBytes(texts.map((text) => `{"v":${text}}\n`).join(''))
  assert.deepEqual(rejects, [])
  return { field: schema[0], values: rows.map(({ v }) => v) }
}

const jsonColumn = { name: 'v', type: 'utf8', metadata: { mediaType: 'application/json' } }
const cases: [what: string, texts: string[], type: string, expected: unknown[]][] = [
  [
    'whole numbers keep all digits',
    ['1', '-9223372036854775808', '9007199254740993', 'null'],
    'int64',
    [1n, -(2n ** 63n), 9007199254740993n, null],
  ],
  ['whole numbers beyond 64 bits', ['1', '12345678901234567890'], 'decimal(38, 0)', ['1', '12345678901234567890']],
  ['fractions', ['1.0', '2', '1e-3', '-0'], 'float64', [1, 2, 0.001, -0]],
  ['NaN and infinities among numbers', ['1.5', '"nan"', '"inf"', '"-inf"'], 'float64', [1.5, NaN, Infinity, -Infinity]],
  ['the same words alone', ['"nan"', '"inf"'], 'utf8', ['nan', 'inf']],
  ['booleans', ['true', 'null', 'false'], 'bool', [true, null, false]],
  ['texts, times too', ['"2024-01-01T00:00:00Z"', '""', '"\\u00e9\\n"'], 'utf8', ['2024-01-01T00:00:00Z', '', 'é\n']],
  ['lists', ['[1,2]', '[]', 'null', '[null]'], 'list<int64>', [[1n, 2n], [], null, [null]]],
  [
    'objects',
    ['{"a":1,"b":["x"]}', '{"b":[]}'],
    'struct<a: int64, b: list<utf8>>',
    [
      { a: 1n, b: ['x'] },
      { a: null, b: [] },
    ],
  ],
  ['objects of odd keys', ['{"a b":1,"":2.5}'], 'struct<"a b": int64, "": float64>', [{ 'a b': 1n, '': 2.5 }]],
]

for (const [what, texts, type, expected] of cases) {
  test(`${what}: ${type}`, async () => {
    const found = await values(...texts)
    assert.equal(found.field!.type.replaceAll(/"(\w+)":/g, '$1:'), type)
    assert.deepEqual(found.values, expected)
  })
}

for (const [what, texts] of [
  ['values of several types', ['1', '"1"', '{"a": [1]}', 'true']],
  ['whole numbers that doubles change among fractions', ['0.5', '9007199254740993']],
  ['numbers beyond the doubles', ['1e400']],
  ['nested values of several types', ['[1]', '["1"]']],
  ['minus zero among texts', ['-0', '"x"']],
  ['empty objects', ['{}']],
] as const) {
  test(`${what} are kept as JSON text`, async () => {
    const found = await values(...texts)
    assert.deepEqual(found.field, jsonColumn)
    assert.deepEqual(
      found.values,
      texts.map((text) => text.replaceAll(' ', '')),
    )
  })
}

test('columns are the keys in the order in which they come; a key that is not there is null', async () => {
  for (const chunk of [1, 7, 65536]) {
    const { schema, rows, found } = await readBytes('\ufeff{"b":1}\r\n\r\n  \n{"a":"x","b":null}\n{"c":true}', { chunk })
    assert.deepEqual(
      schema.map(({ name }) => name),
      ['b', 'a', 'c'],
    )
    assert.deepEqual(found, { schema: 'inferred' })
    assert.deepEqual(rows, [
      { b: 1n, a: null, c: null },
      { b: null, a: 'x', c: null },
      { b: null, a: null, c: true },
    ])
  }
})

test('keys like __proto__ and toString are ordinary columns', async () => {
  const { rows } = await readBytes('{"__proto__":1,"x":1}\n{"toString":"y"}\n')
  assert.deepEqual(
    rows.map((row) => Object.entries(row)),
    [
      [
        ['__proto__', 1n],
        ['x', 1n],
        ['toString', null],
      ],
      [
        ['__proto__', null],
        ['x', null],
        ['toString', 'y'],
      ],
    ],
  )
})

const filler = '{"v":1,"k":"x"}\n'.repeat(2 ** 17)

test('types are fixed by the first MiB: what does not fit later is a reject, as is a key that was not there', async () => {
  const text = `${filler}{"v":1.5,"k":"y"}\n{"v":9007199254740993,"k":"y"}\n{"v":2,"new":1}\n{"v":-0}\n`
  for (const chunk of [4099, 65536]) {
    const { rows, rejects } = await readBytes(text, { chunk })
    assert.equal(rows.length, 2 ** 17 + 1)
    assert.deepEqual(rows.at(-1), { v: 9007199254740993n, k: 'y' })
    assert.deepEqual(
      rejects.map(({ record, line, column, reason }) => [record - 2 ** 17, line! - 2 ** 17, column, reason.split(';')[0]]),
      [
        [1, 1, 'v', '1.5 is not int64, the type found in the first 1048576 bytes'],
        [3, 3, undefined, 'the key "new" is not in the first 1048576 bytes'],
        [4, 4, 'v', '0 is not int64, the type found in the first 1048576 bytes'],
      ],
    )
    for (const { bytes, raw } of rejects) assert.equal(text.slice(...bytes), raw)
  }
})

test('the caller may have null in the place of a value that does not fit', async () => {
  const { rows, rejects } = await readBytes(`${filler}{"v":"x","k":"y"}\n{"v":2,"new":1}\n`, { onReject: 'null' })
  assert.equal(rejects.length, 2)
  assert.equal(rows.length, 2 ** 17 + 1)
  assert.deepEqual(rows.at(-1), { v: null, k: 'y' })
})

test('infer=full looks at all of the data and needs a source that can be read twice', async () => {
  const text = `${filler}{"v":1.5,"new":1}\n`
  const { schema, rejects, rows } = await readBytes(text, { params: { infer: 'full' } })
  assert.deepEqual(schema, [
    { name: 'v', type: 'float64' },
    { name: 'k', type: 'utf8' },
    { name: 'new', type: 'int64' },
  ])
  assert.deepEqual(rejects, [])
  assert.deepEqual(rows.at(-1), { v: 1.5, k: null, new: 1n })
  await assert.rejects(readBytes(text, { params: { infer: 'full' }, once: true }), { code: 'unsupported' })
})

test('only the columns asked for are read, in that order', async () => {
  const { rows } = await readBytes('{"a":1,"b":2,"c":3}\n', { columns: ['c', 'a'] })
  assert.deepEqual(
    rows.map((row) => Object.entries(row)),
    [
      [
        ['c', 3n],
        ['a', 1n],
      ],
    ],
  )
  await assert.rejects(readBytes('{"a":1}\n', { columns: ['d'] }), { code: 'not-found' })
})

test('a declared schema is taken; keys beyond it are said once and left out', async () => {
  const schema = [
    { name: 'a', type: 'int8', nullable: false },
    { name: 't', type: 'timestamp(us, UTC)' },
    { name: 'd', type: 'decimal(10, 2)' },
  ]
  const { rows, rejects, warnings, found } = await readBytes(
    '{"a":1,"t":"2024-01-02T03:04:05.000001Z","d":1.5,"x":1}\n{"a":200}\n{"t":null}\n{"a":2,"d":"0.001","x":1}\n',
    { schema, onReject: 'null', name: 'f' },
  )
  assert.deepEqual(found, { schema: 'declared' })
  assert.deepEqual(rows, [
    { a: 1, t: 1704164645000001n, d: '1.50' },
    { a: 2, t: null, d: null },
  ])
  assert.deepEqual(
    rejects.map(({ record, reason }) => [record, reason]),
    [
      [2, '200 is not int8'],
      [3, "'a' is missing and may not be"],
      [4, '"0.001" is not decimal(10, 2)'],
    ],
  )
  assert.deepEqual(warnings, ['f has the key "x", which the schema does not declare; it is left out'])
  assert.deepEqual((await readBytes('', { schema })).tables, [])
})

test('tables are of the size asked for', async () => {
  const { tables } = await readBytes('{"a":1}\n'.repeat(1000), { batchRows: 100 })
  assert.deepEqual(
    tables.map(({ numRows }) => numRows),
    Array.from({ length: 10 }, () => 100),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { table } from '@cardcage/plugin'
import type { Value } from '@cardcage/plugin'
import { readBytes, writeTables } from './test/formats.ts'

const day = (text: string): Date => new Date(`${text}T00:00:00Z`)
const all: [type: string, values: Value[], inferred?: string][] = [
  ['int8', [-128, null, 127], 'int64'],
  ['uint32', [0, null, 2 ** 32 - 1], 'int64'],
  ['int64', [-(2n ** 63n), null, 2n ** 63n - 1n, 0n], 'int64'],
  ['uint64', [0n, null, 2n ** 64n - 1n], 'decimal(38, 0)'],
  ['float32', [0.5, null, Math.fround(0.1), NaN], 'float64'],
  ['float64', [0.1, null, 5, -0, 1e300, 5e-324, NaN, Infinity, -Infinity, 2 ** 60, 1e21], 'float64'],
  ['bool', [true, null, false], 'bool'],
  ['utf8', ['a', null, '', '"q"\\', 'two\nlines', 'nan', 'ß漢😀', '\0'], 'utf8'],
  ['date32', [day('1969-12-31'), null, day('2024-02-29')], 'utf8'],
  ['date64', [day('1969-12-31'), null, day('2024-02-29')], 'utf8'],
  ['time32(ms)', [1, null, 86399999], 'utf8'],
  ['time64(ns)', [1n, null, 86399999999999n], 'utf8'],
  ['timestamp(s)', [new Date(-1000), null, new Date(1.7e12)], 'utf8'],
  ['timestamp(ms, UTC)', [new Date(-1), null, new Date(1.7e12)], 'utf8'],
  ['timestamp(us)', [-1n, null, 1704164645000001n], 'utf8'],
  ['timestamp(ns, UTC)', [-(2n ** 63n), null, 2n ** 63n - 1n], 'utf8'],
  ['duration(us)', [-5n, null, 2n ** 62n], 'int64'],
  ['decimal(38, 10)', ['1.5000000000', null, '-1234567890123456789012345678.0123456789'], 'utf8'],
  ['binary', [Uint8Array.of(0, 255, 44), null, Uint8Array.of(1)], 'utf8'],
  ['list<float64>', [[1, NaN, null], null, []], 'list<float64>'],
  ['struct<id: int64, at: list<struct<x: float64>>>', [{ id: 2n ** 60n, at: [{ x: 1 }, null] }, null, { id: null, at: [] }]],
]

for (const [type, values, inferred] of all) {
  const field = { name: 'v', type }
  const text = (): Promise<string> => writeTables([field], [table({ v: values }, [field])])

  test(`${type}: written and read again with its schema it is the same`, async () => {
    const { rows, rejects } = await readBytes(await text(), { schema: [field] })
    assert.deepEqual(rejects, [])
    assert.deepEqual(
      rows.map(({ v }) => v),
      values,
    )
  })

  if (inferred !== undefined) {
    test(`${type}: without its schema it is found to be ${inferred}`, async () => {
      const { rows, schema } = await readBytes(await text())
      assert.equal(schema[0]!.type, inferred)
      if (inferred === type)
        assert.deepEqual(
          rows.map(({ v }) => v),
          values,
        )
    })
  }
}

test('one object per line, every column in it', async () => {
  const data = table({ 'a"b': ['x', null], n: new BigInt64Array([2n ** 62n, 1n]), f: [1, NaN], d: [day('2024-02-29'), null] })
  assert.equal(
    await writeTables(data.schema, [data]),
    '{"a\\"b":"x","n":4611686018427387904,"f":1.0,"d":"2024-02-29T00:00:00.000Z"}\n{"a\\"b":null,"n":1,"f":"nan","d":null}\n',
  )
})

test('columns of JSON text are written as the JSON they are', async () => {
  const text = '{"v":1}\n{"v":"1"}\n{"v":{"a":[9007199254740993,null]}}\n{"v":null}\n'
  const { schema, tables } = await readBytes(text)
  assert.equal(await writeTables(schema, tables), text)
})

test('a schema alone gives nothing, and is read with the schema', async () => {
  const schema = [{ name: 'a', type: 'int64' }]
  assert.equal(await writeTables(schema, []), '')
})

test('many tables are one text, in pieces', async () => {
  const tables = Array.from({ length: 3 }, (_, k) => table({ i: BigInt64Array.from({ length: 10_000 }, (_, i) => BigInt(k * 10_000 + i)) }))
  const { rows } = await readBytes(await writeTables(tables[0]!.schema, tables))
  assert.equal(rows.length, 30_000)
  assert.ok(rows.every(({ i }, row) => i === BigInt(row)))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { table } from '@cardcage/plugin'
import type { Fields, Value } from '@cardcage/plugin'
import { readBytes, writeTables } from './test/formats.ts'

const day = (text: string): Date => new Date(`${text}T00:00:00Z`)
const all: [type: string, values: Value[], inferred?: string][] = [
  ['int8', [-128, null, 127], 'int64'],
  ['int16', [-32768, null, 32767], 'int64'],
  ['int32', [-(2 ** 31), null, 2 ** 31 - 1], 'int64'],
  ['int64', [-(2n ** 63n), null, 2n ** 63n - 1n, 0n], 'int64'],
  ['uint8', [0, null, 255], 'int64'],
  ['uint16', [0, null, 65535], 'int64'],
  ['uint32', [0, null, 2 ** 32 - 1], 'int64'],
  ['uint64', [0n, null, 2n ** 64n - 1n], 'decimal(38, 0)'],
  ['float32', [0.5, null, Math.fround(0.1), Infinity], 'float64'],
  ['float64', [0.1, null, 5, -0, 1e300, 5e-324, -Infinity, 2 ** 60, 1e21], 'float64'],
  ['bool', [true, null, false], 'bool'],
  ['utf8', ['a', null, '', ' ', '"q"', 'x,y', 'two\nlines', 'cr\r', '\ufeff', 'ß漢😀', '\0'], 'utf8'],
  ['date32', [day('1969-12-31'), null, day('2024-02-29'), day('0001-01-01'), day('9999-12-31')], 'date32'],
  ['date64', [day('1969-12-31'), null, day('2024-02-29')], 'date32'],
  ['time32(s)', [0, null, 86399]],
  ['time32(ms)', [1, null, 86399999]],
  ['time64(us)', [1n, null, 86399999999n]],
  ['time64(ns)', [1n, null, 86399999999999n]],
  ['timestamp(s)', [new Date(-1000), null, new Date(1.7e12)], 'timestamp(ms)'],
  ['timestamp(ms)', [new Date(-1), null, new Date(1.7e12)], 'timestamp(ms)'],
  ['timestamp(us, UTC)', [-1n, null, 1704164645000001n, 253402300799999999n], 'timestamp(us, UTC)'],
  ['timestamp(ns, UTC)', [-1n, null, 1704164645123456789n], 'timestamp(ns, UTC)'],
  ['timestamp(ns)', [-9223372036854775808n, null, 9223372036854775807n]],
  ['duration(us)', [-5n, null, 2n ** 62n], 'int64'],
  ['decimal(38, 10)', ['1.5000000000', null, '-1234567890123456789012345678.0123456789']],
  ['decimal(38, 0)', ['1', null, '-99999999999999999999999999999999999999'], 'decimal(38, 0)'],
  ['decimal(76, 2)', ['0.01', null, `-${'9'.repeat(74)}.99`]],
  ['binary', [Uint8Array.of(0, 255, 44), null, Uint8Array.of(1), Uint8Array.of(1, 2)]],
]

for (const [type, values, inferred] of all) {
  const field = { name: 'v', type }
  const text = (): Promise<string> => writeTables([field], [table({ v: values }, [field])])

  test(`${type}: written and read again with its schema it is the same`, async () => {
    const { rows, rejects, schema } = await readBytes(await text(), { schema: [field] })
    assert.deepEqual(rejects, [])
    assert.deepEqual(schema, [field])
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

test('cells are quoted only where it is needed; missing and empty text stay different', async () => {
  const data = table({ 'a,b': ['x', null, '', 'say "hi"', 'c,d'], n: [1.5, null, NaN, Infinity, 3] })
  const text = await writeTables(data.schema, [data])
  assert.equal(text, '"a,b",n\nx,1.5\n,\n"",\n"say ""hi""",inf\n"c,d",3.0\n')
})

test('params of writing: nan, line ends, delimiter, header, words for missing values', async () => {
  const data = table({ a: ['x;y', 'NA'], n: [1.5, NaN] })
  const params = { nan: 'NaN', line_end: 'crlf', delimiter: ';', header: false, null_values: 'NA' }
  assert.equal(await writeTables(data.schema, [data], params), '"x;y";1.5\r\n"NA";NaN\r\n')
  assert.equal(await writeTables(data.schema, [data], {}, 'tsv'), 'a\tn\nx;y\t1.5\nNA\t\n')
  assert.deepEqual(
    (await readBytes(await writeTables(data.schema, [data], params), { params })).rows.map((row) => Object.values(row)),
    [
      ['x;y', 1.5],
      ['NA', NaN],
    ],
  )
})

test('without quotes what would need them is an error that names it', async () => {
  const data = table({ a: ['x', 'c,d'] })
  await assert.rejects(writeTables(data.schema, [data], { quote: '' }), {
    code: 'invalid-data',
    message: /"c,d" cannot be written without quotes/,
  })
})

test('a schema alone gives the header line', async () => {
  const schema: Fields = [
    { name: 'a', type: 'int64' },
    { name: 'b', type: 'utf8' },
  ]
  assert.equal(await writeTables(schema, []), 'a,b\n')
})

test('nested values are written as JSON with all digits', async () => {
  const field = { name: 'v', type: 'struct<id: int64, xs: list<float64>>' }
  const data = table({ v: [{ id: 2n ** 60n, xs: [1, NaN, null] }, null] }, [field])
  const { rows } = await readBytes(await writeTables([field], [data]))
  assert.deepEqual(rows, [{ v: '{"id":1152921504606846976,"xs":[1,"nan",null]}' }, { v: null }])
})

test('many tables are one text, in pieces', async () => {
  const tables = Array.from({ length: 5 }, (_, k) => table({ i: BigInt64Array.from({ length: 10_000 }, (_, i) => BigInt(k * 10_000 + i)) }))
  const { rows } = await readBytes(await writeTables(tables[0]!.schema, tables))
  assert.equal(rows.length, 50_000)
  assert.ok(rows.every(({ i }, row) => i === BigInt(row)))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBytes } from './test/formats.ts'

const place = ({ record, line, bytes, raw }: { record: number; line?: number; bytes: readonly [number, number]; raw?: string }) => ({
  record,
  line,
  bytes,
  raw,
})

test('records and lines are counted over windows, quoted line ends and rejects', async () => {
  const head = 'v,k\n1\n2,x\n'
  const filler = '3,"two\r\nlines\n"\r\n'.repeat(2 ** 17)
  const text = `${head}${filler}4\n`
  for (const batchBytes of [2 ** 18, 2 ** 22]) {
    const { rejects, rows } = await readBytes(text, { batchBytes })
    assert.deepEqual(rejects.map(place), [
      { record: 1, line: 2, bytes: [4, 5], raw: '1' },
      { record: 2 ** 17 + 3, line: 4 + 3 * 2 ** 17, bytes: [text.length - 2, text.length - 1], raw: '4' },
    ])
    assert.equal(rows.length, 2 ** 17 + 1)
  }
})

test('lines are counted over more empty lines than a window holds', async () => {
  const { rejects } = await readBytes(`${'\n'.repeat(2 ** 21)}a,b\n1\n`)
  assert.deepEqual(rejects.map(place), [{ record: 1, line: 2 ** 21 + 2, bytes: [2 ** 21 + 4, 2 ** 21 + 5], raw: '1' }])
})

test('rejects of every sort come in the order of their records', async () => {
  const schema = [
    { name: 'a', type: 'int64' },
    { name: 'b', type: 'int64', nullable: false },
  ]
  const lines = ['x,1', '1', '1,', '1,y', '"1"2,3', '5,6', 'z,7']
  const { rejects, rows } = await readBytes(`a,b\n${lines.join('\n')}\n`, { schema })
  assert.deepEqual(
    rejects.map(({ record, line, column }) => [record, line, column]),
    [
      [1, 2, 'a'],
      [2, 3, undefined],
      [3, 4, 'b'],
      [4, 5, 'b'],
      [5, 6, undefined],
      [7, 8, 'a'],
    ],
  )
  assert.deepEqual(rows, [{ a: 5n, b: 6n }])
})

for (const [type, good, bad] of [
  ['int64', '9223372036854775807', '9223372036854775808'],
  ['int64', '-9223372036854775808', '-9223372036854775809'],
  ['uint64', '18446744073709551615', '18446744073709551616'],
  ['uint64', '0', '-1'],
  ['int8', '-128', '-129'],
  ['uint8', '255', '256'],
  ['decimal(3, 1)', '99.9', '100.0'],
  ['decimal(3, 1)', '-1.50', '1.55'],
  ['time32(ms)', '23:59:59.999', '23:59:59.9999'],
  ['timestamp(ns)', '2262-04-11T23:47:16.854775807', '2262-04-11T23:47:16.854775808'],
  ['timestamp(ms)', '2024-01-01T23:59', '2024-01-01T24:00'],
  ['timestamp(ms, UTC)', '2024-01-01T00:00:00+23:59', '2024-01-01T00:00:00'],
  ['date32', '2000-02-29', '1900-02-29'],
  ['binary', 'AAE=', 'AAF='],
  ['bool', 'tRUE', 'yes'],
] as const) {
  test(`${type}: ${good} fits, ${bad} does not`, async () => {
    const { rows, rejects } = await readBytes(`v,k\n${good},1\n${bad},2\n`, {
      schema: [
        { name: 'v', type },
        { name: 'k', type: 'int64' },
      ],
    })
    assert.deepEqual(
      rows.map(({ k }) => k),
      [1n],
    )
    assert.deepEqual(
      rejects.map(({ record, reason }) => [record, reason]),
      [[2, `'${bad}' is not ${type}`]],
    )
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBytes } from './test/formats.ts'

/** Type and values of a column written one value per line; a second column keeps empty cells from being empty lines. */
async function column(cells: readonly string[], params = {}) {
  const { schema, rows, warnings, rejects } = await readBytes(`v,k\n${cells.map((cell) => `${cell},x`).join('\n')}\n`, { params })
  return { type: schema[0]!.type, field: schema[0]!, values: rows.map(({ v }) => v), warnings, rejects }
}

const cases: [what: string, cells: string[], type: string, values?: unknown[]][] = [
  ['whole numbers', ['1', '-2', '0', '9223372036854775807', '-9223372036854775808'], 'int64', [1n, -2n, 0n, 2n ** 63n - 1n, -(2n ** 63n)]],
  [
    'whole numbers beyond 64 bits',
    ['1', '9223372036854775808', '-99999999999999999999999999999999999999'],
    'decimal(38, 0)',
    ['1', '9223372036854775808', '-99999999999999999999999999999999999999'],
  ],
  ['whole numbers beyond 38 digits', ['1', '1'.repeat(39)], 'utf8', ['1', '1'.repeat(39)]],
  ['fractions', ['1', '2.5', '-.5', '3.', '1e3', '-1E-2', '0.1'], 'float64', [1, 2.5, -0.5, 3, 1000, -0.01, 0.1]],
  ['minus zero', ['-0', '1'], 'float64', [-0, 1]],
  ['fractions and whole numbers that doubles keep', ['0.5', '9007199254740992', '100000000000000000000'], 'float64', [0.5, 2 ** 53, 1e20]],
  ['fractions and whole numbers that doubles change', ['0.5', '9007199254740993'], 'utf8', ['0.5', '9007199254740993']],
  ['a whole part that doubles change', ['12345678901234567.89'], 'utf8'],
  ['long fractions', ['0.1234567890123456789', '2.6666666666666667'], 'float64', [Number('0.1234567890123456789'), 8 / 3]],
  ['numbers beyond the doubles', ['1e999'], 'utf8'],
  ['NaN and infinities among numbers', ['NaN', 'inf', '-inf', '1'], 'float64', [NaN, Infinity, -Infinity, 1]],
  ['words alone that could be numbers', ['NaN', 'inf'], 'utf8', ['NaN', 'inf']],
  ['leading zeros', ['007', '12'], 'utf8', ['007', '12']],
  ['leading zeros of fractions', ['00.5'], 'utf8'],
  ['a leading plus', ['+5'], 'utf8', ['+5']],
  ['blanks around numbers', [' 1', '2 ', '\t3'], 'int64', [1n, 2n, 3n]],
  ['blanks alone among numbers', ['1', '  ', ''], 'int64', [1n, null, null]],
  ['quoted numbers', ['"1"', '""', '"-3"'], 'int64', [1n, null, -3n]],
  ['booleans', ['true', 'False', 'TRUE', ''], 'bool', [true, false, true, null]],
  ['booleans and numbers', ['true', '1'], 'utf8', ['true', '1']],
  ['dates', ['2024-02-29', '1969-12-31', '0001-01-01'], 'date32', [new Date('2024-02-29'), new Date('1969-12-31'), new Date('0001-01-01')]],
  ['days that do not exist', ['2023-02-29'], 'utf8', ['2023-02-29']],
  [
    'local times',
    ['2024-01-02T03:04:05', '2024-01-02 03:04', '1969-12-31T23:59:59.999'],
    'timestamp(ms)',
    [new Date('2024-01-02T03:04:05Z'), new Date('2024-01-02T03:04Z'), new Date(-1)],
  ],
  ['microseconds', ['2024-01-02T03:04:05.000001Z', '2024-01-02T03:04:05Z'], 'timestamp(us, UTC)', [1704164645000001n, 1704164645000000n]],
  ['nanoseconds', ['2024-01-02T03:04:05.123456789', '1677-09-22T00:00:00'], 'timestamp(ns)', [1704164645123456789n, -9223286400000000000n]],
  ['zeros for nanoseconds far from 1970', ['1600-01-01T00:00:00.000000000'], 'timestamp(ms)'],
  ['nanoseconds too far from 1970', ['1600-01-01T00:00:00.000000001'], 'utf8'],
  [
    'microseconds of far years',
    ['0001-01-01T00:00:00.000001', '9999-12-31T23:59:59.999999'],
    'timestamp(us)',
    [-62135596799999999n, 253402300799999999n],
  ],
  [
    'offsets',
    ['2024-01-02T03:04:05+02:00', '2024-01-02T03:04:05+0200', '2024-01-02T03:04:05+02'],
    'timestamp(ms, UTC)',
    Array.from({ length: 3 }, () => new Date('2024-01-02T01:04:05Z')),
  ],
  ['times with and without zone', ['2024-01-02T03:04:05', '2024-01-02T03:04:05Z'], 'utf8'],
  ['dates and times', ['2024-01-02', '2024-01-02T03:04:05Z'], 'utf8'],
  ['no values', ['', ''], 'utf8', [null, null]],
  ['missing and empty text', ['', '""', 'x'], 'utf8', [null, '', 'x']],
]

for (const [what, cells, type, values] of cases) {
  test(`${what}: ${type}`, async () => {
    const found = await column(cells)
    assert.equal(found.type, type)
    if (values) assert.deepEqual(found.values, values)
    assert.deepEqual(found.rejects, [])
  })
}

test('text where numbers were expected is said', async () => {
  const { warnings } = await column(['0.5', '9007199254740993'])
  assert.equal(warnings.length, 1)
  assert.match(warnings[0]!, /'v' is read as text/)
})

test('the zone that times were written in is kept beside UTC', async () => {
  assert.deepEqual((await column(['2024-01-02T03:04:05-03:30'])).field.metadata, { timezone: '-03:30' })
  assert.deepEqual((await column(['2024-01-02T03:04:05Z'])).field.metadata, { timezone: 'UTC' })
  assert.equal((await column(['2024-01-02T03:04:05Z', '2024-01-02T03:04:05+01:00'])).field.metadata, undefined)
})

test('words for missing values count only unquoted', async () => {
  assert.deepEqual((await column(['NA', '1'], { null_values: 'NA' })).values, [null, 1n])
  assert.deepEqual((await column(['NA', '"NA"', '-'], { null_values: ['NA', '-'] })).values, [null, 'NA', null])
})

test('the param nan is a word for NaN', async () => {
  assert.deepEqual((await column(['nope', '1'], { nan: 'nope' })).values, [NaN, 1])
})

const filler = (value: string): string => `${value},x\n`.repeat(2 ** 18)

test('types are fixed by the first MiB: later values that do not fit are rejects that say the way out', async () => {
  const text = `v,k\n${filler('1')}1.5,y\n007,y\n2,y\n`
  for (const chunk of [4099, 65536]) {
    const { schema, rows, rejects } = await readBytes(text, { chunk })
    assert.equal(schema[0]!.type, 'int64')
    assert.equal(rows.length, 2 ** 18 + 1)
    assert.deepEqual(rows.at(-1), { v: 2n, k: 'y' })
    assert.deepEqual(
      rejects.map(({ record, line, column, raw }) => ({ record, line, column, raw })),
      [
        { record: 2 ** 18 + 1, line: 2 ** 18 + 2, column: 'v', raw: '1.5,y' },
        { record: 2 ** 18 + 2, line: 2 ** 18 + 3, column: 'v', raw: '007,y' },
      ],
    )
    assert.equal(
      rejects[0]!.reason,
      "'1.5' is not int64, the type found in the first 1048576 bytes; read with infer=full, or declare the column utf8",
    )
    assert.equal(text.slice(...rejects[0]!.bytes), '1.5,y')
  }
})

test('the caller may have null in the place of what does not fit', async () => {
  const { rows, rejects } = await readBytes(`v,k\n${filler('1')}x,y\n2,y\n`, { onReject: 'null' })
  assert.equal(rejects.length, 1)
  assert.deepEqual(rows.slice(-2), [
    { v: null, k: 'y' },
    { v: 2n, k: 'y' },
  ])
})

test('a record with two cells that do not fit is one reject when it is left out, two when they become null', async () => {
  const text = `v,w\n${'1,1\n'.repeat(2 ** 18)}x,y\n`
  assert.equal((await readBytes(text)).rejects.length, 1)
  const kept = await readBytes(text, { onReject: 'null' })
  assert.deepEqual(
    kept.rejects.map(({ column }) => column),
    ['v', 'w'],
  )
  assert.deepEqual(kept.rows.at(-1), { v: null, w: null })
})

test('infer=full looks at all of the data and needs a source that can be read twice', async () => {
  const text = `v,k\n${filler('1')}1.5,y\n`
  const { schema, rows, rejects } = await readBytes(text, { params: { infer: 'full' } })
  assert.equal(schema[0]!.type, 'float64')
  assert.deepEqual(rejects, [])
  assert.equal(rows.at(-1)!['v'], 1.5)
  await assert.rejects(readBytes(text, { params: { infer: 'full' }, once: true }), { code: 'unsupported' })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PluginError, table, type DataType } from '@cardcage/plugin'
import { parseType, tableOf, Vector } from '@cardcage/plugin/internal'

const refused = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(PluginError.is(error), String(error))
  assert.equal(error.code, code)
  assert.match(error.message, message)
  return true
}
const one = (type: DataType, values: ArrayLike<unknown>) => table({ x: values }, [{ name: 'x', type }])

test('types without fields', () => {
  const t = table({
    number: [null, 1.5],
    bigint: [1n, null],
    text: ['a', null],
    flag: [true, false],
    time: [null, new Date(5)],
    bytes: [Uint8Array.of(1), null],
    list: [[], [1n]],
    record: [{ a: 1, b: ['x'] }, null],
    i8: new Int8Array(2),
    u8: new Uint8ClampedArray(2),
    u16: new Uint16Array(2),
    f32: new Float32Array(2),
    u64: new BigUint64Array(2),
    floats: [new Float32Array(1), new Float32Array(0)],
  })
  assert.deepEqual(Object.fromEntries(t.schema.map((field) => [field.name, field.type])), {
    number: 'float64',
    bigint: 'int64',
    text: 'utf8',
    flag: 'bool',
    time: 'timestamp(ms, UTC)',
    bytes: 'binary',
    list: 'list<int64>',
    record: 'struct<a: float64, b: list<utf8>>',
    i8: 'int8',
    u8: 'uint8',
    u16: 'uint16',
    f32: 'float32',
    u64: 'uint64',
    floats: 'list<float32>',
  })
})

test('a column of table() keeps its type, nulls and memory', () => {
  const first = one('timestamp(us)', [1n, null])
  const again = table({ when: first.column('x') })
  assert.deepEqual(again.schema, [{ name: 'when', type: 'timestamp(us)' }])
  assert.deepEqual([...again.column('when')], [1n, null])
  assert.equal(again.column('when').values?.buffer, first.column('x').values?.buffer)
})

test('typed arrays are taken without a copy, also for times of their layout', () => {
  const x = Float64Array.of(1, NaN)
  const t = table({ x })
  assert.equal(t.numbers('x'), x)
  assert.equal(t.column('x').values, x)
  assert.equal(t.column('x').nullCount, 0, 'NaN is a value')
  const ticks = BigInt64Array.of(1n)
  assert.equal(one('timestamp(ns)', ticks).column('x').values, ticks)
  assert.deepEqual([...one('int64', Int32Array.of(-1)).column('x')], [-1n])
})

test('values come back exactly, missing as null', () => {
  const date = new Date('2024-02-29T12:00:00.001Z')
  const cases: readonly (readonly [DataType, readonly unknown[], (readonly unknown[])?])[] = [
    ['null', [null, null]],
    ['bool', [true, null, false]],
    ['int8', [-128, 127, null]],
    ['uint16', [0, 65_535, 7n], [0, 65_535, 7]],
    ['int64', [-(2n ** 63n), 2n ** 63n - 1n, 5, null], [-(2n ** 63n), 2n ** 63n - 1n, 5n, null]],
    ['uint64', [2n ** 64n - 1n, null]],
    ['float16', [1.5, null, -Infinity]],
    ['float32', [0.5, NaN, null]],
    ['float64', [0.1, -0, null, 2n], [0.1, -0, null, 2]],
    ['utf8', ['', 'Grüße', null, '日本', '😀 and 😀', 'end']],
    ['binary', [Uint8Array.of(0, 255), null, new Uint8Array()]],
    ['fixed_size_binary(2)', [Uint8Array.of(1, 2), null]],
    ['date32', [new Date('1969-12-31'), null, 1], [new Date('1969-12-31'), null, new Date('1970-01-02')]],
    ['date64', [date, null]],
    ['time32(s)', [86_399, null, 1n], [86_399, null, 1]],
    ['time64(ns)', [1n, null, 2], [1n, null, 2n]],
    ['timestamp(s)', [new Date(-1000), 2, null], [new Date(-1000), new Date(2000), null]],
    ['timestamp(ms, UTC)', [date, null]],
    ['timestamp(us)', [date, 5n, null], [BigInt(date.getTime()) * 1000n, 5n, null]],
    ['timestamp(ns, Europe/Oslo)', [1_700_000_000_123_456_789n, null]],
    ['duration(s)', [-5n, null]],
    [
      'decimal(5, 2)',
      ['-999.99', '1.5', 3, 4n, '1e2', '0.10', null, '-0'],
      ['-999.99', '1.50', '3.00', '0.04', '100.00', '0.10', null, '0.00'],
    ],
    ['decimal(3, -2)', ['100', '-99900'], ['100', '-99900']],
    ['decimal(38, 0)', [`-${'9'.repeat(38)}`]],
    ['decimal(76, 38)', [`${'9'.repeat(38)}.${'1'.repeat(38)}`, `-0.${'0'.repeat(37)}1`]],
    ['list<int64>', [[1n, null], null, [], [3n]]],
    ['list<list<utf8>>', [[['a'], null], null, [[]]]],
    ['struct<a: int32, "b c": list<bool>>', [{ a: 1, 'b c': [true] }, null, { a: null, 'b c': null }]],
  ]
  for (const [type, given, expected = given] of cases) {
    const t = one(type, given)
    assert.deepEqual([...t.column('x')], expected, type)
    assert.equal(t.column('x').nullCount, expected.filter((value) => value === null).length, type)
    assert.equal(t.column('x').length, given.length)
    for (let from = 0; from <= given.length; from++) {
      assert.deepEqual([...t.slice(from).slice(0, 2).column('x')], expected.slice(from, from + 2), `${type} from ${from}`)
    }
    assert.deepEqual(
      [...t],
      expected.map((x) => ({ x })),
    )
  }
})

test('what does not fit exactly is refused with column, row and value', () => {
  const cases: readonly (readonly [DataType, unknown, RegExp])[] = [
    ['int8', 128, /128 is not in -128 to 127/],
    ['uint8', -1n, /-1n is not in 0 to 255/],
    ['int64', 2n ** 63n, /9223372036854775808n/],
    ['uint64', -1, /-1 is not in/],
    ['int32', 1.5, /1\.5 is not a whole number/],
    ['int64', 2 ** 60, /give a bigint/],
    ['int64', '1', /"1" is not int64/],
    ['float64', 'a', /"a" is not float64/],
    ['float64', 2n ** 53n + 1n, /cannot be held exactly/],
    ['utf8', 5, /5 is not utf8/],
    ['utf8', 'a\ud800', /surrogate/],
    ['bool', 1, /1 is not bool/],
    ['binary', [1], /an array of 1 is not binary/],
    ['fixed_size_binary(2)', Uint8Array.of(1), /has 1 bytes, not 2/],
    ['date32', new Date(1), /time of day/],
    ['timestamp(s)', new Date(1), /milliseconds/],
    ['timestamp(ms)', new Date(NaN), /an invalid date/],
    ['time32(s)', new Date(0), /is not time32\(s\)/],
    ['decimal(3, 1)', '0.25', /at most 1 digits/],
    ['decimal(3, 1)', '100', /more than 3 digits/],
    ['decimal(3, 1)', 0.5, /give decimals as text/],
    ['decimal(3, 1)', 'x', /"x"/],
    ['list<int8>', [1, 200], /Column 'x\[\]', row 2: 200/],
    ['struct<a: bool>', { a: 1 }, /Column 'x\.a', row 2: 1 is not bool/],
    ['struct<a: bool>', { b: true }, /has 'b'/],
    ['null', 0, /0 is not null/],
  ]
  for (const [type, value, message] of cases) {
    assert.throws(() => one(type, [null, value]), refused('invalid-data', message), type)
    assert.throws(() => one(type, [null, value]), /row 2/)
  }
})

test('shapes that make no table are refused', () => {
  assert.throws(() => table({ a: [1], b: [1, 2] }), refused('invalid-data', /'a' has 1 rows, 'b' has 2/))
  assert.throws(() => table({ a: [1, 'x'] }), refused('invalid-data', /Column 'a', row 2: "x" is not float64/))
  assert.throws(() => table({ a: [null] }), refused('invalid-data', /'a' has 1 missing values/))
  assert.throws(() => table({ a: [] }), refused('invalid-data', /'a' is empty/))
  assert.throws(() => table({ a: 'text' }), refused('invalid-data', /not an array but string/))
  assert.throws(() => table({ a: { length: 2 ** 40 } }), refused('invalid-data', /not an array/))
  assert.throws(() => table({ a: [() => 1] }), refused('invalid-data', /a function/))
  assert.throws(() => table({ vaule: [1] }, [{ name: 'value', type: 'float64' }]), refused('invalid-data', /Did you mean 'vaule'/))
  assert.throws(() => table({ a: [1], b: [1] }, [{ name: 'a', type: 'float64' }]), refused('invalid-data', /'b' is not among/))
  const twice = { name: 'a', type: 'float64' }
  assert.throws(() => table({ a: [1] }, [twice, twice]), refused('invalid-data', /Two columns/))
  assert.throws(() => table({ a: [null] }, [{ ...twice, nullable: false }]), refused('invalid-data', /1 missing/))
  const cyclic: unknown[] = []
  cyclic.push(cyclic)
  assert.throws(() => table({ a: cyclic }), refused('invalid-data', /holds itself/))
})

test('__proto__ is an ordinary name of columns and fields', () => {
  const t = table(Object.fromEntries([['__proto__', [{ polluted: true }]]]), [{ name: '__proto__', type: 'struct<polluted: bool>' }])
  const nested = one('struct<__proto__: struct<polluted: bool>>', [Object.fromEntries([['__proto__', { polluted: true }]])])
  const [row] = [...t]
  assert.deepEqual(Object.keys(row!), ['__proto__'])
  const value = nested.column('x')[0] as object
  assert.deepEqual(Object.getOwnPropertyNames(value), ['__proto__'])
  assert.equal(Object.getPrototypeOf(value), Object.prototype)
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

test('a column with gaps is an array with its buffers beside it', () => {
  const column = table({ x: [1, null, 3] }).column('x')
  assert.ok(Array.isArray(column))
  assert.deepEqual(
    Array.from(column, (value) => value),
    [1, null, 3],
  )
  assert.equal(JSON.stringify(column), '[1,null,3]')
  assert.deepEqual(column.field, { name: 'x', type: 'float64' })
  assert.equal(column.nullCount, 1)
  assert.deepEqual(column.validity, Uint8Array.of(0b101))
  assert.equal(column.values?.[2], 3)
  assert.equal(table({ x: [1] }).column('x').validity, undefined)
  assert.equal(table({ x: ['a'] }).column('x').values, undefined)
})

test('a column of numbers without gaps is its buffer, not a copy', () => {
  const x = Float64Array.of(1, 2)
  const t = table({ x, when: new BigInt64Array(2) }, [
    { name: 'x', type: 'float64' },
    { name: 'when', type: 'timestamp(us)' },
  ])
  const column = t.column('x')
  assert.equal((column as unknown as Float64Array).buffer, x.buffer)
  assert.equal(column.values, x)
  assert.equal(Object.keys(x).length, 2, 'the array of the author got no properties')
  assert.equal('field' in x, false)
  assert.equal(JSON.stringify(column), '[1,2]')
  assert.deepEqual([...column], [1, 2])
  assert.deepEqual([...t.column('when')], [0n, 0n])
})

test('bits of a slice begin at bit 0, whatever row it begins at', () => {
  const values = Array.from({ length: 40 }, (_, i) => (i % 5 === 0 ? null : i % 3 === 0))
  const t = one('bool', values)
  for (let from = 0; from < 20; from++) {
    const part = t.slice(from, from + 17).column('x')
    const expected = values.slice(from, from + 17)
    assert.deepEqual([...part], expected)
    const bit = (bytes: Uint8Array, i: number) => (bytes[i >> 3]! >> (i & 7)) & 1
    assert.deepEqual(
      expected.map((_, i) => (bit(part.validity!, i) ? bit(part.values as Uint8Array, i) === 1 : null)),
      expected,
    )
  }
})

test('slice shares memory and clamps as arrays do', () => {
  const t = table({ x: Float64Array.of(0, 1, 2, 3) })
  assert.equal(t.slice(1).numbers('x').buffer, t.numbers('x').buffer)
  const xs = (from: number, to?: number) => [...t.slice(from, to).numbers('x')]
  assert.deepEqual([xs(1, 3), xs(-1), xs(0, -1), xs(9), xs(3, 1), xs(1, 99)], [[1, 2], [3], [0, 1, 2], [], [], [1, 2, 3]])
  assert.equal(t.slice(1, 3).numRows, 2)
})

test('select keeps the order asked for and shares memory', () => {
  const t = table({ a: [1], b: ['x'], c: [true] })
  const s = t.select('c', 'a')
  assert.deepEqual(s.names, ['c', 'a'])
  assert.deepEqual([...s], [{ c: true, a: 1 }])
  assert.equal(t.select().numRows, 1)
  assert.throws(() => t.select('a', 'a'), refused('invalid-data', /Two columns/))
})

test('an unknown column is not found, with the nearest names', () => {
  const t = table({ value: [1], time: [2] })
  for (const ask of [
    () => t.column('vlaue' as never),
    () => t.numbers('vlaue' as never),
    () => t.times('vlaue' as never),
    () => t.select('vlaue'),
  ]) {
    assert.throws(ask, refused('not-found', /no column 'vlaue'\. Did you mean 'value'\?/))
  }
})

test('numbers() reads numbers and booleans as doubles, missing as NaN', () => {
  const read = (type: DataType, values: unknown[]) => [...one(type, values).slice(1).numbers('x')]
  assert.deepEqual(read('float64', [9, 1, null, NaN]), [1, NaN, NaN])
  assert.deepEqual(read('float32', [9, 0.5, null]), [0.5, NaN])
  assert.deepEqual(read('int16', [9, -3, null]), [-3, NaN])
  assert.deepEqual(read('int64', [9n, -(2n ** 53n), 2n ** 53n, null]), [-(2 ** 53), 2 ** 53, NaN])
  assert.deepEqual(read('bool', [false, true, false, null]), [1, 0, NaN])
  assert.deepEqual(read('decimal(20, 3)', ['1', '-0.001', null, '12345678901234567.891']), [-0.001, NaN, 12345678901234568])
  assert.throws(() => one('int64', [1n, 2n ** 53n + 1n]).numbers('x'), refused('invalid-data', /row 2: 9007199254740993 is beyond/))
  assert.throws(() => one('uint64', [2n ** 64n - 1n]).numbers('x'), refused('invalid-data', /row 1/))
  for (const type of ['utf8', 'timestamp(ms)', 'date32', 'duration(s)', 'list<float64>', 'null']) {
    assert.throws(() => one(type, [null]).numbers('x'), refused('invalid-data', /numbers\(\) reads numbers or booleans only/), type)
  }
})

test('what lies under a gap is not looked at', () => {
  const type = parseType('int64')
  const vector = new Vector(type, 2, { validity: Uint8Array.of(0b01), values: BigInt64Array.of(1n, 2n ** 62n) })
  const t = tableOf([{ name: 'x', type: 'int64' }], [vector], 2)
  assert.deepEqual([...t.numbers('x')], [1, NaN])
  assert.deepEqual([...t.column('x')], [1n, null])
})

test('numbers() of a column with gaps is a copy', () => {
  const t = table({ x: [1, null] })
  t.numbers('x')[0] = 99
  assert.deepEqual([...t.column('x')], [1, null])
})

test('times() reads dates and timestamps as milliseconds, missing as NaN', () => {
  const read = (type: DataType, values: unknown[]) => [...one(type, values).slice(1).times('x')]
  assert.deepEqual(read('date32', [0, -1, null]), [-86_400_000, NaN])
  assert.deepEqual(read('date64', [0, 5, null]), [5, NaN])
  assert.deepEqual(read('timestamp(s)', [0, -2, null]), [-2000, NaN])
  assert.deepEqual(read('timestamp(ms)', [0, 7, null]), [7, NaN])
  assert.deepEqual(read('timestamp(us)', [0, -1500n, null]), [-1.5, NaN])
  assert.deepEqual(
    read('timestamp(ns)', [0, 1_700_000_000_123_500_000n, -1_700_000_000_123_500_000n]),
    [1_700_000_000_123.5, -1_700_000_000_123.5],
  )
  assert.deepEqual(read('timestamp(ns)', [0, 1_700_000_000_000_007_919n]), [1_700_000_000_000.0078], 'to the nearest double')
  for (const type of ['int64', 'utf8', 'time32(s)', 'duration(ms)']) {
    assert.throws(() => one(type, [null]).times('x'), refused('invalid-data', /times\(\) reads dates or timestamps only/), type)
  }
})

test('many and long texts', () => {
  const texts = Array.from({ length: 5000 }, (_, i) => (i % 7 === 0 ? null : i % 1000 === 1 ? 'é'.repeat(70_000) : `row ${i}`))
  assert.deepEqual([...one('utf8', texts).column('x')], texts)
  assert.deepEqual([...one('utf8', texts).slice(999, 4005).column('x')], texts.slice(999, 4005))
})

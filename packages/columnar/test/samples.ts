import { table, type DataType, type Table, type Value } from '@cardcage/plugin'

/** Values of every type that tables have, in the form in which columns give them; no two neighbours are equal. */
export const samples: Readonly<Record<DataType, readonly Value[]>> = {
  bool: [true, false, false, true],
  int8: [-128, 127, 0],
  int16: [-32_768, 32_767, 1],
  int32: [-(2 ** 31), 2 ** 31 - 1, 2],
  int64: [-(2n ** 63n), 2n ** 63n - 1n, 3n],
  uint8: [0, 255, 7],
  uint16: [0, 65_535, 7],
  uint32: [0, 2 ** 32 - 1, 7],
  uint64: [0n, 2n ** 64n - 1n, 7n],
  float16: [1.5, -Infinity, NaN, -0],
  float32: [0.5, NaN, Infinity, -0],
  float64: [0.1, NaN, -Infinity, -0, Number.MIN_VALUE],
  utf8: ['', 'Grüße', '日本 😀', 'plain'],
  binary: [new Uint8Array(), Uint8Array.of(0, 255), Uint8Array.of(1)],
  'fixed_size_binary(3)': [Uint8Array.of(1, 2, 3), Uint8Array.of(255, 0, 255)],
  date32: [new Date('1969-12-31'), new Date('2024-02-29'), new Date(0)],
  date64: [new Date('1969-12-31'), new Date('2024-02-29'), new Date(0)],
  'time32(s)': [0, 86_399],
  'time32(ms)': [0, 86_399_999],
  'time64(us)': [0n, 86_399_999_999n],
  'time64(ns)': [0n, 86_399_999_999_999n],
  'timestamp(s)': [new Date('1900-01-01T00:00:01Z'), new Date('2400-01-01')],
  'timestamp(ms, UTC)': [new Date(-1), new Date('2024-02-29T12:34:56.789Z')],
  'timestamp(us, America/New_York)': [-1n, 1_700_000_000_123_456n],
  'timestamp(ns)': [-1n, 1_700_000_000_123_456_789n],
  'duration(s)': [-1n, 2n ** 62n],
  'duration(ms)': [-1n, 5n],
  'duration(us)': [-1n, 5n],
  'duration(ns)': [-1n, 2n ** 62n],
  'decimal(9, 2)': ['-9999999.99', '0.01', '0.00'],
  'decimal(38, 10)': [`-${'9'.repeat(28)}.${'9'.repeat(10)}`, '0.0000000001'],
  'decimal(76, 38)': [`-${'9'.repeat(38)}.${'9'.repeat(38)}`, `0.${'0'.repeat(37)}1`],
  'list<int32>': [[1, null, 3], [], [4]],
  'list<utf8>': [['a', null], [], ['é', '']],
  'list<list<bool>>': [[[true], null, []], [], [[false, null]]],
  'struct<a: int64, b: utf8>': [
    { a: 1n, b: 'x' },
    { a: null, b: null },
  ],
  'struct<"odd name": list<struct<deep: decimal(5, 1)>>, flag: bool>': [
    { 'odd name': [{ deep: '1.5' }, null], flag: true },
    { 'odd name': [], flag: null },
  ],
  'list<struct<t: timestamp(us), f: fixed_size_binary(2)>>': [[{ t: 5n, f: Uint8Array.of(1, 2) }], [null, { t: null, f: null }]],
}

const rows = 29

/** The shapes in which a column of a type can come. */
export const shapes = {
  'no nulls': (type: DataType) => columnOf(type, () => false),
  'some null': (type: DataType) => columnOf(type, (i) => i % 3 === 1),
  'all null': (type: DataType) => columnOf(type, () => true),
  'no rows': (type: DataType) => columnOf(type, () => false).slice(0, 0),
  'sliced at 1': (type: DataType) => columnOf(type, (i) => i % 4 === 2).slice(1, 28),
  'sliced at 9': (type: DataType) => columnOf(type, (i) => i % 5 === 0).slice(9, 20),
  'slice of a slice': (type: DataType) =>
    columnOf(type, (i) => i % 2 === 0)
      .slice(3)
      .slice(2, 10),
} satisfies Record<string, (type: DataType) => Table>

/** Every type; `null` has no values. */
export const types: readonly DataType[] = ['null', ...Object.keys(samples)]

function columnOf(type: DataType, missing: (row: number) => boolean): Table {
  const values = samples[type] ?? [null]
  const column = Array.from({ length: rows }, (_, i) => (missing(i) ? null : values[i % values.length]!))
  return table({ x: column }, [{ name: 'x', type }]) as unknown as Table
}

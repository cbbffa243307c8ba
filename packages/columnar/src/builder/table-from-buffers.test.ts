import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Buffers } from '@cardcage/plugin/internal'
import { splitTable, tableBytes } from './split-table.ts'
import { tableFromBuffers } from './table-from-buffers.ts'

const fields = [
  { name: 'n', type: 'int64' },
  { name: 's', type: 'utf8' },
  { name: 'b', type: 'bool' },
]
const good = (): Buffers[] => [
  { values: BigInt64Array.of(1n, 0n, 3n), validity: Uint8Array.of(0b101) },
  { values: new TextEncoder().encode('abc'), offsets: Int32Array.of(0, 1, 1, 3) },
  { values: Uint8Array.of(0b110) },
]

test('buffers become the columns they are', () => {
  assert.deepEqual(
    [...tableFromBuffers(fields, good(), 3)],
    [
      { n: 1n, s: 'a', b: false },
      { n: null, s: '', b: true },
      { n: 3n, s: 'bc', b: true },
    ],
  )
})

test('buffers that do not hold the rows are refused with the column', () => {
  for (const [column, buffers] of [
    [0, { values: BigInt64Array.of(1n, 0n) }],
    [0, { values: Float64Array.of(1, 2, 3) }],
    [0, { ...good()[0]!, validity: Uint8Array.of(1, 1) }],
    [1, { values: new Uint8Array(2), offsets: Int32Array.of(0, 1, 1, 3) }],
    [1, { values: new Uint8Array(3) }],
    [2, { values: new Uint8Array(2) }],
  ] as const) {
    assert.throws(() => tableFromBuffers(fields, good().with(column, buffers), 3), {
      code: 'internal',
      message: new RegExp(`column '${fields[column]!.name}'`),
    })
  }
})

test('a table is cut by bytes and by rows, and stays whole where it is small enough', () => {
  const values = Float64Array.from({ length: 1000 }, (_, i) => i)
  const table = tableFromBuffers([{ name: 'x', type: 'float64' }], [{ values }], 1000)
  assert.equal(tableBytes(table), 8000)
  assert.deepEqual([...splitTable(table, 8000, 1000)], [table])
  for (const [bytes, rows, parts] of [
    [2000, 1000, 4],
    [8000, 100, 10],
    [1, 1000, 1000],
  ] as const) {
    const cut = [...splitTable(table, bytes, rows)]
    assert.equal(cut.length, parts)
    assert.deepEqual(
      cut.flatMap((part) => [...part.numbers('x')]),
      [...values],
    )
  }
  assert.deepEqual([...splitTable(table.slice(0, 0), 10, 10)], [])
})

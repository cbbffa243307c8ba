import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PluginError, reader, table, type Fields } from '@cardcage/plugin'
import type { AnyTable } from '@cardcage/plugin/internal'

const schema: Fields = [
  { name: 'n', type: 'float64' },
  { name: 's', type: 'utf8', nullable: false },
]

async function rowsOf(tables: Iterable<AnyTable> | AsyncIterable<AnyTable>): Promise<number> {
  let rows = 0
  for await (const t of reader(schema, tables)) rows += t.numRows
  return rows
}

test('tables come as they are, with what is known of them', async () => {
  const one = table({ n: [1, null], s: ['a', 'b'] }, schema)
  const all = reader(schema, [one, one], { schema: 'declared', rows: 4 })
  assert.equal(all.schema, schema)
  assert.deepEqual(all.found, { schema: 'declared', rows: 4 })
  assert.deepEqual(await Array.fromAsync(all), [one, one])
  assert.equal('found' in reader(schema, []), false)
})

test('a table that does not fit the schema is refused with what differs', async () => {
  const wrong: readonly (readonly [AnyTable, RegExp])[] = [
    [table({ n: [1] }), /'s', is missing/],
    [table({ s: ['a'], n: [1] }), /column 1 is 's', not 'n'/],
    [table({ n: [1n], s: ['a'] }), /'n' is int64, not float64/],
    [table({ n: [1], s: [null, 'a'].slice(0, 1) }, [schema[0]!, { name: 's', type: 'utf8' }]), /'s' has 1 missing values/],
    [table({ n: [1], s: ['a'], more: [true] }), /column 3, 'more'/],
  ]
  for (const [given, message] of wrong) {
    await assert.rejects(
      rowsOf([given]),
      (error: unknown) => PluginError.is(error) && error.code === 'invalid-data' && message.test(error.message),
    )
  }
  assert.equal(await rowsOf([table({ n: [1], s: ['a'] })]), 1, 'a field that may have gaps and has none fits')
})

test('leaving the loop early runs the finally of the generator', async () => {
  let closed = false
  const tables = async function* () {
    try {
      for (;;) yield table({ n: [1], s: ['a'] })
    } finally {
      closed = true
    }
  }
  for await (const _ of reader(schema, tables())) break
  assert.ok(closed)
})

test('a second iteration is refused', async () => {
  const once = reader(schema, [])
  await Array.fromAsync(once)
  assert.throws(
    () => once[Symbol.asyncIterator](),
    (error: unknown) => PluginError.is(error) && /second time/.test(error.message),
  )
})

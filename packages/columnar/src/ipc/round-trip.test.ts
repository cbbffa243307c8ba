import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeSchema, decodeTable, encodeSchema, encodeTable, readFile, readStream, writeFile, writeStream } from '@cardcage/columnar'
import { reader, table, type Fields, type Table } from '@cardcage/plugin'
import { gather, sourceOf } from '../../test/bytes.ts'
import { shapes, types } from '../../test/samples.ts'

const shapeNames = Object.keys(shapes) as (keyof typeof shapes)[]
const rowsOf = (tables: readonly Table[]) => tables.map((t) => [...t.column('x')])

for (const type of types) {
  test(`${type} comes back value by value, in every shape`, async () => {
    const tables = shapeNames.map((shape) => shapes[shape](type))
    const schema = tables[0]!.schema
    const expected = rowsOf(tables)
    for (const [i, shape] of shapeNames.entries()) {
      const decoded = decodeTable(await gather(encodeTable(tables[i]!)), schema)
      assert.deepEqual([...decoded.column('x')], expected[i], shape)
      assert.equal(decoded.column('x').nullCount, tables[i]!.column('x').nullCount, shape)
    }
    const stream = await gather(writeStream(reader(schema, tables)))
    const file = await gather(writeFile(reader(schema, tables)))
    for (const chunk of [1, 7, 100_000]) {
      const read = await readStream(sourceOf(stream, { chunk }))
      assert.deepEqual(read.schema, schema)
      assert.deepEqual(rowsOf(await Array.fromAsync(read)), expected, `stream in chunks of ${chunk}`)
    }
    for (const readAt of [true, false]) {
      const read = await readFile(sourceOf(file, { readAt }))
      assert.deepEqual(read.schema, schema)
      assert.deepEqual(rowsOf(await Array.fromAsync(read)), expected, readAt ? 'file by its footer' : 'file as a stream')
    }
  })
}

test('fields keep their names, nullability and metadata', () => {
  const fields: Fields = [
    { name: '', type: 'utf8' },
    { name: '__proto__', type: 'int64', nullable: false },
    { name: 'Größe 日本', type: 'list<struct<"a, b": decimal256(20, 2)>>', metadata: { unit: 'm³/s', '': '', source: 'x' } },
    { name: 'time', type: 'timestamp(ns, +05:30)', nullable: false, metadata: Object.fromEntries([['__proto__', 'kept']]) },
    ...types.map((type, i) => ({ name: `column ${i}`, type })),
  ]
  assert.deepEqual(decodeSchema(encodeSchema(fields)), fields)
  assert.deepEqual(decodeSchema(encodeSchema([])), [])
  assert.deepEqual(decodeSchema(encodeSchema([{ name: 'a', type: 'utf8', nullable: true }])), [{ name: 'a', type: 'utf8' }])
})

test('many columns, and none', async () => {
  const wide = table(Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`c${i}`, Float64Array.of(i)])))
  const decoded = decodeTable(await gather(encodeTable(wide)), decodeSchema(encodeSchema(wide.schema)))
  assert.deepEqual([...decoded], [...wide])
  const rowsOnly = wide.select()
  assert.equal(decodeTable(await gather(encodeTable(rowsOnly)), []).numRows, 1)
})

test('encoding copies no column buffer, decoding none that lies at a multiple of 8', async () => {
  const x = Float64Array.of(1, 2, 3)
  const parts = encodeTable(table({ x }).slice(1))
  assert.ok(parts.some((part) => part.buffer === x.buffer && part.byteOffset === 8 && part.byteLength === 16))
  const bytes = await gather(parts)
  const schema: Fields = [{ name: 'x', type: 'float64' }]
  assert.equal(decodeTable(bytes, schema).numbers('x').buffer, bytes.buffer)
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  for (const odd of [shifted.subarray(3), Buffer.from(shifted.buffer, 3)]) {
    assert.deepEqual([...decodeTable(odd, schema).numbers('x')], [2, 3])
  }
})

test('a slice takes only its own bytes along', () => {
  const t = table({ s: Array.from({ length: 1000 }, (_, i) => `text number ${i}`), l: Array.from({ length: 1000 }, () => [1n, 2n]) })
  const length = encodeTable(t.slice(500, 502)).reduce((sum, part) => sum + part.length, 0)
  assert.ok(length < 1000, `${length} bytes for two rows`)
})

test('a stream without tables is a valid, empty one', async () => {
  const schema: Fields = [{ name: 'x', type: 'utf8' }]
  const read = [
    await readStream(sourceOf(await gather(writeStream(reader(schema, []))))),
    await readFile(sourceOf(await gather(writeFile(reader(schema, []))), { readAt: true })),
  ]
  for (const one of read) {
    assert.deepEqual(one.schema, schema)
    assert.deepEqual(one.found, { schema: 'embedded' })
    assert.deepEqual(await Array.fromAsync(one), [])
  }
})

test('a stream may end without its end mark', async () => {
  const t = table({ x: [1, 2] })
  const bytes = await gather(writeStream(reader(t.schema, [t])))
  const read = await readStream(sourceOf(bytes.subarray(0, -8)))
  assert.deepEqual(
    (await Array.fromAsync(read)).map((one) => [...one.numbers('x')]),
    [[1, 2]],
  )
})

test('a batch larger than the memory taken at first arrives whole', async () => {
  const x = Float64Array.from({ length: 2_200_000 }, (_, i) => i)
  const t = table({ x })
  const read = await readStream(sourceOf(await gather(writeStream(reader(t.schema, [t]))), { chunk: 1 << 20 }))
  const [back] = await Array.fromAsync(read)
  assert.ok(Buffer.from(x.buffer).equals(new Uint8Array(back!.numbers('x').slice().buffer)))
})

test('reading a stream to its middle ends its source', async () => {
  const t = table({ x: new Float64Array(1000) })
  const bytes = await gather(writeStream(reader(t.schema, [t, t, t])))
  let ended = false
  const source = {
    name: 'watched',
    async *stream() {
      try {
        yield* sourceOf(bytes).stream()
      } finally {
        ended = true
      }
    },
  }
  for await (const _ of await readStream(source)) break
  assert.ok(ended)
})

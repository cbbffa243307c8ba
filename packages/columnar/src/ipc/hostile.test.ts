// Bytes of an unknown sender: whatever they are, there is a table of consistent values or a PluginError.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeSchema, decodeTable, encodeSchema, encodeTable, readFile, readStream, writeFile, writeStream } from '@cardcage/columnar'
import { PluginError, reader, table, type Fields, type Table } from '@cardcage/plugin'
import { gather, sourceOf } from '../../test/bytes.ts'
import { mutate, randomFrom } from '../../test/mutate.ts'
import { samples } from '../../test/samples.ts'
import { headers, writeMessage } from './message.ts'
import type { FlatNode } from './flatbuffer-writer.ts'

const everyType = table(
  Object.fromEntries(
    Object.entries(samples).map(([type, values]) => [
      type,
      Array.from({ length: 9 }, (_, i) => (i % 4 === 1 ? null : values[i % values.length]!)),
    ]),
  ),
  Object.keys(samples).map((type) => ({ name: type, type, metadata: { unit: 'm' } })),
) as unknown as Table

/** Reads every value, so that nothing outside the buffers goes unseen; gives the number of values. */
function readAll(t: Table): number {
  let values = 0
  for (const name of t.names) {
    const column = t.column(name)
    assert.equal(column.length, t.numRows)
    for (const value of column) {
      assert.notEqual(value, undefined, `a value of ${name} lies outside its buffer`)
      values++
    }
  }
  return values
}

async function survives(work: () => unknown, what: string): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    assert.ok(PluginError.is(error), `${what}: ${error instanceof Error ? error.stack : String(error)}`)
    assert.ok(['invalid-data', 'unsupported', 'limit-exceeded'].includes(error.code), `${what}: ${error.code}`)
    return false
  }
}

test('1,500 mutated batches give consistent tables or a PluginError', async () => {
  const bytes = await gather(encodeTable(everyType))
  const random = randomFrom(1)
  let refused = 0
  for (let i = 0; i < 1500; i++) {
    const changed = mutate(bytes, random)
    if (!(await survives(() => readAll(decodeTable(changed, everyType.schema)), `mutation ${i}`))) refused++
  }
  assert.ok(refused > 500 && refused < 1500, `${refused} refused`)
})

test('1,000 mutated schemas give fields or a PluginError', async () => {
  const bytes = encodeSchema(everyType.schema)
  const random = randomFrom(2)
  let refused = 0
  for (let i = 0; i < 1000; i++) {
    const changed = mutate(bytes, random)
    if (!(await survives(() => encodeSchema(decodeSchema(changed)), `mutation ${i}`))) refused++
  }
  assert.ok(refused > 300 && refused < 1000, `${refused} refused`)
})

test('800 mutated streams and files give consistent tables or a PluginError', async () => {
  const small = everyType.slice(0, 5)
  const stream = await gather(writeStream(reader(small.schema, [small, small])))
  const file = await gather(writeFile(reader(small.schema, [small, small])))
  const random = randomFrom(3)
  let refused = 0
  for (let i = 0; i < 800; i++) {
    const isFile = i % 2 === 0
    const source = sourceOf(mutate(isFile ? file : stream, random), { chunk: 4096, readAt: isFile })
    const work = async () => {
      for await (const t of await (isFile ? readFile : readStream)(source)) readAll(t)
    }
    if (!(await survives(work, `mutation ${i}`))) refused++
  }
  assert.ok(refused > 200 && refused < 800, `${refused} refused`)
})

test('every cut of a message is refused', async () => {
  const t = table({ s: ['some', 'text'], n: [1, null] })
  const batch = await gather(encodeTable(t))
  const schema = encodeSchema(t.schema)
  for (let length = 0; length < batch.length; length++) {
    assert.throws(() => decodeTable(batch.slice(0, length), t.schema), { code: 'invalid-data' }, `batch of ${length} bytes`)
  }
  for (let length = 0; length < schema.length; length += 3) {
    assert.throws(() => decodeSchema(schema.slice(0, length)), { code: 'invalid-data' }, `schema of ${length} bytes`)
  }
  assert.throws(() => decodeTable(new Uint8Array([...batch, 0]), t.schema), { code: 'invalid-data' }, 'a byte too many')
})

interface Lies {
  rows?: number
  nodes?: readonly number[]
  buffers?: readonly number[]
  body?: Uint8Array
}

/** One column of three rows, as an honest sender writes it but for the lies. */
function batchOf({ rows = 3, nodes = [3, 0], buffers, body = new Uint8Array(24) }: Lies): Uint8Array {
  const node: FlatNode = {
    object: [
      { slot: 0, bytes: 8, value: rows },
      { slot: 1, node: { int64s: nodes, perStruct: 2 } },
      { slot: 2, node: { int64s: buffers ?? [0, 0, 0, body.length], perStruct: 2 } },
    ],
  }
  return new Uint8Array(Buffer.concat([writeMessage('recordBatch', node, body.length), body]))
}

const refuse = (type: string, lies: Lies, message: RegExp) => {
  const fields: Fields = [{ name: 'x', type }]
  assert.throws(() => decodeTable(batchOf(lies), fields), { code: 'invalid-data', message })
}

test('claims that the bytes do not bear out are refused', () => {
  assert.deepEqual([...decodeTable(batchOf({}), [{ name: 'x', type: 'float64' }]).numbers('x')], [0, 0, 0], 'an honest batch')
  refuse('float64', { rows: 4 }, /has 3 rows, not 4/)
  refuse('float64', { rows: 2 ** 40, nodes: [2 ** 40, 0] }, /claims 1099511627776 values/)
  refuse('float64', { rows: 2 ** 31 - 1, nodes: [2 ** 31 - 1, 0] }, /24 bytes where 17179869176 are needed/)
  refuse('float64', { rows: 4, nodes: [4, 0] }, /24 bytes where 32 are needed/)
  refuse('bool', { rows: 200, nodes: [200, 0] }, /24 bytes where 25 are needed/)
  refuse('float64', { nodes: [3, 4] }, /claims 3 values and 4 missing/)
  refuse('float64', { nodes: [3, 1] }, /does not say which values/)
  refuse('float64', { nodes: [] }, /has no values for column/)
  refuse('float64', { nodes: [3, 0, 3, 0] }, /more columns than its schema/)
  refuse('float64', { buffers: [0, 0] }, /a buffer of column 'x' is missing/)
  refuse('float64', { buffers: [0, 0, 0, 24, 0, 24] }, /more columns than its schema/)
  refuse('float64', { buffers: [0, 0, 8, 24] }, /lies outside its body/)
  refuse('float64', { buffers: [0, 0, 2 ** 52, 24] }, /lies outside its body/)
  refuse('float64', { buffers: [0, 0, 1, 23] }, /multiple of 8/)
  refuse('null', { rows: 2 ** 30, nodes: [2 ** 30, 0], buffers: [] }, /without bytes/)
  refuse('struct<>', { rows: 2 ** 30, nodes: [2 ** 30, 0], buffers: [0, 0] }, /without bytes/)
  assert.throws(() => decodeTable(batchOf({ rows: 2 ** 40, nodes: [], buffers: [] }), []), {
    code: 'invalid-data',
    message: /without columns/,
  })
  assert.throws(() => decodeTable(batchOf({ nodes: [3, 1], buffers: [0, 1, 0, 24] }), [{ name: 'x', type: 'float64', nullable: false }]), {
    message: /may have none/,
  })
})

test('positions of texts and items that go back or outside are refused', () => {
  const offsets = (...values: number[]) => new Uint8Array(Int32Array.from([...values, 0, 0, 0, 0]).buffer)
  const text = (body: Uint8Array, length = 8): Lies => ({ body, buffers: [0, 0, 0, 16, 16, length] })
  assert.deepEqual(
    [...decodeTable(batchOf(text(offsets(0, 1, 1, 8))), [{ name: 'x', type: 'utf8' }]).column('x')].map(
      (value) => (value as string).length,
    ),
    [1, 0, 7],
  )
  refuse('utf8', text(offsets(0, 2, 1, 8)), /do not ascend/)
  refuse('utf8', text(offsets(-1, 2, 3, 8)), /do not ascend/)
  refuse('binary', text(offsets(0, 1, 2, 9)), /lie outside/)
  refuse('utf8', { body: offsets(0, 1, 2), buffers: [0, 0, 0, 12, 16, 0] }, /12 bytes where 16 are needed/)
  const list = (body: Uint8Array): Lies => ({ nodes: [3, 0, 2, 0], body, buffers: [0, 0, 0, 16, 0, 0, 16, 8] })
  refuse('list<int32>', list(offsets(0, 1, 2, 3)), /lie outside/)
  refuse('struct<a: int64>', { nodes: [3, 0, 2, 0], buffers: [0, 0, 0, 0, 0, 24] }, /differ in length/)
})

test('texts that are not UTF-8 are refused, also where only a cut goes through a character', () => {
  const body = new Uint8Array(24)
  body.set([0xc3, 0xa9], 16)
  const cut = (at: number) => {
    new Int32Array(body.buffer, 0, 4).set([0, at, 2, 2])
    return { body, buffers: [0, 0, 0, 16, 16, 2] }
  }
  assert.equal(decodeTable(batchOf(cut(2)), [{ name: 'x', type: 'utf8' }]).column('x')[0], 'é')
  refuse('utf8', cut(1), /not UTF-8/)
  body[17] = 0x28
  refuse('utf8', cut(2), /not UTF-8/)
})

test('a batch of another kind, or compressed, is refused', async () => {
  const t = table({ x: [1] })
  assert.throws(() => decodeTable(encodeSchema(t.schema), t.schema), { code: 'invalid-data' })
  const batch = await gather(encodeTable(t))
  assert.throws(() => decodeSchema(batch), { code: 'invalid-data' })
  const compressed = writeMessage('recordBatch', { object: [{ slot: 3, node: { object: [] } }] }, 0)
  assert.throws(() => decodeTable(compressed, []), { code: 'unsupported', message: /compressed/ })
  assert.equal(headers.recordBatch, 3)
})

test('a schema that refers to itself or to one field a million times ends soon', () => {
  const field = (children: FlatNode): FlatNode => ({
    object: [
      { slot: 0, node: { text: 'x' } },
      { slot: 2, bytes: 1, value: 13 },
      { slot: 3, node: { object: [] } },
      { slot: 5, node: children },
    ],
  })
  // The writer copies nodes; so the references are bent by hand: every child of the field is the field itself.
  const bytes = writeMessage(
    'schema',
    { object: [{ slot: 1, node: { nodes: [field({ nodes: Array.from({ length: 64 }, () => ({ object: [] })) })] } }] },
    0,
  )
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const count = bytes.findIndex((byte, i) => byte === 64 && i % 4 === 0 && view.getUint32(i, true) === 64)
  assert.ok(count > 0)
  const fieldAt = fieldPosition(view)
  for (let i = 0; i < 64; i++) view.setUint32(count + 4 + 4 * i, (fieldAt - (count + 4 + 4 * i)) >>> 0, true)
  assert.throws(() => decodeSchema(bytes), { code: 'invalid-data' })
  // Forward references cannot form a circle, but a tree whose branches are shared: 8 levels of 61 references to one object each.
  const tree = sharedTree(8, 61)
  assert.throws(() => decodeSchema(tree), { code: 'invalid-data', message: /more objects/ })
})

/** Where the only field of a schema lies. */
function fieldPosition(view: DataView): number {
  const follow = (at: number) => at + view.getUint32(at, true)
  const slot = (object: number, index: number) => object + view.getUint16(object - view.getInt32(object, true) + 4 + 2 * index, true)
  const schema = follow(slot(follow(8), 2))
  return follow(follow(slot(schema, 1)) + 4)
}

/** A schema of one struct, `levels` deep (an odd `width` is no distance between nodes, so it is found again in the bytes), whose `width` children on each level are one and the same object. */
function sharedTree(levels: number, width: number): Uint8Array {
  let node: FlatNode = { nodes: [] }
  const struct = (children: FlatNode): FlatNode => ({
    object: [
      { slot: 0, node: { text: '' } },
      { slot: 2, bytes: 1, value: 13 },
      { slot: 3, node: { object: [] } },
      { slot: 5, node: children },
    ],
  })
  for (let level = 0; level < levels; level++) node = { nodes: [struct(node), ...Array.from({ length: width - 1 }, () => ({ text: '' }))] }
  const bytes = writeMessage('schema', { object: [{ slot: 1, node }] }, 0)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  for (let at = 8; at + 4 <= bytes.length; at += 4) {
    if (view.getUint32(at, true) !== width || at + 4 + 4 * width > bytes.length) continue
    const first = at + 4 + view.getUint32(at + 4, true)
    for (let i = 1; i < width; i++) view.setUint32(at + 4 + 4 * i, first - (at + 4 + 4 * i), true)
  }
  return bytes
}

test('a stream that promises gigabytes takes no memory for them', async () => {
  const t = table({ x: [1] })
  const schema = encodeSchema(t.schema)
  const promise = writeMessage('recordBatch', { object: [{ slot: 0, bytes: 8, value: 1 }] }, 2 ** 31 - 1)
  const before = process.memoryUsage().arrayBuffers
  const read = await readStream(sourceOf(new Uint8Array(Buffer.concat([schema, promise]))))
  await assert.rejects(Array.fromAsync(read), { code: 'invalid-data', message: /in the middle of an Arrow message/ })
  assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 2 ** 20)
  const more = writeMessage('recordBatch', { object: [] }, 2 ** 40)
  const huge = await readStream(sourceOf(new Uint8Array(Buffer.concat([schema, more]))))
  await assert.rejects(Array.fromAsync(huge), { code: 'limit-exceeded' })
})

import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { test } from 'node:test'
import { PluginError, type Table, table } from '@cardcage/plugin'
import { Inbound } from './inbound.ts'
import { messages } from './message.ts'
import { Outbound } from './outbound.ts'
import { memoryPorts } from './port.ts'
import { receiveBytes, receiveTables, sendBytes, sendTable, sendTables } from './table.ts'

/** Both ends of one stream over ports in memory; `types` are the messages that were sent. */
function stream(): { out: Outbound; inbound: Inbound; types: number[] } {
  const [a, b] = memoryPorts()
  const out = new Outbound(a, 1, 1)
  const inbound = new Inbound(b, 1, 1)
  const types: number[] = []
  b.onFrame = ({ type, payload }) => {
    types.push(type)
    if (type === messages.end.type) inbound.finish()
    else if (type === messages.fail.type)
      inbound.finish(new PluginError('conflict', (JSON.parse(Buffer.from(payload).toString()) as { message: string }).message))
    else assert.equal(inbound.push(type, payload, false), undefined)
  }
  a.onFrame = ({ type, payload }) => {
    if (type === messages.close.type) out.close()
    else assert.equal(out.grant(Buffer.from(payload).readUInt32LE(0)), undefined)
  }
  return { out, inbound, types }
}

async function read(inbound: Inbound): Promise<Table[]> {
  return await Array.fromAsync(await receiveTables(inbound))
}

test('a table arrives with its types and nulls', async () => {
  const { out, inbound } = stream()
  const given = table({ n: [1.5, null, 3], t: ['a', 'b', null], i: [1n, 2n, null] })
  void sendTable(out, given)
  const [arrived] = await read(inbound)
  assert.deepEqual(arrived!.schema, given.schema)
  assert.deepEqual([...arrived!], [...given])
})

test('a large table is cut by rows into messages that fit, and arrives whole', async () => {
  const { out, inbound, types } = stream()
  const value = Float64Array.from({ length: 5_000_000 }, (_, index) => index)
  void sendTable(out, table({ value }))
  let next = 0
  for (const piece of await read(inbound)) for (const one of piece.numbers('value')) assert.equal(one, next++)
  assert.equal(next, 5_000_000)
  assert.ok(types.filter((type) => type === messages.table.type).length >= 5)
})

test('an error of the source travels to the receiver', async () => {
  const { out, inbound } = stream()
  const one = table({ a: [1] })
  await sendTables(
    out,
    one.schema,
    (async function* () {
      yield one
      throw new PluginError('conflict', 'the source is broken')
    })(),
  )
  await assert.rejects(read(inbound), { message: 'the source is broken' })
})

test('a receiver that leaves early runs the cleanup of the source, before the stream ends', async () => {
  const { out, inbound, types } = stream()
  const one = table({ a: [1] })
  const order: string[] = []
  const sending = sendTables(
    out,
    one.schema,
    (async function* () {
      try {
        for (;;) {
          await nextTurn()
          yield one
        }
      } finally {
        await nextTurn()
        order.push(`cleaned, ended: ${types.includes(messages.end.type)}`)
      }
    })(),
  )
  for await (const _ of await receiveTables(inbound)) break
  await sending
  await nextTurn()
  assert.deepEqual(order, ['cleaned, ended: false'])
  assert.equal(types.filter((type) => type === messages.end.type || type === messages.fail.type).length, 1)
})

test('a cleanup that throws after the receiver has left ends the stream once', async () => {
  const { out, inbound, types } = stream()
  const sending = sendBytes(
    out,
    (async function* () {
      try {
        for (;;) {
          await nextTurn()
          yield Uint8Array.of(1)
        }
      } finally {
        throw new Error('the cleanup is broken') // oxlint-disable-line no-unsafe-finally -- that is the case
      }
    })(),
  )
  for await (const _ of receiveBytes(inbound)) break
  await sending
  await nextTurn()
  assert.deepEqual(
    types.filter((type) => type === messages.end.type || type === messages.fail.type),
    [messages.fail.type],
  )
})

test('bytes arrive in order; what is no bytes is an error', async () => {
  const { out, inbound } = stream()
  const sent = Buffer.alloc(9_000_000, 'abc')
  void sendBytes(out, [sent.subarray(0, 10), sent.subarray(10)])
  assert.ok(Buffer.concat(await Array.fromAsync(receiveBytes(inbound))).equals(sent))
  const other = stream()
  void sendBytes(other.out, ['text' as never])
  await assert.rejects(Array.fromAsync(receiveBytes(other.inbound)), /held a string/)
})

test('a schema or a table that cannot be read closes the stream and tells the session', async () => {
  for (const type of [messages.schema.type, messages.table.type]) {
    const [port] = memoryPorts()
    const inbound = new Inbound(port, 1, 1)
    const reasons: string[] = []
    inbound.onBroken = (reason) => void reasons.push(reason)
    const source = stream()
    void sendTable(source.out, table({ a: [1] }))
    const schema = (await source.inbound.next())!.payload
    inbound.push(messages.schema.type, type === messages.schema.type ? new Uint8Array(50) : schema, false)
    if (type === messages.table.type) inbound.push(type, new Uint8Array(50), false)
    await assert.rejects(read(inbound), (error: PluginError) => {
      assert.equal(error.code, 'protocol')
      assert.deepEqual(error.details, { cause: 'payload', reason: reasons[0] ?? 'the session was not told' })
      return true
    })
    assert.equal(reasons.length, 1)
    assert.equal(inbound.closed, true)
  }
})

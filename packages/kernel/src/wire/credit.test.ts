import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { PluginError } from '@cardcage/plugin'
import { maxFrameBytes } from './frame.ts'
import { Inbound } from './inbound.ts'
import { messages } from './message.ts'
import { Outbound } from './outbound.ts'
import { memoryPorts, type Port } from './port.ts'
import { messageCost, windowBytes } from './window.ts'

const { schema, table, bytes, credit, close } = messages
const MiB = 1024 * 1024

/** A port that notes what is sent. */
function noting(): { port: Port; sent: { type: number; payload: Uint8Array }[] } {
  const sent: { type: number; payload: Uint8Array }[] = []
  const [port] = memoryPorts()
  port.send = (type, _channel, _id, ...parts) => void sent.push({ type, payload: Buffer.concat(parts) })
  return { port, sent }
}

const granted = (sent: readonly { type: number; payload: Uint8Array }[]) =>
  sent.filter(({ type }) => type === credit.type).reduce((sum, { payload }) => sum + Buffer.from(payload).readUInt32LE(0), 0)

describe('the sending end', () => {
  test('waits when the window is used up, and goes on when as much has been granted', async () => {
    const { port } = noting()
    const out = new Outbound(port, 1, 1)
    for (let message = 0; message < 8; message++) {
      assert.equal(await out.ready(), true)
      out.send(bytes.type, [new Uint8Array(MiB)])
    }
    assert.equal(out.starving, false)
    let ready: boolean | undefined
    const waiting = out.ready().then((open) => (ready = open))
    await nextTurn()
    assert.equal(ready, undefined)
    assert.equal(out.grant(8 * messageCost), undefined)
    await nextTurn()
    assert.equal(ready, undefined)
    out.grant(1)
    await waiting
    assert.equal(ready, true)
  })

  test('takes no more credit than it has used', () => {
    const { port } = noting()
    const out = new Outbound(port, 1, 1)
    assert.equal(out.grant(1), 'credit')
    out.send(bytes.type, [new Uint8Array(100)])
    assert.equal(out.grant(100 + messageCost), undefined)
    assert.equal(out.grant(1), 'credit')
    out.end()
    assert.equal(out.grant(0xffffffff), 'credit')
  })

  test('does not pay for its schema', () => {
    const out = new Outbound(noting().port, 1, 1)
    out.send(schema.type, [new Uint8Array(100)])
    assert.equal(out.grant(1), 'credit')
  })

  test('ends once, whatever is said after', () => {
    const { port, sent } = noting()
    const out = new Outbound(port, 1, 1)
    out.end()
    out.end('{}')
    out.end()
    assert.deepEqual(
      sent.map(({ type }) => type),
      [messages.end.type],
    )
  })

  test('does not wait for a receiver that wants no more', async () => {
    const out = new Outbound(noting().port, 1, 1)
    out.send(bytes.type, [new Uint8Array(9 * MiB)])
    const waiting = out.ready()
    out.close()
    assert.equal(await waiting, false)
  })

  test('refuses a message above 64 MiB', () => {
    const out = new Outbound(noting().port, 1, 1)
    assert.throws(() => out.send(table.type, [new Uint8Array(64 * MiB), new Uint8Array(1)]), { code: 'limit-exceeded' })
  })
})

describe('the receiving end', () => {
  test('grants what has been taken, in pieces, and exactly as much as was sent', async () => {
    const { port, sent } = noting()
    const inbound = new Inbound(port, 1, 1)
    const out = new Outbound(noting().port, 1, 1)
    let given = 0
    for (let message = 0; message < 200; message++) {
      assert.equal(await out.ready(), true)
      out.send(bytes.type, [new Uint8Array(300_000)])
      assert.equal(inbound.push(bytes.type, new Uint8Array(300_000), false), undefined)
      await inbound.next()
      const now = granted(sent)
      assert.equal(out.grant(now - given), undefined)
      given = now
    }
    assert.ok(given > 190 * 300_000 && given <= 200 * (300_000 + messageCost))
    assert.ok(sent.length < 200 / 5)
  })

  test('reports a sender that goes over its credit, also with empty messages', () => {
    const large = new Inbound(noting().port, 1, 1)
    assert.equal(large.push(bytes.type, new Uint8Array(windowBytes), false), undefined)
    assert.equal(large.push(bytes.type, new Uint8Array(0), false), 'credit')
    const empty = new Inbound(noting().port, 1, 1)
    for (let message = 0; message < windowBytes / messageCost; message++)
      assert.equal(empty.push(bytes.type, new Uint8Array(0), false), undefined)
    assert.equal(empty.push(bytes.type, new Uint8Array(0), false), 'credit')
  })

  test('joins the frames of one message and takes no other type between them', async () => {
    const inbound = new Inbound(noting().port, 1, 1)
    const full = new Uint8Array(maxFrameBytes).fill(1)
    assert.equal(inbound.push(bytes.type, full, true), undefined)
    assert.equal(inbound.push(bytes.type, Uint8Array.of(2, 3), false), undefined)
    const message = await inbound.next()
    assert.equal(message!.payload.length, maxFrameBytes + 2)
    assert.equal(message!.payload.at(-1), 3)
    inbound.push(bytes.type, full, true)
    assert.equal(inbound.push(schema.type, Uint8Array.of(1), false), 'order')
  })

  test('reports frames that go on for ever', () => {
    const inbound = new Inbound(noting().port, 1, 1)
    const full = new Uint8Array(maxFrameBytes)
    for (let frame = 0; frame < 4; frame++) assert.equal(inbound.push(bytes.type, full, true), undefined)
    assert.equal(inbound.push(bytes.type, Uint8Array.of(1), false), 'frame')
    assert.equal(new Inbound(noting().port, 1, 1).push(bytes.type, new Uint8Array(5), true), 'frame')
  })

  test('wants a schema and then tables, or bytes', () => {
    const fresh = () => new Inbound(noting().port, 1, 1)
    assert.equal(fresh().push(table.type, new Uint8Array(1), false), 'order')
    const tables = fresh()
    assert.equal(tables.push(schema.type, new Uint8Array(1), false), undefined)
    assert.equal(tables.push(table.type, new Uint8Array(1), false), undefined)
    assert.equal(tables.push(schema.type, new Uint8Array(1), false), 'order')
    tables.finish()
    assert.equal(tables.push(table.type, new Uint8Array(1), false), 'order')
  })

  test('gives what has come before the end and then the end, or the error', async () => {
    const inbound = new Inbound(noting().port, 1, 1)
    inbound.push(bytes.type, Uint8Array.of(1), false)
    inbound.finish(new PluginError('unavailable', 'gone away'))
    assert.deepEqual([...(await inbound.next())!.payload], [1])
    await assert.rejects(inbound.next(), { message: 'gone away' })
  })

  test('that is closed tells the sender once, drops what comes, and still keeps count of it', async () => {
    const { port, sent } = noting()
    const inbound = new Inbound(port, 1, 1)
    inbound.push(bytes.type, Uint8Array.of(1), false)
    inbound.close()
    inbound.close()
    assert.equal(await inbound.next(), undefined)
    assert.deepEqual(
      sent.map(({ type }) => type),
      [close.type],
    )
    assert.equal(inbound.push(bytes.type, new Uint8Array(windowBytes), false), undefined)
    assert.equal(inbound.push(bytes.type, new Uint8Array(1), false), 'credit')
  })

  test('that is cut gives the error at once, to one who waits as well', async () => {
    const inbound = new Inbound(noting().port, 1, 1)
    const waiting = inbound.next()
    inbound.cut(new PluginError('timeout', 'too late'))
    await assert.rejects(waiting, { message: 'too late' })
    await assert.rejects(inbound.next(), { message: 'too late' })
  })

  test('keeps a small message in memory of its own', async () => {
    const inbound = new Inbound(noting().port, 1, 1)
    const chunk = Buffer.alloc(65_536, 7)
    inbound.push(bytes.type, chunk.subarray(100, 110), false)
    chunk.fill(0)
    const { payload } = (await inbound.next())!
    assert.equal(payload.buffer.byteLength, 10)
    assert.deepEqual(
      [...payload],
      Array.from({ length: 10 }, () => 7),
    )
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maxFrameBytes } from './frame.ts'
import { frameFault } from './frame-fault.ts'
import { type MessageEntry, messageName, messages } from './message.ts'

const entries = Object.entries<MessageEntry>(messages)

test('every message has a type of its own that fits into a byte, and is found by it', () => {
  assert.equal(new Set(entries.map(([, { type }]) => type)).size, entries.length)
  for (const [name, { type }] of entries) {
    assert.ok(type > 0 && type < 256)
    assert.equal(messageName(type), name)
  }
  assert.equal(messageName(0), undefined)
})

test('every message of the table passes as it should be, and not from the wrong side', () => {
  for (const [name, { type, from, id, channel, payload }] of entries) {
    const frame = {
      type,
      flags: 0,
      channel: channel === 'zero' ? 0 : 1,
      id: id === 'zero' ? 0 : 7,
      payload: new Uint8Array(payload === 'u32' ? 4 : payload === 'none' ? 0 : 2),
    }
    for (const side of ['host', 'runner'] as const)
      assert.equal(frameFault(frame, side), from === 'both' || from === side ? undefined : 'order', `${name} from ${side}`)
    const side = from === 'host' ? 'host' : 'runner'
    assert.equal(frameFault({ ...frame, channel: channel === 'zero' ? 1 : 0 }, side), 'frame', name)
    assert.equal(frameFault({ ...frame, flags: 2 }, side), 'frame', name)
    assert.equal(frameFault({ ...frame, flags: 1 }, side), 'frame', name)
    if (id !== 'call or zero') assert.equal(frameFault({ ...frame, id: id === 'zero' ? 1 : 0 }, side), 'order', name)
    if (payload === 'none' || payload === 'u32') assert.equal(frameFault({ ...frame, payload: new Uint8Array(5) }, side), 'payload', name)
  }
})

test('only full frames of a stream may go on in another', () => {
  const full = { flags: 1, channel: 0x8000, id: 1, payload: new Uint8Array(maxFrameBytes) }
  for (const name of ['schema', 'table', 'bytes'] as const)
    assert.equal(frameFault({ ...full, type: messages[name].type }, 'runner'), undefined)
  assert.equal(frameFault({ ...full, type: messages.result.type, channel: 0 }, 'runner'), 'frame')
})

test('a type that is none is garbage', () => {
  assert.equal(frameFault({ type: 200, flags: 0, channel: 0, id: 0, payload: new Uint8Array() }, 'runner'), 'garbage')
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { test } from 'node:test'
import { flagMore, type Frame, maxFrameBytes } from './frame.ts'
import { memoryPorts, type Port, socketPort } from './port.ts'

function pair(): { a: Port; b: Port; frames: Frame[]; ends: string[]; writes: () => number } {
  const [left, right] = duplexPair()
  let writes = 0
  const { write } = left
  left.write = ((...args: Parameters<typeof write>) => {
    writes++
    return write.apply(left, args)
  }) as typeof write
  const a = socketPort(left)
  const b = socketPort(right)
  const frames: Frame[] = []
  const ends: string[] = []
  b.onFrame = (frame) => void frames.push({ ...frame, payload: frame.payload.slice() })
  b.onEnd = (how) => void ends.push(how)
  return { a, b, frames, ends, writes: () => writes }
}

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !done(); turn++) await nextTurn()
  assert.ok(done(), 'it did not come')
}

test('all small messages of a tick leave in one write, in order, with their text and bytes', async () => {
  const { a, frames, writes } = pair()
  a.sendText(1, 0, 0, 'grüße 🎈')
  a.send(2, 3, 4, Uint8Array.of(1, 2), Uint8Array.of(3))
  a.send(5, 6, 7)
  await until(() => frames.length === 3)
  assert.equal(writes(), 1)
  assert.equal(Buffer.from(frames[0]!.payload).toString(), 'grüße 🎈')
  assert.deepEqual(frames[1], { type: 2, flags: 0, channel: 3, id: 4, payload: Buffer.from([1, 2, 3]) })
  assert.deepEqual(frames[2], { type: 5, flags: 0, channel: 6, id: 7, payload: Buffer.alloc(0) })
})

test('many messages of every size pass the slab unharmed', async () => {
  const { a, frames } = pair()
  const payloads = Array.from({ length: 400 }, (_, index) => Buffer.alloc((index * 977) % 40_000, index))
  for (const [index, payload] of payloads.entries()) {
    if (index % 3 === 0) a.sendText(1, 0, index, payload.toString('latin1'))
    else a.send(1, 0, index, payload)
    if (index % 50 === 0) await nextTurn()
  }
  await until(() => frames.length === payloads.length)
  for (const [index, { id, payload }] of frames.entries()) {
    assert.equal(id, index)
    const sent = payloads[index]!
    assert.ok(Buffer.from(payload).equals(index % 3 === 0 ? Buffer.from(sent.toString('latin1')) : sent), `message ${index}`)
  }
})

test('a payload above 16 MiB goes out in full frames marked as going on', async () => {
  const { a, frames } = pair()
  const parts = [Buffer.alloc(10 * 1024 * 1024, 1), Buffer.alloc(20 * 1024 * 1024, 2), Buffer.alloc(5, 3)]
  a.send(9, 1, 1, ...parts)
  await until(() => frames.length === 2)
  assert.deepEqual(
    frames.map(({ flags, payload }) => [flags, payload.length]),
    [
      [flagMore, maxFrameBytes],
      [0, 30 * 1024 * 1024 + 5 - maxFrameBytes],
    ],
  )
  assert.ok(Buffer.concat(frames.map(({ payload }) => payload)).equals(Buffer.concat(parts)))
})

test('a payload of exactly 16 MiB is one frame', async () => {
  const { a, frames } = pair()
  a.send(9, 1, 1, Buffer.alloc(maxFrameBytes))
  await until(() => frames.length === 1)
  assert.equal(frames[0]!.flags, 0)
})

test('what the other side does not take is pending, until it is drained', async () => {
  const [left, right] = duplexPair()
  const port = socketPort(left)
  right.pause()
  port.send(1, 0, 0, Buffer.alloc(100_000))
  assert.equal(port.pending, 100_012)
  let drained = false
  const waiting = port.drained().then(() => (drained = true))
  await nextTurn()
  assert.equal(drained, false)
  right.resume()
  await waiting
  assert.equal(port.pending, 0)
})

test('the end of the other side is told once, and in the middle of a frame as such', async () => {
  for (const [bytes, how] of [
    [[], 'closed'],
    [[5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1], 'cut'],
    [[255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0, 1], 'garbage'],
  ] as const) {
    const [left, right] = duplexPair()
    const port = socketPort(left)
    const ends: string[] = []
    port.onEnd = (end) => void ends.push(end)
    right.end(Buffer.from(bytes))
    await once(left, 'close')
    await nextTurn()
    assert.deepEqual(ends, [how])
  }
})

test('a port that was closed sends and gives nothing any more', async () => {
  const { a, b, frames, ends } = pair()
  b.close()
  a.send(1, 0, 0)
  await nextTurn()
  await nextTurn()
  assert.deepEqual([frames, ends, b.pending], [[], [], 0])
  b.send(1, 0, 0)
})

test('a side that keeps its share lets others run while it is flooded, and loses nothing', async () => {
  const [left, right] = duplexPair()
  const a = socketPort(left)
  const b = socketPort(right, { share: 0.5 })
  let frames = 0
  b.onFrame = () => {
    frames++
    const until = performance.now() + 1
    while (performance.now() < until);
  }
  let paused = 0
  const { pause } = right
  right.pause = () => {
    paused++
    return pause.call(right)
  }
  for (let message = 0; message < 300; message++) {
    a.send(1, 0, 0)
    if (message % 10 === 0) await nextTurn()
  }
  while (frames < 300) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.ok(paused > 0)
})

test('ports in memory carry the same, in order', async () => {
  const [a, b] = memoryPorts()
  const frames: Frame[] = []
  b.onFrame = (frame) => void frames.push(frame)
  let ended = false
  b.onEnd = () => (ended = true)
  a.send(1, 2, 3, Uint8Array.of(1), Uint8Array.of(2))
  a.sendText(4, 0, 0, 'x')
  a.close()
  await nextTurn()
  assert.deepEqual(
    frames.map(({ type, channel, id, payload }) => [type, channel, id, [...payload]]),
    [
      [1, 2, 3, [1, 2]],
      [4, 0, 0, [120]],
    ],
  )
  assert.equal(ended, true)
})

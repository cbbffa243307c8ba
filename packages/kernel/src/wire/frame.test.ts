import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Frame, FrameReader, headerBytes, maxFrameBytes, writeHeader } from './frame.ts'

function bytesOf(type: number, payload: Uint8Array, { flags = 0, channel = 0, id = 0 } = {}): Uint8Array {
  const bytes = new Uint8Array(headerBytes + payload.length)
  writeHeader(bytes, 0, payload.length, type, flags, channel, id)
  bytes.set(payload, headerBytes)
  return bytes
}

function reading(): { reader: FrameReader; frames: Frame[]; errors: string[] } {
  const frames: Frame[] = []
  const errors: string[] = []
  const reader = new FrameReader(
    (frame) => frames.push({ ...frame, payload: new Uint8Array(frame.payload) }),
    (reason) => errors.push(reason),
  )
  return { reader, frames, errors }
}

const sizes = [0, 1, 11, 12, 100, 4095, 4096, 4097, 9000]
const sent = sizes.map((size, index) => ({
  type: index + 1,
  flags: index & 1,
  channel: 0xff00 + index,
  id: 0xfffffff0 + index,
  payload: Uint8Array.from({ length: size }, (_, at) => (at * 7 + index) & 255),
}))
const stream = Buffer.concat(sent.map(({ type, payload, ...head }) => bytesOf(type, payload, head)))

describe('frames', () => {
  test('come out as they were written, however the bytes are cut', () => {
    for (const piece of [1, 2, 3, 5, 7, 11, 12, 13, 100, 4095, 4096, 4108, 5000, stream.length]) {
      const { reader, frames, errors } = reading()
      for (let from = 0; from < stream.length; from += piece) reader.feed(stream.subarray(from, from + piece))
      assert.deepEqual(frames, sent, `pieces of ${piece} bytes`)
      assert.equal(reader.unfinished, false)
      assert.deepEqual(errors, [])
    }
  })

  test('cut once at every place come out the same', () => {
    for (let at = 0; at <= stream.length; at++) {
      const { reader, frames } = reading()
      reader.feed(stream.subarray(0, at))
      reader.feed(stream.subarray(at))
      assert.equal(frames.length, sent.length, `cut at ${at}`)
      assert.deepEqual(frames.at(-1), sent.at(-1))
    }
  })

  test('of the largest size are read; one byte more is refused before anything is kept', () => {
    const { reader, frames, errors } = reading()
    const head = new Uint8Array(headerBytes)
    writeHeader(head, 0, maxFrameBytes, 5, 0, 0, 0)
    reader.feed(head)
    assert.equal(reader.unfinished, true)
    reader.feed(new Uint8Array(maxFrameBytes - 1))
    assert.equal(frames.length, 0)
    writeHeader(head, 0, maxFrameBytes + 1, 5, 0, 0, 0)
    reader.feed(Buffer.concat([Uint8Array.of(9), head]))
    assert.equal(frames[0]!.payload.length, maxFrameBytes)
    assert.equal(frames[0]!.payload.at(-1), 9)
    assert.deepEqual(errors, [`a frame of ${maxFrameBytes + 1} bytes, at most ${maxFrameBytes} are allowed`])
    reader.feed(bytesOf(1, new Uint8Array(3)))
    assert.equal(frames.length, 1)
  })

  test('with a length of 4 GiB are refused', () => {
    const { reader, errors } = reading()
    reader.feed(Uint8Array.of(255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0))
    assert.match(errors[0]!, /4294967295 bytes/)
  })

  test('after a stop are not given on, even in the chunk that is being read', () => {
    const frames: number[] = []
    const reader: FrameReader = new FrameReader(
      ({ type }) => {
        frames.push(type)
        reader.stop()
      },
      () => assert.fail('no error'),
    )
    reader.feed(Buffer.concat([bytesOf(1, new Uint8Array(3)), bytesOf(2, new Uint8Array(3))]))
    assert.deepEqual(frames, [1])
  })
})

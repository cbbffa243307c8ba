import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import { test } from 'node:test'
import { utf8Length } from './utf8.ts'

test('the first byte that begins no character is found', () => {
  for (const [bytes, at] of [
    [[0x41, 0x80], 1],
    [[0xc3, 0xa9, 0x80], 2],
    [[0xe2, 0x82], 0],
    [[0x41, 0xed, 0xa0, 0x80], 1],
    [[0xf4, 0x90, 0x80, 0x80], 0],
    [[0xc0, 0xaf], 0],
    [[0xf0, 0x9f, 0x98, 0x80, 0xff], 4],
  ] as const) {
    assert.equal(utf8Length(Uint8Array.from(bytes)), at)
  }
})

test('it agrees with the platform on what is UTF-8', () => {
  const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5]
  for (const a of edges) {
    for (const b of edges) {
      for (const c of edges) {
        for (const d of [0x41, 0x80, 0xbf]) {
          const bytes = Uint8Array.of(a, b, c, d)
          assert.equal(utf8Length(bytes) === 4, isUtf8(bytes), bytes.join())
        }
      }
    }
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJson, decodeObject, encodeJson, maxDepth } from './json.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

test('what is JSON goes through as it is', () => {
  const value = { a: [1, null, true, 'ü\u0000"\\'], 'to string': {}, brackets: '[[[{{{'.repeat(200) }
  assert.deepEqual(decodeJson(bytes(encodeJson(value, 'it'))), value)
  assert.deepEqual(decodeJson(bytes(nested(maxDepth))), JSON.parse(nested(maxDepth)))
})

test('text that speaks of __proto__ is no key', () => {
  const value = { text: '"__proto__":{}', escaped: '\\u005f_proto__' }
  assert.deepEqual(decodeJson(bytes(encodeJson(value, 'it'))), value)
})

test('a key __proto__ is refused in every spelling, on both sides', () => {
  for (const text of ['{"__proto__":{"polluted":1}}', '[{"a":{"__proto__":1}}]', '{"\\u005f_proto__":1}', '{"__pr\\u006fto__":1}']) {
    assert.throws(() => decodeJson(bytes(text)), /__proto__/, text)
    assert.throws(() => encodeJson(JSON.parse(text), 'it'), { code: 'invalid-data' }, text)
  }
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
})

test('what is nested too deeply is refused on both sides, without a stack overflow', () => {
  assert.throws(() => decodeJson(bytes(nested(maxDepth + 1))), /nested too deeply/)
  assert.throws(() => decodeJson(bytes('['.repeat(1e6))), /nested too deeply/)
  let deep: unknown = 1
  for (let depth = 0; depth < 100_000; depth++) deep = [deep]
  assert.throws(() => encodeJson(deep, 'it'), { code: 'invalid-data' })
})

test('what is not JSON is refused with what it was', () => {
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  assert.throws(() => encodeJson(cyclic, 'The result'), { code: 'invalid-data', message: /^The result is not plain JSON: .*circular/ })
  assert.throws(() => encodeJson({ a: 1n }, 'it'), { message: /BigInt/ })
  assert.throws(() => encodeJson(undefined, 'it'), { message: /undefined/ })
  for (const text of ['', '{', 'nope', '{"a":}', '\u0000']) assert.throws(() => decodeJson(bytes(text)), SyntaxError)
})

test('an object is wanted where an object is wanted', () => {
  for (const text of ['null', '[]', '5', '"x"']) assert.throws(() => decodeObject(bytes(text)), /not a JSON object/)
  assert.deepEqual(decodeObject(bytes('{"a":1}')), { a: 1 })
})

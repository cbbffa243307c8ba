import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseType, PluginError, printType, sameType } from '@cardcage/plugin/internal'

const canonical = [
  ['null', 'bool', 'utf8', 'binary', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'],
  ['float16', 'float32', 'float64', 'fixed_size_binary(16)', 'date32', 'date64', 'time32(s)', 'time32(ms)', 'time64(us)', 'time64(ns)'],
  ['timestamp(s)', 'timestamp(us, UTC)', 'timestamp(ns, +05:30)', 'timestamp(ms, America/Argentina/Buenos_Aires)', 'duration(ms)'],
  ['decimal(38, 10)', 'decimal(76, -3)', 'decimal256(20, 2)', 'list<utf8>', 'list<list<timestamp(us, UTC)>>', 'struct<>'],
  ['struct<a: int64, b: list<struct<c: decimal(4, 2)>>>', 'struct<"a, b": utf8, "": bool, "say \\"hi\\"": utf8>'],
].flat()

test('every canonical name is read and printed as itself', () => {
  for (const name of canonical) assert.equal(printType(parseType(name)), name)
})

test('other spellings have one canonical name', () => {
  assert.equal(printType(parseType('timestamp(us,UTC)')), 'timestamp(us, UTC)')
  assert.equal(printType(parseType('decimal128(38,10)')), 'decimal(38, 10)')
  assert.equal(printType(parseType('struct< a : utf8 ,b:bool >')), 'struct<a: utf8, b: bool>')
  assert.ok(sameType('decimal( 5 , 2 )', 'decimal(5, 2)'))
  assert.ok(!sameType('timestamp(us)', 'timestamp(us, UTC)'))
})

test('what is no type is refused with the name in the message', () => {
  const wrong = [
    ['', 'int', 'int65', 'string', 'Int64', 'int64 ', 'timestamp', 'timestamp(min)', 'time32(us)', 'time64(s)', 'decimal(39)'],
    ['decimal(0, 0)', 'decimal(77, 0)', 'decimal128(39, 0)', 'decimal(5, 6)', 'fixed_size_binary(0)', 'list<>', 'list<utf8', 'struct<a>'],
    ['struct<a: utf8, a: utf8>', 'struct<"a: utf8>', 'timestamp(us, a)b)', `${'list<'.repeat(40)}utf8${'>'.repeat(40)}`],
  ].flat()
  for (const name of wrong) {
    assert.throws(
      () => parseType(name),
      (error: unknown) => PluginError.is(error) && error.code === 'invalid-data' && error.message.includes(name.slice(0, 100)),
      name,
    )
  }
})

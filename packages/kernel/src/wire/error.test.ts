import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorTable, type ErrorCode, type Json, PluginError } from '@cardcage/plugin'
import { decodeError, encodeError, withErrorCause } from './error.ts'

const travel = (error: unknown): PluginError => decodeError(JSON.parse(JSON.stringify(encodeError(error))))

test('an error of every code arrives as it was', () => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const error = new PluginError(code, `a ${code}`, {
      retryable: true,
      retryAfter: 5,
      origin: 'upstream',
      hint: 'do this',
      details: { a: [1, null, { b: 'c' }] },
    })
    const arrived = travel(error)
    assert.deepEqual(arrived.toJSON(), error.toJSON())
    assert.ok(arrived instanceof PluginError)
  }
})

test('an error without hint and details has the hint of its code again, and no details', () => {
  const arrived = travel(new PluginError('conflict', 'twice'))
  assert.equal(Object.hasOwn(arrived, 'hint'), false)
  assert.equal(arrived.details, undefined)
})

test('what is not a PluginError arrives as internal, without its stack', () => {
  const arrived = travel(new TypeError('x is not a function'))
  assert.equal(arrived.code, 'internal')
  assert.equal(arrived.message, 'x is not a function')
  assert.doesNotMatch(JSON.stringify(encodeError(new TypeError('x'))), /error\.test/)
  assert.equal(travel(new DOMException('stopped', 'AbortError')).code, 'cancelled')
  assert.match(travel('just text').message, /just text/)
})

test('an overflow of the stack says so', () => {
  const overflow = (): number => overflow() + 1
  try {
    overflow()
  } catch (error) {
    assert.deepEqual(travel(error).details, { cause: 'stack' })
  }
})

test('details that cannot travel are left out, and that is said', () => {
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  for (const details of [cyclic, { a: 1n }, JSON.parse('{"__proto__": {"polluted": 1}}'), 'x'.repeat(300_000)]) {
    const arrived = travel(new PluginError('conflict', 'twice', { details: details as Json }))
    assert.deepEqual(Object.keys(arrived.details as object), ['dropped'])
  }
})

test('junk becomes an internal error and nothing else', () => {
  for (const junk of [
    null,
    5,
    'x',
    [],
    {},
    { code: 'no-such-code' },
    { code: 'constructor', message: 5, retryable: 'yes', retryAfter: -1, origin: 'me', hint: {} },
  ]) {
    const error = decodeError(junk)
    assert.equal(error.code, 'internal')
    assert.equal(error.message, 'The plugin failed without a message')
    assert.equal(error.origin, 'plugin')
  }
  assert.equal(decodeError({ code: 'conflict', message: 'x'.repeat(10_000) }).message.length, 4096)
})

test('a cause is put among the details where there is none', () => {
  assert.deepEqual(withErrorCause(new TypeError('x'), 'load').details, { cause: 'load' })
  assert.deepEqual(withErrorCause(new PluginError('timeout', 'x', { details: { cause: 'start', a: 1 } }), 'load').details, {
    cause: 'start',
    a: 1,
  })
  assert.equal(withErrorCause(new PluginError('unauthenticated', 'x'), 'load').code, 'unauthenticated')
})

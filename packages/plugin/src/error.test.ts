import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PluginError } from '@cardcage/plugin'
import type { Json } from '@cardcage/plugin'

const trace = 'Error: deep\n    at run (file:///srv/app/index.ts:3:9)\n    at async /srv/app/main.js:12:3\nand more'

test('as JSON nothing shows a stack trace: not the message, the hint or the details', () => {
  const log = [
    'about to die',
    '    at run (file:///srv/app/index.ts:3:9)',
    '7: port.onFrame (/srv/cache/runner.js:667:21)',
    ' 1: 0x7f21 node::Abort() [node]',
    '----- JavaScript stack trace -----',
    'at 12:30 the train leaves',
  ]
  const error = new PluginError('internal', trace, { hint: trace, details: { log, inner: { text: trace } } })
  const safe = 'Error: deep\nand more'
  const { message, hint, details } = error.toJSON() as Record<string, Json>
  assert.deepEqual([message, hint, details], [safe, safe, { log: ['about to die', 'at 12:30 the train leaves'], inner: { text: safe } }])
  assert.equal(error.message, trace)
})

test('details that never end are cut', () => {
  const details: { [key: string]: Json } = {}
  details['inner'] = details
  assert.ok(JSON.stringify(new PluginError('internal', 'x', { details })).length < 5000)
})

test('a hint names the slot the error is from', () => {
  const error = new PluginError('invalid-call', 'x')
  const hint = (one: PluginError) => (one.toJSON() as { hint: string }).hint
  assert.match(hint(Object.assign(error, { at: { slot: 'crm' } })), /cardcage plugin info crm/)
  assert.match(hint(new PluginError('invalid-call', 'x')), /cardcage plugin info SLOT/)
})

/** Errors of Node’s permission model, as it makes them. */
const refusals: readonly { readonly error: Error; readonly message: RegExp; readonly hint: RegExp; readonly details: Json }[] = [
  {
    error: denied('Access to this API has been restricted.', { permission: 'FileSystemRead', resource: '/etc/hostname' }),
    message: /^No permission to read \/etc\/hostname$/,
    hint: /"permissions": \{ "read": \["\/etc\/hostname"\] \}/,
    details: { permission: 'read', value: '/etc/hostname' },
  },
  {
    error: denied('Access to this API has been restricted.', { permission: 'ChildProcess', resource: '/bin/sh' }),
    message: /^No permission to start a process \(\/bin\/sh\)$/,
    hint: /do it without/,
    details: { permission: 'ChildProcess', value: '/bin/sh' },
  },
  {
    error: denied('connect ERR_ACCESS_DENIED', { syscall: 'connect', address: '127.0.0.1', port: 9 }),
    message: /^No permission to open a socket \(127\.0\.0\.1:9\)$/,
    hint: /ctx\.fetch/,
    details: { permission: 'net', value: '127.0.0.1:9' },
  },
  {
    error: new TypeError('fetch failed', { cause: denied('connect ERR_ACCESS_DENIED', { permission: 'Net', resource: '' }) }),
    message: /^No permission to open a socket$/,
    hint: /ctx\.fetch/,
    details: { permission: 'net' },
  },
  {
    error: denied('fs.symlink API requires full fs.read and fs.write permissions.', { permission: '', resource: '' }),
    message: /^fs\.symlink API requires/,
    hint: /permission/,
    details: {},
  },
]

for (const { error, message, hint, details } of refusals) {
  test(`what Node refuses is permission-denied: ${message.source}`, () => {
    const known = PluginError.from(error)
    assert.equal(known.code, 'permission-denied')
    assert.equal(known.origin, 'plugin')
    assert.equal(known.cause, error)
    assert.match(known.message, message)
    assert.match(known.hint!, hint)
    assert.deepEqual(known.details, details)
  })
}

test('any other error is internal, a PluginError itself, an abort cancelled', () => {
  const error = new PluginError('timeout', 'late')
  assert.equal(PluginError.from(error), error)
  assert.equal(PluginError.from(new Error('x', { cause: denied('y', {}) })).code, 'internal')
  assert.equal(PluginError.from(new DOMException('gone', 'AbortError')).code, 'cancelled')
  assert.equal(PluginError.from('sand').message, 'Something was thrown that is not an error: sand')
})

test('a syntax error that Node places in its stack has the place in its message', () => {
  const error = Object.assign(new SyntaxError('Expression expected'), { stack: 'file:///srv/plugin/index.ts:2\nconst z = ;\n' })
  assert.equal(PluginError.from(error).message, '/srv/plugin/index.ts:2: Expression expected')
  assert.equal(PluginError.from(new SyntaxError('Unexpected token')).message, 'Unexpected token')
})

function denied(message: string, fields: object): Error {
  return Object.assign(new Error(message), { code: 'ERR_ACCESS_DENIED', ...fields })
}

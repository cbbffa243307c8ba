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

test('details that contain themselves are cut there, also in two places', () => {
  const details: { [key: string]: Json } = { a: 1 }
  details['left'] = { again: details }
  details['right'] = [details]
  const shown = new PluginError('internal', 'x', { details }).toJSON() as Record<string, Json>
  assert.deepEqual(shown['details'], { a: 1, left: { again: null }, right: [null] })
})

test('a long line of a plugin does not hold the host up', () => {
  const lines = [
    `    at ${'('.repeat(250_000)}`,
    `    at ${'(x '.repeat(1300)}`,
    `1: ${':1'.repeat(125_000)}x`,
    `at ${' '.repeat(250_000)}x`,
  ]
  const before = process.cpuUsage()
  const { details } = new PluginError('internal', 'x', { details: { lines, text: lines.join('\n') } }).toJSON() as { details: Json }
  assert.deepEqual(details, { lines, text: lines.join('\n') })
  const { user } = process.cpuUsage(before)
  assert.ok(user < 2_000_000, `${user} µs`)
})

test('a code nobody knows is internal, whatever it is called', () => {
  for (const code of ['nope', 'constructor', 'toString', '__proto__']) {
    const error = new PluginError(code as 'internal', 'x')
    assert.equal(error.code, 'internal')
    assert.deepEqual(error.toJSON(), new PluginError('internal', 'x').toJSON())
  }
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

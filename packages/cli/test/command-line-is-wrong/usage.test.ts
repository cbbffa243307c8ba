import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cardcage } from '../run-cli.ts'

test('under --json a usage error is the one document on stdout', async () => {
  const { code, stderr, document } = await cardcage(['plugin', 'lst', '--json'])
  assert.equal(code, 2)
  assert.equal(stderr, '')
  const hint = 'Did you mean `cardcage plugin list`?'
  assert.deepEqual(document(), {
    error: { code: 'usage', message: "unknown command 'lst'", retryable: false, origin: 'caller', hint, at: {} },
  })
})

test('a stack trace comes with --verbose only', async () => {
  const { stderr } = await cardcage(['explain', 'nothing-like-it', '--verbose'])
  assert.match(stderr, /\n\s+at .*:\d+:\d+/)
})

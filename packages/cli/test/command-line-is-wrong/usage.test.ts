import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cardcage } from '../run-cli.ts'

const wrong: readonly (readonly [what: string, args: readonly string[], message: RegExp, hint: RegExp])[] = [
  ['no command', [], /No command given/, /cardcage --help/],
  ['a group without a command', ['plugin', 'dev'], /No command given/, /cardcage plugin dev --help/],
  ['an unknown command', ['plugin', 'lst'], /unknown command 'lst'/, /Did you mean `cardcage plugin list`\?/],
  ['a misspelt group', ['plgin', 'list'], /unknown command 'plgin'/, /Did you mean `cardcage plugin`\?/],
  [
    'a command without its group',
    ['validate', 'x'],
    /unknown command 'validate'/,
    /`cardcage plugin dev validate` or `cardcage config validate`/,
  ],
  ['a command nothing is like', ['plugin', 'dev', 'xyzzy'], /unknown command 'xyzzy'/, /cardcage plugin dev --help/],
  ['help of an unknown command', ['help', 'dmo'], /unknown command 'dmo'/, /Did you mean `cardcage demo`\?/],
  ['help of an unknown command of a group', ['help', 'plugin', 'dev', 'nw'], /unknown command 'nw'/, /`cardcage plugin dev new`/],
  ['a command after a global option', ['--plugins', 'x', 'plugin', 'lst'], /unknown command 'lst'/, /`cardcage plugin list`/],
  ['an unknown option', ['plugin', 'list', '--jsn'], /unknown option '--jsn'/, /Did you mean --json\?/],
  ['a missing argument', ['plugin', 'call'], /missing required argument 'address'/, /cardcage plugin call --help/],
  ['an argument too many', ['doctor', 'now'], /too many arguments/, /cardcage doctor --help/],
  ['a choice that is none', ['plugin', 'dev', 'new', 'x', '--kind', 'chart'], /'chart' is invalid.*visualization/, /--help/],
  ['a choice that is misspelt', ['plugin', 'call', 'x', '--theme', 'drak'], /'drak' is invalid/, /Did you mean dark\?/],
  ['no kind', ['plugin', 'dev', 'new', 'x'], /--kind is missing/, /--kind analysis/],
  ['a duration without a unit that exists', ['plugin', 'call', 'x', '--timeout', '2 weeks'], /"2 weeks" is not a duration/, /250ms/],
]

for (const [what, args, message, hint] of wrong) {
  test(`${what}: exit code 2, what is wrong and what to do on stderr`, async () => {
    const { code, stdout, stderr } = await cardcage(args)
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.match(stderr, message)
    assert.match(stderr, hint)
    assert.doesNotMatch(stderr, /\n\s+at .*:\d+:\d+/)
  })
}

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

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { commands } from '../../src/commands.ts'
import { cardcage } from '../run-cli.ts'

test('help lists every command, with its group', async () => {
  const { code, stdout, stderr } = await cardcage(['--help'])
  assert.equal(code, 0)
  assert.equal(stderr, '')
  for (const { path } of commands) assert.match(stdout, new RegExp(`^  ${path}\\b`, 'm'))
})

for (const { path, examples } of commands) {
  test(`help of ${path} has its examples and the options of every command`, async () => {
    const { code, stdout } = await cardcage([...path.split(' '), '--help'])
    assert.equal(code, 0)
    assert.ok(examples.length > 0)
    for (const example of examples) assert.ok(stdout.includes(example), example)
    for (const option of ['--plugins', '--no-builtin', '--json', '--verbose']) assert.ok(stdout.includes(option), option)
  })
}

test('`help` shows the help of a command, also of one in a group', async () => {
  const [asked, flagged] = await Promise.all([cardcage(['help', 'plugin', 'call']), cardcage(['plugin', 'call', '--help'])])
  assert.deepEqual([asked.code, asked.stderr], [0, ''])
  assert.equal(asked.stdout, flagged.stdout)
  assert.match(asked.stdout, /--timeout <duration>/)
})

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const { code, stdout } = await cardcage(['--version'])
  assert.deepEqual([code, stdout], [0, `${version}\n`])
})

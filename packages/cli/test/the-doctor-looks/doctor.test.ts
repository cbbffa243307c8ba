import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cardcage, emptyFolder } from '../run-cli.ts'

test('everything is there and works', async (t) => {
  const { code, stdout, document } = await cardcage(['doctor', '--json'], { cwd: emptyFolder(t) })
  assert.equal(code, 0, stdout)
  const { ok, checks } = document()
  assert.equal(ok, true)
  const names = checks.map(({ name }: { name: string }) => name)
  assert.deepEqual(names, ['node', 'platform', 'cache', 'workspace', 'built-in plugins', 'round trip', 'isolation', 'dies with host'])
  assert.ok(checks.every(({ note }: { note: string }) => note.length > 0))
})

test('without the built-in plugins something is broken: exit code 10, and what to do', async (t) => {
  const { code, stdout, stderr } = await cardcage(['doctor', '--no-builtin'], { cwd: emptyFolder(t) })
  assert.equal(code, 10)
  assert.match(stdout, /fail\s+built-in plugins/)
  assert.match(stderr, /built-in plugins: /)
})

test('a place that cannot be written is found', async (t) => {
  const cwd = emptyFolder(t)
  writeFileSync(join(cwd, 'file'), '')
  const { code, stdout } = await cardcage(['doctor'], { cwd, env: { CARDCAGE_HOME: join(cwd, 'file') } })
  assert.equal(code, 10)
  assert.match(stdout, /fail\s+cache/)
})

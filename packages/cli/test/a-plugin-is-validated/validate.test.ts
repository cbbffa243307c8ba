import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { cardcage, emptyFolder, fixturePlugins } from '../run-cli.ts'

const good = { id: 'mine', name: 'Mine', version: '1.0.0', description: 'Mine.', api_version: '1.0' }

/** A plugin folder with this manifest and entry. */
function plugin(t: TestContext, manifest: object, entry: string): string {
  const folder = join(emptyFolder(t), 'mine')
  mkdirSync(folder)
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify(manifest, null, 2))
  writeFileSync(join(folder, 'index.ts'), entry)
  writeFileSync(join(folder, 'README.md'), '# Mine\n')
  return folder
}

test('every problem of a manifest at once, each with file, line, key and fix: exit code 10', async () => {
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', join(fixturePlugins, 'broken-manifest'), '--json'])
  assert.equal(code, 10)
  const { valid, started, problems } = document()
  assert.deepEqual([valid, started], [false, false])
  for (const key of ['version', 'description', 'entry']) {
    const problem = problems.find((one: { key?: string }) => one.key === key)
    assert.ok(problem, key)
    assert.equal(problem.severity, 'error')
    assert.ok(problem.line > 1 && problem.message.length > 0 && problem.fix.length > 0)
  }
})

test('for people a problem is file:line key, what is wrong, the fix', async () => {
  const { code, stdout, stderr } = await cardcage(['plugin', 'dev', 'validate', join(fixturePlugins, 'broken-manifest')])
  assert.equal(code, 10)
  assert.match(stdout, /error .*plugin\.json:3 version\n {2}.*one.*\n {2}fix: /)
  assert.match(stderr, /errors/)
})

test('a plugin that breaks at load is a problem, not a crash', async (t) => {
  const folder = plugin(t, good, "throw new Error('not today')\n")
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', folder, '--json'])
  assert.equal(code, 10)
  assert.equal(document().started, true)
  assert.match(JSON.stringify(document().problems), /not today/)
})

test('a plugin whose manifest records what it provides is started all the same', async (t) => {
  const folder = plugin(t, { ...good, provides: { analysis: { one: {} } } }, "throw new Error('not today')\n")
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', folder, '--json'])
  assert.equal(code, 10)
  assert.match(JSON.stringify(document().problems), /not today/)
})

test('what the manifest records and the plugin does not provide is a problem', async (t) => {
  const entry =
    "import { definePlugin } from '@cardcage/plugin'\nexport default definePlugin({ setup: () => ({ analysis: { two: { inputs: {}, run: () => ({ summary: {} }) } } }) })\n"
  const folder = plugin(t, { ...good, provides: { analysis: { one: {} } } }, entry)
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', folder, '--json'])
  assert.equal(code, 10)
  const said = JSON.stringify(document().problems)
  assert.match(said, /one/)
  assert.match(said, /two/)
})

test('a path that is not there, or is no folder', async (t) => {
  const cwd = emptyFolder(t)
  writeFileSync(join(cwd, 'file'), '')
  assert.equal((await cardcage(['plugin', 'dev', 'validate', 'nowhere'], { cwd })).code, 5)
  assert.equal((await cardcage(['plugin', 'dev', 'validate', 'file'], { cwd })).code, 3)
})

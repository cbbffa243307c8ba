import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cardcage, emptyFolder, fixturePlugins } from '../run-cli.ts'

/** What is looked at of a row of the list. */
interface Listed {
  readonly id: string
  readonly state: string
  readonly path: string
  readonly error?: { readonly code: string; readonly message: string }
}

const names = ['broken-manifest', 'facts', 'trouble', 'two-inputs']

test('every plugin is listed, a broken one with file, key and fix; the exit code is 0', async (t) => {
  const { code, document } = await cardcage(['plugin', 'list', '--no-builtin', '--plugins', fixturePlugins, '--json'], {
    cwd: emptyFolder(t),
  })
  assert.equal(code, 0)
  const listed: Listed[] = document()
  assert.deepEqual(listed.map(({ id }) => id).toSorted(), names)
  for (const row of listed) {
    for (const key of ['id', 'name', 'version', 'description', 'kinds', 'state', 'isolation', 'path'])
      assert.ok(key in row, `${row.id} ${key}`)
    assert.equal(row.path, join(fixturePlugins, row.id))
  }
  const broken = listed.find(({ id }) => id === 'broken-manifest')
  assert.equal(broken?.state, 'failed')
  assert.equal(broken?.error?.code, 'invalid-manifest')
  assert.match(broken?.error?.message ?? '', /plugin\.json:\d+ /)
})

test('for people it is a table on stdout; why one failed is on stderr', async (t) => {
  const { code, stdout, stderr } = await cardcage(['plugin', 'list', '--no-builtin', '--plugins', fixturePlugins], { cwd: emptyFolder(t) })
  assert.equal(code, 0)
  for (const name of names) assert.match(stdout, new RegExp(`^${name}\\s`, 'm'))
  assert.match(stderr, /broken-manifest failed: .*plugin\.json/)
})

test('listing starts no process and opens no file but the manifests', async (t) => {
  const folder = emptyFolder(t)
  cpSync(join(fixturePlugins, 'trouble', 'plugin.json'), join(folder, 'one', 'plugin.json'))
  cpSync(join(fixturePlugins, 'does-not-load.ts'), join(folder, 'one', 'index.ts'))
  const { code, document } = await cardcage(['plugin', 'list', '--no-builtin', '--plugins', folder, '--json'], { cwd: emptyFolder(t) })
  assert.equal(code, 0)
  assert.deepEqual(
    document().map(({ id, state }: Listed) => [id, state]),
    [['trouble', 'stopped']],
  )
})

test('the built-in plugins are there unless they are not wanted', async (t) => {
  const cwd = emptyFolder(t)
  const { document } = await cardcage(['plugin', 'list', '--json'], { cwd })
  const ids = document().map(({ id }: Listed) => id)
  for (const id of ['csv', 'moving-average', 'regression', 'plots']) assert.ok(ids.includes(id), id)
  const without = await cardcage(['plugin', 'list', '--json', '--no-builtin'], { cwd })
  assert.deepEqual(without.document(), [])
})

test('a folder that is not there is said, and exits 5', async (t) => {
  const { code, document } = await cardcage(['plugin', 'list', '--plugins', 'nowhere', '--json'], { cwd: emptyFolder(t) })
  assert.equal(code, 5)
  assert.match(document().error.message, /nowhere/)
})

test('info shows what a plugin provides, with params and their defaults', async (t) => {
  const args = ['plugin', 'info', 'trouble', '--no-builtin', '--plugins', fixturePlugins]
  const cwd = emptyFolder(t)
  const { code, stdout } = await cardcage(args, { cwd })
  assert.equal(code, 0)
  assert.match(stdout, /trouble\.analysis\.range/)
  assert.match(stdout, /rows: integer, 0 … 100000, default 3/)
  const { document } = await cardcage([...args, '--json'], { cwd })
  assert.deepEqual(Object.keys(document().provides.analysis).toSorted(), ['crash', 'fail', 'hang', 'range', 'wait'])
})

test('info of a slot that is not there: the nearest, exit code 5', async (t) => {
  const args = ['plugin', 'info', 'troubel', '--no-builtin', '--plugins', fixturePlugins, '--json']
  const { code, stdout } = await cardcage(args, { cwd: emptyFolder(t) })
  assert.equal(code, 5)
  assert.match(stdout, /trouble/)
})

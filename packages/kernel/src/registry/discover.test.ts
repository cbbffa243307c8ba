import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { discover } from './discover.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'cardcage-discover-')))
after(() => rmSync(root, { recursive: true, force: true }))

function plugin(path: string, manifest: object | string): string {
  const folder = join(root, path)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'plugin.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
  writeFileSync(join(folder, 'index.ts'), '')
  return folder
}

const seen = (paths: readonly string[]) => discover(paths).plugins.map(({ path, state }) => [path.slice(root.length + 1), state])

test('a folder of plugins and a plugin folder are found, hidden folders and node_modules are not, each folder counts once', () => {
  const b = plugin('many/b', { id: 'b', version: '1.0.0' })
  plugin('many/a', { id: 'a', version: '1.0.0' })
  plugin('many/.hidden', { id: 'hidden', version: '1.0.0' })
  plugin('many/node_modules', { id: 'installed', version: '1.0.0' })
  mkdirSync(join(root, 'many/empty'))
  writeFileSync(join(root, 'many/file'), '')
  symlinkSync(b, join(root, 'many/link'))
  symlinkSync('loop', join(root, 'many/loop'))
  const many = join(root, 'many')
  assert.deepEqual(seen([many, b, `${b}/`, join(b, 'plugin.json')]), [
    ['many/a', 'ready'],
    ['many/b', 'ready'],
  ])
  assert.deepEqual(discover([many]).problems, [])
})

test('a bad plugin is listed under what is known of it; the others are ready', () => {
  plugin('mixed/good', { id: 'good', version: '1.0.0' })
  plugin('mixed/syntax', '{"id": "syntax",')
  plugin('mixed/version', { id: 'version', version: 'one', description: 'd' })
  const { plugins } = discover([join(root, 'mixed')])
  assert.deepEqual(
    new Map(plugins.map(({ path, state }) => [path.slice(root.length + 1), state])),
    new Map([
      ['mixed/syntax', 'failed'],
      ['mixed/good', 'ready'],
      ['mixed/version', 'failed'],
    ]),
  )
  const version = plugins.find(({ known }) => known.id === 'version')
  assert.deepEqual(version?.known, { id: 'version', version: 'one', description: 'd' })
  assert.equal(version.manifest, undefined)
})

test('one id and version twice: both fail, each naming both paths', () => {
  const one = plugin('twins/one', { id: 'twin', version: '1.0.0' })
  const two = plugin('twins/two', { id: 'twin', version: '1.0.0+build' })
  const { plugins } = discover([one, two])
  assert.deepEqual(
    plugins.map(({ state, manifest }) => [state, manifest]),
    [
      ['failed', undefined],
      ['failed', undefined],
    ],
  )
  for (const { problems } of plugins) {
    assert.equal(problems[0]?.code, 'conflict')
    assert.ok(problems[0].message.includes(one) && problems[0].message.includes(two))
  }
})

test('one id in several versions: the highest takes the slot, compared as versions', () => {
  plugin('releases/a', { id: 'r', version: '9.0.0' })
  plugin('releases/b', { id: 'r', version: '10.0.0' })
  plugin('releases/c', { id: 'r', version: '10.0.0-beta.1' })
  const { plugins } = discover([join(root, 'releases')])
  assert.deepEqual(
    plugins.map(({ manifest, state }) => [manifest?.version, state]),
    [
      ['10.0.0', 'ready'],
      ['10.0.0-beta.1', 'additional'],
      ['9.0.0', 'additional'],
    ],
  )
  assert.match(plugins[2]!.problems[0]!.message, /r 9\.0\.0 is not used: 10\.0\.0 in .*releases\/b is newer/)
  assert.equal(plugins[2]!.problems[0]!.severity, 'warning')
})

test('a path that leads nowhere is an error, one without a plugin a warning', () => {
  mkdirSync(join(root, 'bare'))
  const { plugins, problems } = discover([join(root, 'nowhere'), join(root, 'bare'), join(root, 'many/file')])
  assert.deepEqual(plugins, [])
  assert.deepEqual(
    problems.map(({ severity, code, message }) => [severity, code, message]),
    [
      ['error', 'not-found', 'does not exist'],
      ['warning', 'not-found', 'there is no plugin here'],
      ['error', 'not-found', 'is not a folder'],
    ],
  )
})

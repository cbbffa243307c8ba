import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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

function files(path: string, contents: Readonly<Record<string, string | object>>): string {
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(root, path, name)), { recursive: true })
    writeFileSync(join(root, path, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return join(root, path)
}

test('plugins of every dialect are found, a manifest.json only where it is one of ours', () => {
  const folder = files('dialects', {
    'json/plugin.json': { id: 'json', version: '1.0.0' },
    'json/index.ts': '',
    'base/manifest.json': { plugin_id: 'base', version: '1.0.0' },
    'panotti/plugin.yaml': 'name: panotti\nversion: 1.0.0\nenabled: true\n',
    'example/plugin.yaml.example': 'name: example\nversion: 1.0.0\nenabled: true\n',
    'web/manifest.json': { name: 'App', start_url: '/', icons: [] },
    'browser/manifest.json': { manifest_version: 3, name: 'Extension', version: '1.0' },
    'broken/manifest.json': '{"plugin_id": "broken",',
    'other/manifest.json': '{"name": "other",',
    'odd/plugin.yaml': 'a: 1\n',
  })
  const found = discover([folder])
  assert.deepEqual(found.problems, [])
  assert.deepEqual(
    new Map(found.plugins.map(({ path, state, dialect }) => [path.slice(folder.length + 1), [state, dialect]])),
    new Map<string, unknown>([
      ['broken', ['failed', undefined]],
      ['odd', ['failed', undefined]],
      ['base', ['ready', 'platform-base-1']],
      ['example', ['ready', 'panotti']],
      ['json', ['ready', 'cardcage']],
      ['panotti', ['ready', 'panotti']],
    ]),
  )
  for (const named of ['web', 'web/manifest.json']) {
    const [web] = discover([join(folder, named)]).plugins
    assert.equal(web?.state, 'failed')
    assert.match(web.problems[0]!.message, /no manifest of a plugin/)
  }
})

test('a library that is the id of a plugin found here is a dependency, the others are kept with one warning', () => {
  const folder = files('requires', {
    'one/manifest.json': {
      plugin_id: 'one',
      version: '1.0.0',
      requires: ['numpy', 'two>=1.0,<2.0', 'one', 'DtwAlign'],
      entry_point: 'one.One',
    },
    'one/one.ts': '',
    'two/manifest.json': { plugin_id: 'two', version: '1.5.0', requires: ['dtw-align'], entry_point: 'two.Two' },
    'two/two.ts': '',
    'three/plugin.yaml': 'name: dtw-align\nversion: 1.0.0\n',
    'three/plugin.ts': '',
  })
  const [align, one, two] = discover([folder]).plugins
  assert.deepEqual(align?.manifest?.dependencies, [])
  assert.deepEqual(one?.manifest?.dependencies, [
    { name: 'two', version: '>=1.0 <2.0', optional: false },
    { name: 'dtw-align', version: '*', optional: false },
  ])
  assert.deepEqual(
    one.manifest.requires.map(({ name }) => name),
    ['numpy', 'one'],
  )
  assert.deepEqual(
    one.problems.map(({ severity, key, message }) => [severity, key, /libraries numpy, one mean/.test(message)]),
    [['warning', 'requires', true]],
  )
  assert.deepEqual([two?.manifest?.requires, two?.problems], [[], []])
  const alone = discover([join(folder, 'two')]).plugins[0]
  assert.deepEqual([alone?.manifest?.dependencies, alone?.manifest?.requires.length, alone?.problems.length], [[], 1, 1])
})

test('a file that exports a factory is a plugin by itself; what it cannot say is not guessed, and nothing is run', () => {
  const folder = files('modules', {
    'libmy_plugin.ts':
      "export function createPlugin() { throw new Error('run') }\nconst metadata = { name: 'My format', version: '1.2.3', description: 'Reads foo', extensions: ['.foo'] }\n",
    'bare.cjs': 'exports.create_plugin = () => ({})',
    'self.mjs': "export const metadata = { version: 'one' }\nexport default class {}",
    'library.js': "export const metadata = { name: 'library' }\nexport default {}",
    'helper.ts': 'export const createThing = 1',
    'README.md': 'export function createPlugin() {}',
    'index.test.ts': 'export function createPlugin() {}',
    'types.d.ts': 'export function createPlugin(): void',
    'folder/plugin.json': { id: 'folder', version: '1.0.0' },
    'folder/index.ts': 'export function createPlugin() {}',
  })
  const { plugins, problems } = discover([folder])
  assert.deepEqual(problems, [])
  assert.deepEqual(
    plugins.map(({ known, files: own, path, dialect, state, manifest }) => [
      known.id,
      manifest?.version,
      manifest?.entry,
      dialect,
      state,
      path.slice(root.length + 1),
      own?.map((file) => file.slice(folder.length + 1)),
    ]),
    [
      ['bare', '0.0.0', 'bare.cjs', 'module', 'ready', 'modules', ['bare.cjs']],
      ['folder', '1.0.0', 'index.ts', 'cardcage', 'ready', 'modules/folder', undefined],
      ['library', '0.0.0', 'library.js', 'module', 'ready', 'modules', ['library.js']],
      ['my_plugin', '1.2.3', 'libmy_plugin.ts', 'module', 'ready', 'modules', ['libmy_plugin.ts']],
      ['self', '0.0.0', 'self.mjs', 'module', 'ready', 'modules', ['self.mjs']],
    ],
  )
  const { manifest, text } = plugins.find(({ known }) => known.id === 'my_plugin')!
  assert.deepEqual([manifest?.name, manifest?.description, manifest?.metadata], ['My format', 'Reads foo', { extensions: ['.foo'] }])
  assert.match(text!, /throw new Error/)
  assert.deepEqual(
    discover([join(folder, 'bare.cjs'), folder]).plugins.map(({ known }) => known.id),
    ['bare', 'folder', 'library', 'my_plugin', 'self'],
  )
  const [helper] = discover([join(folder, 'helper.ts')]).plugins
  assert.match(helper!.problems[0]!.message, /is no plugin by itself/)
  const twins = files('twin-modules', {
    'a/same.ts': 'export function createPlugin() {}',
    'b/same.ts': 'export function createPlugin() {}',
  })
  for (const {
    problems: [problem],
  } of discover([join(twins, 'a'), join(twins, 'b')]).plugins)
    assert.match(problem!.message, /[ab]\/same\.ts and in .*[ab]\/same\.ts; none/)
})

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { cardcage, emptyFolder } from '../run-cli.ts'

/** A manifest as the Platform Base guide prints it. */
const platformBase = {
  plugin_id: 'MyPlugin',
  version: '1.0.0',
  core_min_version: '2.0.0',
  core_max_version: null,
  requires: ['numpy>=1.24'],
  produces: ['series'],
  entry_point: 'plugin.MyPlugin',
  description: 'Doubles.',
  author: 'A',
  license: 'MIT',
  tags: ['math'],
  documentation: { readme: 'README.md', examples: [] },
  configuration: { factor: { type: 'float', default: 2, description: 'Factor' } },
}

function plugin(t: TestContext, name: string, text: string): string {
  const folder = join(emptyFolder(t), 'mine')
  mkdirSync(folder)
  writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'plugin.ts'), 'export class MyPlugin {}\n')
  writeFileSync(join(folder, 'README.md'), '# Mine\n\n    cardcage plugin call mine\n')
  return folder
}

const migrate = (folder: string, ...more: string[]) => cardcage(['plugin', 'dev', 'migrate', folder, ...more])
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')

test('a manifest of a guide becomes plugin.json beside it, every key is accounted for, and validate finds nothing wrong with it', async (t) => {
  const folder = plugin(t, 'manifest.json', JSON.stringify(platformBase))
  const { code, stdout, stderr } = await migrate(folder)
  assert.equal(code, 0, stderr)
  assert.equal(stdout, `${join(folder, 'plugin.json')}\n`)
  for (const said of [
    /platform-base-1/,
    /core_min_version +→ host_version\.range/,
    /plugin_id +→ id/,
    /configuration +→ config_schema/,
    /manifest\.json is not read any more/,
  ])
    assert.match(stderr, said)
  const written = JSON.parse(read(folder, 'plugin.json'))
  assert.deepEqual(Object.keys(written).slice(0, 4), ['manifest_version', 'id', 'name', 'version'])
  assert.deepEqual(
    [written.id, written.entry, written.export, written.config_schema.properties.factor.type],
    ['my-plugin', 'plugin.ts', 'MyPlugin', 'number'],
  )
  const validated = await cardcage(['plugin', 'dev', 'validate', folder, '--json', '--static'])
  assert.equal(validated.code, 0, validated.stdout)
})

test('--json says the same as one document', async (t) => {
  const folder = plugin(t, 'manifest.json', JSON.stringify({ ...platformBase, colour: 'red' }))
  const { code, document, stderr } = await migrate(folder, '--json')
  assert.deepEqual([code, stderr], [0, ''])
  const { dialect, file, from, changed, written, notes } = document()
  assert.deepEqual([dialect, from, file, changed], ['platform-base-1', join(folder, 'manifest.json'), join(folder, 'plugin.json'), true])
  assert.deepEqual(written, JSON.parse(read(folder, 'plugin.json')))
  assert.ok(notes.some((note: { from: string; to?: string }) => note.from === 'core_min_version' && note.to === 'host_version.range'))
  const dropped = notes.find((note: { from: string }) => note.from === 'colour')
  assert.ok(dropped.why.length > 0 && dropped.to === undefined)
})

test('the file of the author is never lost', async (t) => {
  const old = JSON.stringify(platformBase)
  const folder = plugin(t, 'plugin.json', old)
  const refused = await migrate(folder)
  assert.equal(refused.code, 6)
  assert.match(refused.stderr, /plugin\.json is there already/)
  assert.equal(read(folder, 'plugin.json'), old)
  const { code, stderr } = await migrate(folder, '--force')
  assert.equal(code, 0, stderr)
  assert.match(stderr, /What stood there is in .*plugin\.json\.before-migration/)
  assert.equal(read(folder, 'plugin.json.before-migration'), old)
  assert.equal(JSON.parse(read(folder, 'plugin.json')).id, 'my-plugin')
  writeFileSync(join(folder, 'plugin.json'), old)
  assert.equal((await migrate(folder, '--force')).code, 0)
  assert.equal(read(folder, 'plugin.json.before-migration-2'), old)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.partial')),
    [],
  )
})

test('--dry-run and - write nothing and print it, --output writes elsewhere', async (t) => {
  const folder = plugin(t, 'manifest.json', JSON.stringify(platformBase))
  for (const more of [['--dry-run'], ['--output', '-']]) {
    const { code, document } = await migrate(folder, ...more)
    assert.deepEqual([code, document().id], [0, 'my-plugin'])
    assert.ok(!existsSync(join(folder, 'plugin.json')))
  }
  const dry = (await migrate(folder, '--dry-run', '--json')).document()
  assert.deepEqual([dry.file, dry.changed, dry.written.id], [null, false, 'my-plugin'])
  const elsewhere = join(folder, '..', 'other.json')
  assert.equal((await migrate(folder, '--output', elsewhere)).code, 0)
  assert.deepEqual(JSON.parse(read(elsewhere)), dry.written)
  assert.ok(!existsSync(join(folder, 'plugin.json')))
})

test('what is canonical already stays as it is, to the byte', async (t) => {
  const text = '{"version": "1.0.0",   "id": "mine", "entry": "plugin.ts"}'
  const folder = plugin(t, 'plugin.json', text)
  const { code, stderr, stdout } = await migrate(folder, '--force')
  assert.deepEqual([code, stdout], [0, ''])
  assert.match(stderr, /is in the canonical form already/)
  assert.equal(read(folder, 'plugin.json'), text)
  assert.deepEqual(readdirSync(folder).toSorted(), ['README.md', 'plugin.json', 'plugin.ts'])
  const { changed } = (await migrate(folder, '--json')).document()
  assert.equal(changed, false)
})

test('what cannot be read is not migrated', async (t) => {
  const bad: readonly (readonly [name: string, text: string, code: number, said: RegExp])[] = [
    ['manifest.json', '{', 3, /manifest\.json:1: is not valid JSON/],
    ['plugin.json', JSON.stringify({ plugin_id: 'a', main_class: 'B' }), 3, /two dialects at once/],
    ['plugin.json', JSON.stringify({ ...platformBase, version: 7 }), 3, /version/],
    ['notes.txt', '', 3, /there is no/],
  ]
  for (const [name, text, expected, said] of bad) {
    const folder = plugin(t, name, text)
    const { code, stderr } = await migrate(folder, '--force')
    assert.equal(code, expected, stderr)
    assert.match(stderr, said)
    assert.equal(read(folder, name), text)
  }
  const cwd = emptyFolder(t)
  writeFileSync(join(cwd, 'file'), '')
  assert.equal((await cardcage(['plugin', 'dev', 'migrate', 'nowhere'], { cwd })).code, 5)
  assert.equal((await cardcage(['plugin', 'dev', 'migrate', 'file'], { cwd })).code, 3)
})

test('a module that is a plugin by itself is not rewritten: what it stands for is printed, or written into a folder of its own', async (t) => {
  const cwd = emptyFolder(t)
  const text = "export const metadata = { name: 'lines', version: '1.2.0', description: 'Lines.' }\nexport function createPlugin() {}\n"
  writeFileSync(join(cwd, 'lines.ts'), text)
  const refused = await cardcage(['plugin', 'dev', 'migrate', 'lines.ts'], { cwd })
  assert.equal(refused.code, 3)
  assert.match(refused.stderr, /lines\.ts describes itself: a module has no manifest[^]*--dry-run[^]*--output/)
  assert.deepEqual(readdirSync(cwd), ['lines.ts'])
  const dry = await cardcage(['plugin', 'dev', 'migrate', 'lines.ts', '--dry-run'], { cwd })
  assert.deepEqual([dry.code, dry.document().id, dry.document().version, dry.document().entry], [0, 'lines', '1.2.0', 'lines.ts'])
  mkdirSync(join(cwd, 'lines'))
  const { code, stderr } = await cardcage(['plugin', 'dev', 'migrate', 'lines.ts', '--output', 'lines/plugin.json'], { cwd })
  assert.equal(code, 0, stderr)
  assert.match(stderr, /Put lines\.ts beside it/)
  assert.deepEqual(JSON.parse(read(cwd, 'lines', 'plugin.json')), dry.document())
  writeFileSync(join(cwd, 'lines', 'lines.ts'), text)
  const validated = await cardcage(['plugin', 'dev', 'validate', 'lines', '--json', '--static'], { cwd })
  assert.equal(validated.code, 0, validated.stdout)
})

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { readManifest } from '../../src/manifest/read-manifest.ts'

const root = mkdtempSync(join(tmpdir(), 'cardcage-files-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0

function folder(files: Readonly<Record<string, string>>): string {
  const path = join(root, String(++count))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return path
}

const canonical = (id: string) => JSON.stringify({ id, version: '1.0.0' })
const guide = (id: string) => JSON.stringify({ plugin_id: id, version: '1.0.0' })
const panotti = (id: string) => `name: ${id}\nversion: 1.0.0\nenabled: true\n`
const toml = (id: string) => `id = "${id}"\nversion = "1.0.0"\n`

test('of several manifests the canonical one wins, then the order of names; the others are named', () => {
  const cases: readonly [files: Readonly<Record<string, string>>, id: string, unread: readonly string[]][] = [
    [{ 'plugin.json': canonical('json'), 'plugin.toml': toml('toml') }, 'json', ['plugin.toml']],
    [{ 'plugin.json': guide('json'), 'plugin.toml': toml('toml') }, 'toml', ['plugin.json']],
    [
      { 'plugin.json': guide('json'), 'plugin.yaml': panotti('yaml'), 'manifest.json': guide('manifest') },
      'json',
      ['plugin.yaml', 'manifest.json'],
    ],
    [
      { 'plugin.yaml': panotti('yaml'), 'plugin.yml': panotti('yml'), 'manifest.json': guide('manifest') },
      'yaml',
      ['plugin.yml', 'manifest.json'],
    ],
    [
      { 'plugin.yml': panotti('yml'), 'manifest.json': canonical('manifest').replace('}', ',"entry":"index.ts"}') },
      'manifest',
      ['plugin.yml'],
    ],
    [{ 'plugin.yaml': panotti('yaml'), 'plugin.yaml.example': panotti('example') }, 'yaml', []],
    [{ 'plugin.json': canonical('json'), 'manifest.json': '{"name":"App","start_url":"/"}' }, 'json', []],
    [{ 'manifest.json': guide('manifest') }, 'manifest', []],
    [{ 'plugin.yaml.example': panotti('example') }, 'example', ['plugin.yaml.example']],
  ]
  for (const [files, id, unread] of cases) {
    const { manifest, problems, file } = readManifest(folder({ ...files, 'index.ts': '' }))
    assert.equal(manifest?.id, id, JSON.stringify(problems))
    assert.deepEqual(
      problems.map((problem) => problem.file.slice(dirname(file).length + 1)),
      unread,
      id,
    )
    assert.ok(problems.every(({ severity }) => severity === 'warning'))
  }
  const copied = readManifest(folder({ 'plugin.yaml.example': panotti('example'), 'plugin.ts': '' })).problems
  assert.match(copied[0]!.fix, /Copy it to plugin\.yaml/)
})

test('a manifest that cannot be parsed is not stepped over', () => {
  const { manifest, problems } = readManifest(folder({ 'plugin.json': '{', 'plugin.yaml': panotti('yaml') }))
  assert.equal(manifest, undefined)
  assert.deepEqual(problems.map(({ severity }) => severity).toSorted(), ['error', 'warning'])
})

test('the entry of a guide is looked for under the names of TypeScript and JavaScript, and its absence is a warning at its key', () => {
  const cases: readonly [files: Readonly<Record<string, string>>, entry: string, exported?: string | undefined, key?: string][] = [
    [{ 'manifest.json': '{"plugin_id":"a","version":"1.0.0","entry_point":"mod.Klass"}', 'mod.mjs': '' }, 'mod.mjs', 'Klass'],
    [{ 'manifest.json': '{"plugin_id":"a","version":"1.0.0","entry_point":"pkg.mod.Klass"}', 'pkg/mod.ts': '' }, 'pkg/mod.ts', 'Klass'],
    [{ 'manifest.json': '{"plugin_id":"a","version":"1.0.0","entry_point":"pkg.mod.Klass"}', 'mod.ts': '' }, 'mod.ts', 'Klass'],
    [{ 'manifest.json': '{"plugin_id":"a","version":"1.0.0","entry_point":"mod.Klass"}', 'mod.py': '' }, 'mod.ts', 'Klass', 'entry_point'],
    [{ 'manifest.json': '{"plugin_id":"a","version":"1.0.0"}' }, 'plugin.ts', undefined, 'entry_point'],
    [{ 'manifest.json': '{"name":"a","version":"1.0.0","main_class":"P","entry_point":"plugin.py"}', 'plugin.cjs': '' }, 'plugin.cjs', 'P'],
    [
      { 'manifest.json': '{"name":"a","version":"1.0.0","main_class":"P","entry_point":"main.js"}', 'main.js': '', 'main.ts': '' },
      'main.js',
      'P',
    ],
    [{ 'plugin.yaml': 'name: a\nversion: 1.0.0\ntype: x\nentry_point: "pkg:K"\n', 'pkg/index.ts': '' }, 'pkg/index.ts', 'K'],
    [{ 'plugin.yaml': 'name: a\nversion: 1.0.0\ntype: x\nentry_point: "pkg:K"\n', 'index.js': '' }, 'index.js', 'K'],
    [{ 'plugin.yaml': panotti('a'), 'plugin.mjs': '', 'index.ts': '' }, 'plugin.mjs'],
    [{ 'plugin.json': '{"name":"my_crm","version":"1.0.0","capabilities":["x"]}', 'my_crm.js': '' }, 'my_crm.js'],
    [{ 'plugin.json': '{"id":"a","version":"1.0.0","api_version":{"major":0}}', 'src/lib.ts': '' }, 'src/lib.ts'],
  ]
  for (const [files, entry, exported, key] of cases) {
    const { manifest, problems } = readManifest(folder(files))
    assert.equal(manifest?.entry, entry, JSON.stringify(problems))
    assert.equal(manifest.export, exported)
    assert.deepEqual(
      problems.map((problem) => [problem.severity, problem.key]),
      key === undefined ? [] : [['warning', key]],
    )
  }
  const python = readManifest(
    folder({ 'manifest.json': '{"plugin_id":"a","version":"1.0.0","entry_point":"mod.Klass"}', 'mod.py': '' }),
  ).problems
  assert.match(python[0]!.fix, /Translate mod\.py to mod\.ts/)
})

test('an entry that leads out of the folder is an error of every dialect', () => {
  writeFileSync(join(root, 'outside.ts'), '')
  const linked = folder({ 'manifest.json': '{"plugin_id":"a","version":"1.0.0","entry_point":"mod.Klass"}' })
  symlinkSync(join(root, 'outside.ts'), join(linked, 'mod.ts'))
  const written = folder({ 'manifest.json': '{"name":"a","version":"1.0.0","main_class":"P","entry_point":"../outside.ts"}' })
  for (const path of [linked, written]) {
    const { manifest, problems } = readManifest(path)
    assert.equal(manifest, undefined)
    assert.deepEqual(
      problems.map(({ severity, key }) => [severity, key]),
      [['error', 'entry_point']],
    )
  }
})

test('what hurts a parser is one clear error, in every format', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
  ].join('\n')
  const deep = 100_000
  const cases: readonly [name: string, text: string, message: RegExp, line?: number][] = [
    ['plugin.json', `{"id":"a","version":"1.0.0","description":"${'x'.repeat(50 * 2 ** 20)}"}`, /has 524\d+ bytes; at most 1048576/],
    ['plugin.yaml', `name: a\n${bomb}`, /anchors are used so often/],
    ['plugin.yaml', 'name: a\nconfig: &c\n  again: *c\n', /anchor c contains itself/, 3],
    ['plugin.yaml', 'name: a\nname: b\n', /"name" stands twice/, 2],
    ['plugin.json', '{"id":"a",\n"id":"b"}', /"id" stands twice/, 2],
    ['plugin.toml', 'id = "a"\nid = "b"\n', /redefine/, 2],
    ['plugin.yaml', 'name: a\nconfig:\n\tkey: 1\n', /tab/, 3],
    ['plugin.yaml', 'name: a\n__proto__: { x: 1 }\n', /__proto__/],
    ['plugin.yaml', '- a\n', /not an object/, 1],
    ['plugin.yaml', '', /not an object/, 1],
    ['plugin.yaml', 'just text', /not an object/, 1],
    ['plugin.yaml', 'name: !!python/object:os.system x\n', /tag/i, 1],
    ['plugin.yaml', `name: a\nconfig: ${'['.repeat(deep)}`, /nested too deep/],
    ['plugin.yaml', `name: a\nconfig: ${'{a: '.repeat(deep)}`, /nested too deep/],
    ['plugin.yaml', `name: a\nconfig:\n  ${'- '.repeat(2000)}x`, /nested too deep/],
    ['plugin.yaml', `name: a\nconfig:\n  ${'- '.repeat(150)}x`, /nested deeper/],
    ['plugin.yaml', `name: &a a\nconfig: [${'*a,'.repeat(50_000)}]`, /anchors are used so often/],
    ['plugin.json', `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`, /nested deeper/],
    ['plugin.toml', `a = ${'['.repeat(deep)}${']'.repeat(deep)}`, /nested structures/],
    ['plugin.toml', `${Array.from({ length: 150 }, () => 'a').join('.')} = 1`, /nested/],
  ]
  for (const [name, text, message, line] of cases) {
    const { manifest, problems } = readManifest(folder({ [name]: text, 'index.ts': '' }))
    assert.equal(manifest, undefined, text.slice(0, 60))
    assert.equal(problems.length, 1, `${text.slice(0, 60)}: ${JSON.stringify(problems)}`)
    assert.match(problems[0]!.message, message)
    if (line !== undefined) assert.equal(problems[0]!.line, line, text.slice(0, 60))
  }
})

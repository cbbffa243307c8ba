import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { readManifest } from './read-manifest.ts'
import { problemsAsError } from './problem.ts'
import type { Problem } from './problem.ts'

const root = mkdtempSync(join(tmpdir(), 'cardcage-manifest-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0

function folder(files: Readonly<Record<string, string | object>>): string {
  const path = join(root, `plugin-${++count}`)
  mkdirSync(path)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  }
  return path
}

const good = { id: 'dtw', version: '1.0.0' }

/** Reads a plugin.json beside an index.ts. */
function read(manifest: string | object) {
  return readManifest(folder({ 'plugin.json': manifest, 'index.ts': '' }))
}

/** The only problem of such a manifest. */
function only(manifest: string | object): Problem {
  const { problems, manifest: made } = read(manifest)
  assert.equal(problems.length, 1, JSON.stringify(problems))
  if (problems[0]!.severity === 'error') assert.equal(made, undefined)
  return problems[0]!
}

test('the least manifest gets every default', () => {
  const { manifest, problems } = read(good)
  assert.deepEqual(problems, [])
  assert.deepEqual(manifest, {
    id: 'dtw',
    name: 'dtw',
    version: '1.0.0',
    description: '',
    dialect: 'cardcage',
    apiVersion: { major: 1, minor: 0, patch: 0 },
    keywords: [],
    dependencies: [],
    requires: [],
    conflictsWith: [],
    produces: [],
    capabilities: {},
    runtime: {},
    platforms: [],
    enabled: true,
    documentation: { examples: [] },
    entry: 'index.ts',
    permissions: { net: [], read: [], write: [], env: [], secrets: [] },
    limits: {},
    isolation: {},
    modules: { allowed: [], blocked: [] },
    metadata: {},
  })
})

test('a full manifest is normalised', () => {
  const { manifest, problems } = read({
    ...good,
    name: 'Time warping',
    api_version: { major: 0, minor: 1, patch: 0 },
    keywords: ['analysis'],
    dependencies: ['a', 'b@^1.2', { name: 'c', optional: true }],
    config_schema: { type: 'object', properties: { size: { type: 'integer' } } },
    provides: {
      analysis: { dtw: { inputs: { a: { columns: { value: 'number', at: { type: 'ordered', optional: true } } } } } },
      visualization: { line: {} },
    },
    permissions: { net: ['api.example.com', { value: 'b.example', reason: 'prices' }] },
    limits: { memory: '512MiB', timeout: '30s' },
    isolation: { minimum: 'L2' },
  })
  assert.deepEqual(problems, [])
  assert.equal(manifest?.name, 'Time warping')
  assert.deepEqual(manifest.apiVersion, { major: 0, minor: 1, patch: 0 })
  assert.deepEqual(manifest.dependencies, [
    { name: 'a', version: '*', optional: false },
    { name: 'b', version: '^1.2', optional: false },
    { name: 'c', version: '*', optional: true },
  ])
  assert.deepEqual(manifest.provides, {
    analysis: {
      dtw: { inputs: { a: { columns: { value: { type: 'number' }, at: { type: 'ordered', optional: true } } } }, deterministic: true },
    },
    visualization: { line: { inputs: { data: {} }, draws: ['image/svg+xml'] } },
  })
  assert.deepEqual(manifest.permissions.net, [{ value: 'api.example.com' }, { value: 'b.example', reason: 'prices' }])
  assert.deepEqual(manifest.limits, { memory: 536_870_912, timeout: 30_000 })
  assert.deepEqual(manifest.isolation, { minimum: 'L2' })
})

test('the sample of the guide loads: keys that TOML puts inside [api_version] are taken out, with a warning each', () => {
  const sample = `id = "my-awesome-plugin"
name = "My Awesome Plugin"
version = "1.0.0"
description = "A plugin that does awesome things with time series data"
author = "Your Name <your.email@example.com>"
license = "MIT"
homepage = "https://github.com/yourname/my-awesome-plugin"
repository = "https://github.com/yourname/my-awesome-plugin"

[api_version]
major = 0
minor = 1
patch = 0

keywords = ["analysis", "statistics", "forecasting"]
dependencies = []

# Optional: JSON Schema for plugin configuration
[config_schema]
# ... JSON Schema definition
`
  const { manifest, problems } = readManifest(folder({ 'plugin.toml': sample, 'index.js': '' }))
  assert.deepEqual(manifest?.keywords, ['analysis', 'statistics', 'forecasting'])
  assert.deepEqual(manifest.apiVersion, { major: 0, minor: 1, patch: 0 })
  assert.equal(manifest.entry, 'index.js')
  assert.equal(manifest.configSchema, undefined)
  const seen = problems.map(({ severity, line, key }) => ({ severity, line, key }))
  assert.deepEqual(seen, [
    { severity: 'warning', line: 15, key: 'api_version.keywords' },
    { severity: 'warning', line: 16, key: 'api_version.dependencies' },
  ])
})

test('syntax errors have line and column', () => {
  const json = only('{\n  "id": "dtw",\n  "version": nope\n}')
  assert.match(json.message, /not valid JSON at line 3, column 14/)
  assert.equal(json.line, 3)
  assert.match(json.file, /plugin\.json$/)
  const toml = readManifest(folder({ 'plugin.toml': 'id = "a"\nversion = \n', 'index.ts': '' })).problems
  assert.equal(toml.length, 1)
  assert.equal(toml[0]!.line, 2)
  assert.match(toml[0]!.message, /not valid TOML at line 2, column \d+: /)
  assert.match(only('{"id": "a",}').message, /line 1, column 12/)
  assert.match(only('').message, /line 1, column 1/)
})

test('every problem is told at once, with line, key and fix', () => {
  const { problems, known, manifest } = read(
    '{\n"id": "../dtw",\n"version": "1.0",\n"name": 3,\n"permissions": { "net": "all" },\n"limits": { "memory": "much" },\n"dependencies": ["a@nope"],\n"entry": "../x.ts"\n}',
  )
  assert.equal(manifest, undefined)
  assert.deepEqual(known, { id: '../dtw', version: '1.0' })
  assert.deepEqual(
    problems.map(({ line, key, severity }) => [line, key, severity]),
    [
      [2, 'id', 'error'],
      [3, 'version', 'error'],
      [4, 'name', 'error'],
      [5, 'permissions.net', 'error'],
      [6, 'limits.memory', 'error'],
      [7, 'dependencies[0]', 'error'],
      [8, 'entry', 'error'],
    ],
  )
  for (const { message, fix } of problems) assert.ok(message.length > 5 && fix.length > 5)
  const error = problemsAsError(problems)
  assert.equal(error?.code, 'invalid-manifest')
  assert.match(error.message, /plugin\.json:2 id: "\.\.\/dtw" given.* \(and 6 more\)/)
})

test('versions are semantic versions, strictly', () => {
  for (const version of ['1.0.0', '0.1.0-beta.1', '10.20.30+build.5']) assert.deepEqual(read({ ...good, version }).problems, [])
  for (const version of ['1', '1.0', 'v1.0.0', '=1.0.0', ' 1.0.0', '1.0.0 ', '01.0.0', '1.0.0.0', 'latest', ''])
    assert.equal(only({ ...good, version }).key, 'version', version)
  assert.equal(only({ id: 'dtw' }).key, 'version')
})

test('an unknown kind, a bad name and a bad column type fail', () => {
  const kind = only({ ...good, provides: { analisys: { dtw: {} } } })
  assert.equal(kind.key, 'provides.analisys')
  assert.match(kind.message, /unknown kind "analisys"/)
  assert.match(kind.fix, /Did you mean 'analysis'\?/)
  assert.equal(only({ ...good, provides: { analysis: { 'a.b': {} } } }).key, 'provides.analysis.a.b')
  assert.match(
    only({ ...good, provides: { analysis: { a: { inputs: { data: { columns: { v: 'int' } } } } } } }).key!,
    /^provides\.analysis\.a\.inputs\.data\.columns\.v/,
  )
  assert.match(
    only({ ...good, provides: { analysis: { a: { inputs: { data: { minRows: 5, maxRows: 4 } } } } } }).message,
    /minRows 5 is above maxRows 4/,
  )
  assert.deepEqual(read({ ...good, provides: { handler: { 'order.*': {} } } }).problems, [])
})

test('unknown keys are warnings with the nearest known key, or errors where asked for', () => {
  const warning = only({ ...good, keyword: ['x'] })
  assert.equal(warning.severity, 'warning')
  assert.match(warning.fix, /Did you mean 'keywords'\?/)
  assert.equal(only({ ...good, limits: { memroy: 1 } }).key, 'limits.memroy')
  const strict = readManifest(folder({ 'plugin.json': { ...good, zzz: 1 }, 'index.ts': '' }), { unknownKeys: 'error' })
  assert.equal(strict.manifest, undefined)
  assert.equal(strict.problems[0]?.severity, 'error')
})

test('the contract must be one that is offered; the refusal names both', () => {
  for (const offered of ['0.1.0', '1.0', '1.0.7']) assert.deepEqual(read({ ...good, api_version: offered }).problems, [])
  for (const refused of ['2.0.0', '1.1.0', '0.2.0']) {
    const problem = only({ ...good, api_version: refused })
    assert.equal(problem.code, 'incompatible')
    assert.ok(problem.message.includes(`contract ${refused}`) && problem.message.includes('0.1 and 1.0'), problem.message)
  }
  assert.equal(only({ ...good, api_version: 'one' }).key, 'api_version')
})

test('the entry module exists, is a file and stays inside the folder', () => {
  const outside = join(root, 'outside.ts')
  writeFileSync(outside, '')
  const wrong: Readonly<Record<string, RegExp>> = {
    '../outside.ts': /outside the plugin's folder/,
    'src/../../outside.ts': /outside the plugin's folder/,
    [outside]: /absolute/,
    'link.ts': /link that leads outside/,
    'linked/outside.ts': /link that leads outside/,
    src: /not a file/,
    'none.ts': /does not exist/,
    'index.ts/x.ts': /does not exist/,
    'README.md': /no JavaScript or TypeScript module/,
    '': /no file name/,
    'a\0b.ts': /no file name/,
  }
  for (const [entry, message] of Object.entries(wrong)) {
    const path = folder({ 'plugin.json': { ...good, entry }, 'index.ts': '', 'src/index.ts': '', 'README.md': '' })
    symlinkSync(outside, join(path, 'link.ts'))
    symlinkSync(root, join(path, 'linked'))
    const { problems, manifest } = readManifest(path)
    assert.equal(problems.length, 1, entry)
    assert.equal(problems[0]!.key, 'entry')
    assert.match(problems[0]!.message, message)
    assert.equal(manifest, undefined)
  }
  const inside = folder({ 'plugin.json': { ...good, entry: './src/index.ts' }, 'src/index.ts': '' })
  assert.equal(readManifest(inside).manifest?.entry, 'src/index.ts')
  const neither = readManifest(folder({ 'plugin.json': good }))
  assert.match(neither.problems[0]!.message, /no index\.ts or index\.js/)
})

test('a linked plugin folder is read like any other', () => {
  const path = folder({ 'plugin.json': good, 'index.ts': '' })
  symlinkSync(path, `${path}-link`)
  assert.equal(readManifest(`${path}-link`).manifest?.id, 'dtw')
})

test('plugin.json wins over plugin.toml, with a warning', () => {
  const { manifest, problems } = readManifest(
    folder({ 'plugin.json': good, 'plugin.toml': 'id = "other"\nversion = "1.0.0"', 'index.ts': '' }),
  )
  assert.equal(manifest?.id, 'dtw')
  assert.equal(problems.length, 1)
  assert.equal(problems[0]!.severity, 'warning')
  assert.match(problems[0]!.file, /plugin\.toml$/)
})

test('what is no readable manifest is said, and never blocks or crashes', () => {
  assert.match(readManifest(folder({})).problems[0]!.message, /no plugin\.json or plugin\.toml/)
  assert.equal(readManifest(join(root, 'nowhere')).problems[0]!.code, 'not-found')
  assert.match(readManifest(folder({ 'plugin.json/x': '' })).problems[0]!.message, /not a file/)
  const pipe = folder({})
  execFileSync('mkfifo', [join(pipe, 'plugin.json')])
  assert.match(readManifest(pipe).problems[0]!.message, /not a file/)
  const linked = folder({})
  symlinkSync('/etc/passwd', join(linked, 'plugin.json'))
  assert.match(readManifest(linked).problems[0]!.message, /leads outside/)
  assert.match(only(`{"id":"dtw","version":"1.0.0","description":"${'x'.repeat(2 ** 20)}"}`).message, /at most 1048576/)
  const latin = folder({})
  writeFileSync(join(latin, 'plugin.json'), Buffer.from([0x7b, 0xff, 0x7d]))
  assert.match(readManifest(latin).problems[0]!.message, /not UTF-8/)
  assert.match(only('[]').message, /not an object/)
  assert.match(only('null').message, /not an object/)
  assert.match(only(`{"id":"dtw","version":"1.0.0","config_schema":${'['.repeat(100_000)}${']'.repeat(100_000)}}`).message, /nested deeper/)
  assert.match(only('{"id":"dtw","version":"1.0.0","provides":{"__proto__":{"polluted":{}}}}').message, /__proto__/)
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
  assert.deepEqual(read(`\uFEFF${JSON.stringify(good)}`).problems, [])
})

test('TOML dates become text, what JSON cannot say is refused', () => {
  const toml = (text: string) => readManifest(folder({ 'plugin.toml': `id = "a"\nversion = "1.0.0"\n${text}`, 'index.ts': '' }))
  assert.deepEqual(toml('[config_schema]\ndefault = 2020-01-01').manifest?.configSchema, { default: '2020-01-01' })
  assert.match(toml('[config_schema]\nmaximum = inf').problems[0]!.message, /no number of JSON/)
  assert.equal(toml('[config_schema]\nmaximum = 9007199254740993').problems[0]!.line, 4)
})

test('dependencies are checked one by one', () => {
  assert.equal(only({ ...good, dependencies: ['dtw'] }).message, 'the plugin depends on itself')
  assert.equal(only({ ...good, dependencies: ['a', 'a@1'] }).key, 'dependencies[1]')
  assert.equal(only({ ...good, dependencies: ['../a'] }).key, 'dependencies[0]')
  assert.equal(only({ ...good, dependencies: [{ version: '1' }] }).key, 'dependencies[0].name')
})

test('limits are above nothing', () => {
  for (const memory of ['512M', 0, -1, '-1MiB']) assert.equal(only({ ...good, limits: { memory } }).key, 'limits.memory')
  assert.equal(only({ ...good, limits: { timeout: '5 weeks' } }).key, 'limits.timeout')
})

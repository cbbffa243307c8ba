import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readManifest } from '../../src/manifest/read-manifest.ts'

const root = mkdtempSync(join(tmpdir(), 'cardcage-problems-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0

/** Reads one manifest beside entry modules of every name. */
function read(name: string, text: string, unknownKeys: 'warning' | 'error' = 'warning') {
  const folder = join(root, String(++count))
  mkdirSync(folder)
  for (const entry of ['index.ts', 'plugin.ts', 'm.ts']) writeFileSync(join(folder, entry), '')
  writeFileSync(join(folder, name), text)
  return readManifest(folder, { unknownKeys })
}

test('problems stand at the key and the line as the author wrote it', () => {
  const cases: readonly [
    name: string,
    text: string,
    told: readonly (readonly [severity: string, line: number | undefined, key: string | undefined, message: RegExp])[],
  ][] = [
    [
      'manifest.json',
      '{\n"plugin_id": 5,\n"version": "one"\n}',
      [
        ['error', 2, 'plugin_id', /5 given/],
        ['error', 3, 'version', /"one" is not a semantic version/],
      ],
    ],
    ['manifest.json', '{\n"plugin_id": "a"\n}', [['error', undefined, 'version', /is missing/]]],
    ['manifest.json', '{\n"core_min_version": "1.0.0",\n"version": "1.0.0"\n}', [['error', undefined, 'plugin_id', /is missing/]]],
    [
      'manifest.json',
      '{"plugin_id": "a", "version": "1.0.0",\n"core_min_version": "3.0.0"}',
      [['error', 2, 'core_min_version', /platform-base >=3\.0\.0.* platform-base 2\.0\.0/]],
    ],
    [
      'manifest.json',
      '{"plugin_id": "a", "version": "1.0.0", "core_min_version": "1.0.0",\n"core_max_version": "1.9.9"}',
      [['error', 2, 'core_max_version', />=1\.0\.0 <=1\.9\.9.* 2\.0\.0/]],
    ],
    [
      'manifest.json',
      '{"name": "a", "version": "1.0.0", "main_class": "P",\n"requires_platform_version": "~=1.0"}',
      [['error', 2, 'requires_platform_version', /2\.0\.0/]],
    ],
    [
      'plugin.yaml',
      'name: a\nversion: 1.0.0\ntype: x\nentry_point: "m:C"\nplatform_base_version: ">=10.0.0"\n',
      [['error', 5, 'platform_base_version', />=10\.0\.0/]],
    ],
    [
      'plugin.json',
      '{"name": "a", "version": "1.0.0", "capabilities": ["x"],\n"min_engine_version": "1.0.1"}',
      [['error', 2, 'min_engine_version', /recommendation-engine 1\.0\.0/]],
    ],
    [
      'plugin.json',
      '{"id": "a", "version": "1.0.0",\n"host_version": ">=5"}',
      [['error', 2, 'host_version', /cardcage >=5, this host is cardcage \d/]],
    ],
    [
      'plugin.json',
      '{"id": "a", "version": "1.0.0",\n"api_version": {"major": 0, "minor": 2}}',
      [['error', 2, 'api_version', /contract 0\.2\.0/]],
    ],
    [
      'plugin.json',
      '{"id": "a", "version": "1.0.0",\n"manifest_version": 2}',
      [['error', 2, 'manifest_version', /shape 2, this host reads 1/]],
    ],
    [
      'manifest.json',
      '{"name": "a", "version": "1.0.0", "main_class": "P",\n"plugin_dependencies": {\n"b": "nope"}}',
      [['error', 3, 'plugin_dependencies.b', /"nope" is not a range/]],
    ],
    [
      'manifest.json',
      '{"name": "a", "version": "1.0.0", "main_class": "P",\n"max_memory_mb": -5,\n"timeout_seconds": "5"}',
      [
        ['error', 2, 'max_memory_mb', /-5MiB/],
        ['error', 3, 'timeout_seconds', /"5" given, a number/],
      ],
    ],
    [
      'plugin.yaml',
      'name: a\nversion: 1.0.0\nenabled: yes please\ndependencies:\n  - b\n  - "b>=1"\n',
      [
        ['error', 3, 'enabled', /yes please/],
        ['error', 6, 'dependencies[1]', /named twice/],
      ],
    ],
    [
      'manifest.json',
      '{"plugin_id": "a", "version": "1.0.0",\n"configuration": {\n"x": {\n"type": "flaot"},\n"y": 5}}',
      [
        ['error', 4, 'configuration.x.type', /"flaot"/],
        ['error', 5, 'configuration.y', /5 given, an object/],
      ],
    ],
    [
      'plugin.json',
      '{"name": "a", "version": "1.0.0", "config_schema": {\n"properties": {\n"x": 5}}}',
      [['error', 3, 'config_schema.properties.x', /5 given/]],
    ],
    ['manifest.json', '{"plugin_id": "a", "version": "1.0.0",\n"tag": []}', [['warning', 2, 'tag', /unknown key "tag"/]]],
    [
      'plugin.toml',
      'plugin_id = "a"\nversion = "1.0.0"\n[documentation]\nreadme = "README.md"\nproduces = "x"\n',
      [
        ['warning', 5, 'documentation.produces', /stands inside \[documentation\]/],
        ['error', 5, 'documentation.produces', /"x" given/],
      ],
    ],
    [
      'manifest.json',
      '{"plugin_id": "a",\n"requires": ["numpy", "scipy>=1"],\n"version": "1.0.0"}',
      [['warning', 2, 'requires', /libraries numpy, scipy mean nothing/]],
    ],
    [
      'manifest.json',
      '{"name": "a", "main_class": "P",\n"dependencies": ["numpy"],\n"version": "1.0.0"}',
      [['warning', 2, 'dependencies', /the library numpy means nothing/]],
    ],
    [
      'plugin.json',
      '{"id": "a", "version": "1.0.0", "config_schema": {\n"type": "objekt", "properties": {\n"x": {"pattern": "((("},\n"y": {"$ref": "https://a.example/s.json"},\n"z": {"$ref": "#/$defs/none"}}}}',
      [
        ['error', 2, 'config_schema.type', /^is "objekt"; one of string, /],
        ['error', 3, 'config_schema.properties.x.pattern', /^the pattern "\(\(\(" is no regular expression: Unterminated group$/],
        ['error', 4, 'config_schema.properties.y.$ref', /^refers to "https:\/\/a\.example\/s\.json": only references inside/],
        ['error', 5, 'config_schema.properties.z.$ref', /^points at #\/\$defs\/none, which is not there/],
      ],
    ],
    [
      'manifest.json',
      '{"plugin_id": "a", "version": "1.0.0", "configuration": {\n"x": {"type": "string",\n"pattern": "["}}}',
      [['error', 3, 'configuration.x.pattern', /^the pattern "\[" is no regular expression/]],
    ],
    [
      'plugin.json',
      '{"id": "a", "version": "1.0.0", "provides": {"analysis": {"b": {"params": {\n"type": "objct"}}}}}',
      [['error', 2, 'provides.analysis.b.params.type', /^is "objct"/]],
    ],
    ['plugin.json', '{\n"a": 1}', [['error', undefined, undefined, /no manifest of a plugin: its keys are "a"/]]],
  ]
  for (const [name, text, told] of cases) {
    const { problems, manifest } = read(name, text)
    assert.deepEqual(
      problems.map(({ severity, line, key }) => [severity, line, key]),
      told.map(([severity, line, key]) => [severity, line, key]),
      `${text}: ${JSON.stringify(problems)}`,
    )
    for (const [i, [, , , message]] of told.entries()) assert.match(problems[i]!.message, message)
    assert.equal(
      manifest === undefined,
      told.some(([severity]) => severity === 'error'),
    )
  }
})

test('a misfit of versions is incompatible, and unknown keys are errors where asked for', () => {
  assert.equal(read('manifest.json', '{"plugin_id":"a","version":"1.0.0","core_min_version":"2.0.1"}').problems[0]?.code, 'incompatible')
  const strict = read('manifest.json', '{"plugin_id":"a","version":"1.0.0","tag":[]}', 'error')
  assert.equal(strict.manifest, undefined)
  assert.match(strict.problems[0]!.fix, /Did you mean 'tags'/)
})

test('all that is wrong is told at once, each with what to write instead', () => {
  const manifest = {
    id: 'a',
    version: 1,
    description: 5,
    author: ['x'],
    keywords: 'k',
    dependencies: 'dtw',
    config: [],
    enabled: 'yes',
    documentation: 'README.md',
    isolation: 'L9',
    conflicts_with: {},
    limits: { cpu: '50', timeout: 'soon' },
    permissions: { nett: [], net: { value: 'x' } },
    provides: { analysis: { b: { inputs: { data: { columns: { v: 'numbr' } } } } } },
  }
  const told = read('plugin.json', JSON.stringify(manifest)).problems.map(({ key, fix }) => [key, fix] as const)
  assert.deepEqual(Object.fromEntries(told), {
    version: 'Put three numbers in quotes, as in "1.0.0".',
    description: 'Write "description": "5".',
    author: 'Write "author": "x", not a list.',
    keywords: 'Write "keywords": ["k"].',
    dependencies: 'Write "dependencies": ["dtw"].',
    config: '"config": Values of the config that come with the plugin: above the defaults of the schema, below the config of the host.',
    enabled: 'Write "enabled": true, or false, without quotes.',
    documentation: 'Write "documentation": { "readme": …, "examples": … }.',
    isolation: "Did you mean 'L0' or 'L1' or 'L2'?",
    conflicts_with: 'Write "conflicts_with": [{}].',
    'limits.cpu': 'Write "cpu": 50, without quotes.',
    'permissions.nett': "Did you mean 'net'?",
    'permissions.net': 'Write "net": [{"value":"x"}].',
    'provides.analysis.b.inputs.data.columns.v': "Did you mean 'number'?",
  })
})

test('an entry may name its export', () => {
  for (const [manifest, entry, name, wrong] of [
    [{ entry: 'm.ts#Mine' }, 'm.ts', 'Mine'],
    [{ entry: 'm.ts#default', export: 'default' }, 'm.ts', 'default'],
    [
      { entry: 'm.ts#Mine', export: 'Yours' },
      undefined,
      undefined,
      /^entry: "m\.ts#Mine" names another export than "export", which is "Yours"$/,
    ],
    [{ entry: 'none.ts#Mine' }, undefined, undefined, /^entry: "none\.ts" does not exist$/],
    [{ entry: 'm.ts#' }, undefined, undefined, /^entry: "m\.ts#" does not exist$/],
    [{ entry: 'm.ts#a-b' }, undefined, undefined, /^entry: "m\.ts#a-b" does not exist$/],
  ] as const) {
    const found = read('plugin.json', JSON.stringify({ id: 'a', version: '1.0.0', ...manifest }))
    assert.deepEqual([found.manifest?.entry, found.manifest?.export], [entry, name])
    if (wrong) assert.match(`${found.problems[0]?.key}: ${found.problems[0]?.message}`, wrong)
    else assert.deepEqual(found.problems, [])
  }
})

test('hosts are compared as versions', () => {
  for (const [lowest, fits] of [
    ['2.0.0', true],
    ['1.10.0', true],
    ['10.0.0', false],
    ['2.0.0-rc.1', true],
    ['2', true],
    ['2.0.1', false],
  ] as const)
    assert.equal(
      read('manifest.json', `{"plugin_id":"a","version":"1.0.0","core_min_version":"${lowest}","core_max_version":null}`).manifest !==
        undefined,
      fits,
      lowest,
    )
})

test('a canonical key is located where the author wrote it', () => {
  const { locate } = read('manifest.json', '{"plugin_id":"a","version":"1.0.0",\n"configuration": {\n"size": {"type": "int",\n"max": 5}}}')
  assert.deepEqual(locate?.(['config_schema', 'properties', 'size', 'maximum']), { keys: ['configuration', 'size', 'max'], line: 4 })
  assert.deepEqual(locate(['id']), { keys: ['plugin_id'], line: 1 })
})

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
      [['warning', 2, 'dependencies', /libraries numpy mean nothing/]],
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

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '@cardcage/plugin'
import { isOurs, recognize } from './dialect.ts'

type Raw = Readonly<Record<string, Json>>
const api = { major: 0, minor: 1, patch: 0 }

test('a manifest is recognised by its keys', () => {
  const cases: readonly [dialect: string, raw: Raw][] = [
    ['cardcage', { id: 'a', version: '1.0.0' }],
    ['cardcage', { id: 'a', version: '1.0.0', manifestVersion: 1 }],
    ['cardcage', { id: 'a', api_version: { major: 1 } }],
    ['cardcage', { id: 'a', api_version: '0.1.0' }],
    ['cardcage', { id: 'a', api_version: api, entry: 'x.ts' }],
    ['cardcage', { id: 'a', api_version: api, permissions: {} }],
    ['cardcage', { version: '1.0.0', provides: {} }],
    ['cardcage', { version: '1.0.0' }],
    ['chronos', { id: 'a', api_version: api }],
    ['chronos', { id: 'a', api_version: api, keywords: [], typo: 1 }],
    ['chronos', { name: 'A', version: '1.0.0', api_version: api }],
    ['platform-base-1', { plugin_id: 'a' }],
    ['platform-base-1', { version: '1.0.0', core_min_version: '2.0.0' }],
    ['platform-base-1', { version: '1.0.0', entry_point: 'm.C', requires: [] }],
    ['platform-base-1', { version: '1.0.0', configuration: {} }],
    ['platform-base-2', { name: 'a', main_class: 'P' }],
    ['platform-base-2', { name: 'a', requires_platform_version: '>=1' }],
    ['platform-base-2', { name: 'a', version: '1.0.0', entry_point: 'plugin.py' }],
    ['platform-base-yaml', { name: 'a', type: 'operation', entry_point: 'p:C' }],
    ['platform-base-yaml', { name: 'a', platform_base_version: '>=2' }],
    ['panotti', { name: 'a', version: '1.0.0' }],
    ['panotti', { name: 'a', enabled: true }],
    ['panotti', { name: 'a', config: {} }],
    ['panotti', { name: 'a', dependencies: [] }],
    ['recommendation', { name: 'a', capabilities: ['x'] }],
    ['recommendation', { name: 'a', config_schema: { properties: {} } }],
    ['recommendation', { name: 'a', config: {}, min_engine_version: '1.0.0' }],
  ]
  for (const [dialect, raw] of cases) assert.deepEqual(recognize(raw), { dialect }, JSON.stringify(raw))
})

test('keys of two dialects are refused, and both are named', () => {
  const cases: readonly [raw: Raw, key: string, named: readonly string[]][] = [
    [{ plugin_id: 'a', main_class: 'P' }, 'main_class', ['"plugin_id"', '"main_class"', 'the guide’s schema 1.0', 'its registry']],
    [{ id: 'a', plugin_id: 'a' }, 'plugin_id', ['"id"', '"plugin_id"', 'Cardcage']],
    [{ id: 'a', min_engine_version: '1' }, 'min_engine_version', ['"id"', 'recommendation engine']],
    [{ platform_base_version: '1', max_engine_version: '1' }, 'max_engine_version', ['"platform_base_version"']],
  ]
  for (const [raw, key, named] of cases) {
    const found = recognize(raw)
    assert.ok('message' in found && found.key === key, JSON.stringify(found))
    for (const name of ['in two dialects at once', ...named]) assert.ok(found.message.includes(name), `${name}: ${found.message}`)
  }
})

test('what is of no dialect is told what was looked for', () => {
  for (const raw of [{}, { a: 1, b: 2 }, { name: 'a', start_url: '/' }, { name: 'a', version: '1.0.0', usage: 'x' }]) {
    const found = recognize(raw)
    assert.ok('message' in found, JSON.stringify(raw))
    assert.match(found.message, /no manifest of a plugin/)
    for (const key of [
      '"id"',
      '"plugin_id"',
      '"main_class"',
      '"platform_base_version"',
      '"min_engine_version"',
      '"capabilities"',
      '"config"',
    ])
      assert.ok(found.fix.includes(key))
  }
})

test('a manifest.json of somebody else is not ours', () => {
  const others: readonly (Json | undefined)[] = [
    { name: 'App', short_name: 'A', start_url: '/', display: 'standalone', icons: [] },
    { id: '/', name: 'App', start_url: '/' },
    { manifest_version: 3, name: 'Extension', version: '1.0', permissions: ['tabs'], background: {}, action: {} },
    {
      domain: 'hue',
      name: 'Hue',
      version: '1.0.0',
      dependencies: [],
      codeowners: [],
      requirements: ['aiohue==1'],
      documentation: 'https://example.com',
    },
    { name: 'a', version: '1.0.0' },
    [],
    undefined,
  ]
  for (const raw of others) assert.equal(isOurs('/x/manifest.json', raw), false, JSON.stringify(raw))
  const ours: readonly Json[] = [
    { plugin_id: 'a', version: '1.0.0' },
    { name: 'a', version: '1.0.0', main_class: 'P' },
    { name: 'a', version: '1.0.0', capabilities: ['x'] },
    { id: 'a', version: '1.0.0', provides: {} },
  ]
  for (const raw of ours) assert.equal(isOurs('/x/manifest.json', raw), true, JSON.stringify(raw))
  assert.equal(isOurs('/x/plugin.json', {}), true)
})

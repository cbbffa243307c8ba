import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '../../src/config/load-config.ts'
import { settingsBelow } from '../../src/config/settings-below.ts'
import { emptyFolder } from '../host.ts'

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))

/** What a file comes to: the host's part, the slots, and what is said of it as `severity key line`. */
function normalised(file: string, environment: Readonly<Record<string, string>> = {}) {
  const { host, settings, problems } = loadConfig({ cwd: fixtures, files: [file], environment })
  const ofFile = settings.filter(({ name }) => name === undefined)
  return {
    host,
    slots: settingsBelow(ofFile, ['slots']),
    names: settings.flatMap(({ name }) => name ?? []),
    said: problems.map(({ severity, key, line }) => `${severity} ${key} ${line}`),
  }
}

const plugins = { paths: [join(fixtures, 'plugins')], enabled: true, discover: true }
const enrichment = { cache: { ttl: 1_800_000 }, timeout: 10_000, retry: { retries: 3, delay: 1000 } }

test('distributed-transformer: its plugins section, as printed', (t) => {
  const folder = emptyFolder(t)
  const file = join(folder, 'config.yaml')
  const text = readFileSync(join(fixtures, 'distributed-transformer.yaml'), 'utf8')
  writeFileSync(file, text.replace('/path/to/plugins', folder))
  assert.deepEqual(normalised(file), {
    host: { plugins: { paths: [folder], enabled: true, discover: true }, policy: {}, security: {} },
    slots: { 'my-plugin': { config: { batch_size: 1024, custom_setting: 'value' } } },
    names: ['my_plugin'],
    said: [],
  })
  assert.deepEqual(
    normalised('distributed-transformer.yaml').said,
    ['error plugins.plugin_dir 2'],
    'a folder that somebody named must be there',
  )
})

test('distributed-transformer: all its defaults; what only its host has is said once each', () => {
  assert.deepEqual(normalised('distributed-transformer-defaults.yaml'), {
    host: { plugins: { ...plugins, versionCompatibility: 'Major' }, policy: { all: { startTimeout: 30_000 } }, security: {} },
    slots: {
      'json-plugin': { config: { pretty_print: true, max_nesting_depth: 100 } },
      'avro-plugin': { config: { use_schema_registry: false } },
    },
    names: ['json_plugin', 'avro_plugin'],
    said: [
      'warning formats 1',
      'warning plugins.enable_hot_reload 9',
      'warning plugins.hot_reload_interval_secs 10',
      'warning storage 13',
      'warning streaming 18',
      'warning processing 27',
    ],
  })
})

test('Platform Base: config/plugins.yaml; what is not enforced is kept, and said', () => {
  assert.deepEqual(normalised('platform-base.yaml'), {
    host: {
      timeout: 30_000,
      plugins,
      policy: {},
      security: {
        maxMemory: 512 * 2 ** 20,
        maxCpuPercent: 50,
        allowedModules: ['numpy', 'scipy', 'pandas'],
        blockedModules: ['os', 'subprocess', 'socket'],
      },
    },
    slots: {},
    names: [],
    said: ['warning security.allowed_modules 7', 'warning security.blocked_modules 11'],
  })
})

test('PanottiServer: plugin_config.yaml, with its variables', () => {
  const settings = { timeout: '30', retry_count: '3', feature_flags: { enable_caching: true } }
  const expected = {
    host: { plugins, policy: {}, security: {} },
    slots: { 'example-plugin': { version: '1.0.0', config: settings } },
    names: ['example_plugin'],
    said: [],
  }
  assert.deepEqual(normalised('panotti-server.yaml'), expected)
  const other = normalised('panotti-server.yaml', { PLUGIN_TIMEOUT: '45' })
  assert.deepEqual(other.slots, { 'example-plugin': { version: '1.0.0', config: { ...settings, timeout: '45' } } })
})

test('recommendation engine: plugins.NAME, the manager in YAML and as Go has it', () => {
  assert.deepEqual(normalised('recommendation-engine.yaml', { MY_PLUGIN_API_KEY: 'k' }).slots, {
    'my-plugin': { enabled: true, config: { api_url: 'https://api.example.com', api_key: 'k', timeout: 30, rate_limit: 100 } },
  })
  assert.deepEqual(normalised('recommendation-engine-manager.yaml'), {
    host: { plugins, policy: { enrichment }, security: {} },
    slots: {},
    names: [],
    said: [
      'warning manager.watch_interval 4',
      'warning health 9',
      'warning notifications 10',
      'warning performance 11',
      ...['validate_api_keys', 'global_rate_limit', 'anonymize_logs', 'log_retention_days', 'verify_ssl', 'min_tls_version'].map(
        (key) => `warning security.${key} 12`,
      ),
      'warning development 13',
      'warning marketplace 14',
    ],
  })
  assert.deepEqual(normalised('recommendation-engine-go.json').host, { plugins, policy: { enrichment }, security: {} })
})

test('a guide’s own file is found in the working directory where there is no cardcage.yaml', (t) => {
  const cases = {
    'config/plugins.yaml': 'platform-base.yaml',
    'plugin_config.yaml': 'panotti-server.yaml',
    'plugins.yaml': 'recommendation-engine.yaml',
  }
  for (const [name, fixture] of Object.entries(cases)) {
    const folder = guideFolder(t, name, fixture)
    const found = () => loadConfig({ cwd: folder, environment: { XDG_CONFIG_HOME: folder }, system: folder }).places.at(-1)
    assert.deepEqual([found()?.found, found()?.guide], [[join(folder, name)], true], name)
    writeFileSync(join(folder, 'cardcage.toml'), '')
    assert.deepEqual([found()?.found, found()?.guide], [[join(folder, 'cardcage.toml')], undefined], 'our own is above it')
  }
})

function guideFolder(t: TestContext, name: string, fixture: string): string {
  const folder = emptyFolder(t)
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  copyFileSync(join(fixtures, fixture), join(folder, name))
  return folder
}

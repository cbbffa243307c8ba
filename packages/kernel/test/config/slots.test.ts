import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConfig, createKernel } from '@cardcage/kernel'
import type { Json } from '@cardcage/plugin'
import { emptyFolder, errorOf, writePlugins } from '../host.ts'
import { configIn, configuredKernel, machine, tellerOf, told } from './configured.ts'

const schema: Json = {
  type: 'object',
  properties: {
    api_url: { type: 'string' },
    timeout: { type: 'integer', minimum: 1, maximum: 300, default: 30 },
    mode: { type: ['string', 'null'], default: 'plain' },
    tags: { type: 'array', items: { type: 'string' } },
    server: { type: 'object', properties: { host: { type: 'string', default: 'localhost' }, port: { type: 'integer' } } },
    on: { type: 'boolean' },
  },
}

test('each layer is above the one before: default, manifest, files, plugin files, environment, program', async (t) => {
  const on = machine(t)
  const layers: (readonly [value: number, put: () => void])[] = [
    [31, () => {}],
    [32, () => on.write('user/cardcage/cardcage.yaml', 'slots: {crm: {config: {timeout: 32}}}')],
    [
      33,
      () => on.write('project/low.toml', '[plugins.crm.config]\ntimeout = 33\n') && on.write('project/cardcage.yaml', 'include: low.toml'),
    ],
    [34, () => on.write('project/cardcage.yaml', 'include: low.toml\nplugins: {plugin_configs: {crm: {timeout: 34}}}')],
    [35, () => on.write('user/cardcage/plugins/crm.json', '{"timeout": 35}')],
    [36, () => on.write('project/.cardcage/config/crm.json', '{"format": 1, "config": {"timeout": 36}}')],
  ]
  const plugins = { crm: tellerOf(schema, { config: { timeout: 31, tags: ['m'] } }) }
  const folder = writePlugins(emptyFolder(t), plugins)
  const timeoutOf = async (environment = {}, program = {}) => {
    const kernel = await createKernel({ plugins: [folder], config: on.load(environment), ...program })
    t.after(() => kernel.stop())
    const { config, values } = kernel.configOf('crm')
    const { layer } = values.find(({ key }) => key === 'timeout')!.origin
    return [(config as { timeout: number }).timeout, layer]
  }
  const names = ['manifest', 'user', 'project', 'project', 'user-plugin', 'workspace-plugin']
  for (const [i, [value, put]] of layers.entries()) {
    put()
    assert.deepEqual(await timeoutOf(), [value, names[i]])
  }
  assert.deepEqual(await timeoutOf({ PLUGIN_CRM_TIMEOUT: '37' }), [37, 'environment'])
  assert.deepEqual(
    await timeoutOf({ PLUGIN_CRM_TIMEOUT: '37', CARDCAGE_SLOTS__CRM__CONFIG__TIMEOUT: '38' }),
    [38, 'environment'],
    'of one slot',
  )
  assert.deepEqual(await timeoutOf({ PLUGIN_CRM_TIMEOUT: '37' }, { slots: { crm: { plugin: 'crm', config: { timeout: 39 } } } }), [
    39,
    'program',
  ])
})

test('a plugin’s own file holds for all its slots, a slot’s own above it for that one', async (t) => {
  const on = machine(t, {
    'project/cardcage.yaml': 'slots: {east: {plugin: crm}, west: {plugin: crm}}',
    'project/.cardcage/config/crm.json': '{"timeout": 5, "on": true}',
    'project/.cardcage/config/west.json': '{"timeout": 6}',
  })
  const kernel = await configuredKernel(t, on, { crm: tellerOf(schema) })
  const [east, west] = ['east', 'west'].map((slot) => kernel.configOf(slot).config)
  const both = { on: true, mode: 'plain' }
  assert.deepEqual(
    [east, west],
    [
      { ...both, timeout: 5 },
      { ...both, timeout: 6 },
    ],
  )
})

test('what a plugin gets: merged, coerced, with defaults; objects by key, lists whole, null takes away', async (t) => {
  const on = machine(t, {
    'user/cardcage/cardcage.yaml': 'slots: {crm: {config: {tags: [a, b], timeout: 99, mode: fast, server: {host: h, port: 1}}}}',
    'project/cardcage.yaml':
      'slots: {crm: {config: {tags: ["${TAG}"], timeout: null, mode: null, server: {port: "${PORT:-2}"}, api_url: "${TEXT}", on: "${ON:-yes}"}}}',
  })
  const text = 'line one\nline: "two" ${NOT} # $$'
  const kernel = await configuredKernel(t, on, { crm: tellerOf(schema) }, { TAG: '5', TEXT: text })
  assert.deepEqual(await configIn(kernel, 'crm'), {
    tags: ['5'],
    timeout: 30,
    mode: null,
    server: { host: 'h', port: 2 },
    api_url: text,
    on: true,
  })
})

test('variables reach nested keys, lists and objects; an unknown one is said with the nearest', async (t) => {
  const on = machine(t, { 'project/cardcage.yaml': 'timeout: 30s' })
  const environment = {
    PLUGIN_MY_CRM_SERVER__PORT: '8080',
    PLUGIN_MY_CRM_TAGS: 'a, b',
    PLUGIN_MY_CRM_API_URL: '12',
    PLUGIN_MY_CRM_TIMEOUTS: '1',
    PLUGIN_OTHER_X: '1',
    PLUGIN_PATH: 'of somebody else',
    CARDCAGE_SLOTS__MY_CRM__POLICY__CONCURRENCY: '3',
    CARDCAGE_SLOTS__MYCRM__ENABLED: 'false',
    CARDCAGE_TIMOUT: '1',
  }
  const kernel = await configuredKernel(t, on, { 'my-crm': tellerOf(schema), my: tellerOf(schema) }, environment)
  assert.deepEqual(kernel.configOf('my-crm').config, {
    api_url: '12',
    tags: ['a', 'b'],
    server: { port: 8080, host: 'localhost' },
    timeout: 30,
    mode: 'plain',
  })
  assert.equal(kernel.configOf('my_crm').policy.concurrency, 3)
  const warnings = kernel.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)
  assert.deepEqual(warnings, [
    "environment CARDCAGE_SLOTS__MYCRM__ENABLED: names no slot. Did you mean 'MY_CRM'?",
    "environment PLUGIN_MY_CRM_TIMEOUTS: names no config key of my-crm. Did you mean 'PLUGIN_MY_CRM_TIMEOUT'?",
  ])
  assert.deepEqual(told(on.load(environment), on), [
    "warning environment CARDCAGE_TIMOUT: is no variable of Cardcage. Did you mean 'CARDCAGE_TIMEOUT'?",
  ])
})

test('a variable that two plugins could mean is that of the longer id, and said; a key that is named is before one that is open', async (t) => {
  const on = machine(t)
  const known = (...keys: string[]) =>
    tellerOf({ type: 'object', properties: Object.fromEntries(keys.map((key) => [key, { type: 'string' }])) })
  const environment = { PLUGIN_A_B_C: 'both', PLUGIN_O_P_Q: 'one' }
  const kernel = await configuredKernel(t, on, { a: known('b_c'), 'a-b': known('c'), o: known('p_q'), 'o-p': tellerOf() }, environment)
  assert.deepEqual(
    kernel.list().map(({ slot }) => kernel.configOf(slot).config),
    [{}, { c: 'both' }, { p_q: 'one' }, {}],
  )
  assert.deepEqual(
    kernel.lines.map(({ message }) => message),
    ['environment PLUGIN_A_B_C: is taken for c of a-b; it could be a key of a as well.'],
  )
})

test('a section my_plugin is the plugin my-plugin; without a schema its variables are typed as they look', async (t) => {
  const on = machine(t, {
    'project/plugin_config.yaml':
      'my_plugin:\n  version: 1.0.0\n  settings:\n    timeout: ${PLUGIN_TIMEOUT:-30}\n    code: ${CODE}\n    plain: "30"\n    feature_flags: {enable_caching: true}\n  feature_flags: {beta: "${BETA:-false}"}\n',
  })
  const kernel = await configuredKernel(t, on, { 'my-plugin': tellerOf() }, { CODE: '007' })
  assert.deepEqual(
    kernel.list().map(({ slot, state }) => [slot, state]),
    [['my-plugin', 'stopped']],
  )
  assert.deepEqual(await configIn(kernel, 'my-plugin'), {
    timeout: 30,
    code: '007',
    plain: '30',
    feature_flags: { enable_caching: true, beta: false },
  })
})

test('a config that does not fit fails its slot only, with the line; others go on', async (t) => {
  const on = machine(t, {
    'project/cardcage.yaml': [
      'slots:',
      '  good: {plugin: crm, config: {api_url: x}}',
      '  high:',
      '    plugin: crm',
      '    config:',
      '      api_url: x',
      '      timeout: 999',
      '  lacks: {plugin: crm}',
      '  unset:',
      '    plugin: crm',
      '    config: {api_url: "${NO_SUCH_VARIABLE}"}',
      '  old: {plugin: crm, version: ^2.0, config: {api_url: x}}',
      '  gone: {plugin: crn}',
      '  away: {plugin: nothing, enabled: false}',
      '  off: {plugin: crm, enabled: false, config: {timeout: none}}',
    ].join('\n'),
  })
  const plugins = { crm: tellerOf({ ...(schema as object), required: ['api_url'] }) }
  const kernel = await configuredKernel(t, on, plugins)
  const file = `${on.project}/cardcage.yaml`
  assert.deepEqual(
    kernel.list().map(({ slot, state, error }) => [slot, state, error?.code, error?.message]),
    [
      ['gone', 'failed', 'not-found', `${file}:13 slots.gone.plugin: the plugin 'crn' is not there. Did you mean 'crm'?`],
      ['good', 'stopped', undefined, undefined],
      [
        'high',
        'failed',
        'invalid-config',
        `Config of slot 'high': config key timeout: 999 given, an integer from 1 to 300 (default 30) needed (${file}:7)`,
      ],
      ['lacks', 'failed', 'invalid-config', `Config of slot 'lacks': config key api_url is missing, text needed (${file}:8)`],
      ['off', 'disabled', undefined, undefined],
      [
        'old',
        'failed',
        'invalid-config',
        `Config of slot 'old': ${file}:12 slots.old.version: it is for version ^2.0, the plugin is 1.0.0`,
      ],
      [
        'unset',
        'failed',
        'invalid-config',
        `Config of slot 'unset': config key api_url: the variable NO_SUCH_VARIABLE is not set (${file}:11)`,
      ],
    ],
  )
  assert.deepEqual(await configIn(kernel, 'good'), { api_url: 'x', timeout: 30, mode: 'plain' })
  assert.equal((await errorOf(kernel.analyze('high.analysis.tell'))).code, 'invalid-config')
})

test('the version of a slot: a bare one means what plugins.version_compatibility says, a range means itself', async (t) => {
  const plugins = [writePlugins(emptyFolder(t), { crm: tellerOf(schema, { version: '1.4.2' }) })]
  const works: Readonly<Record<string, readonly [fits: string, others: string]>> = {
    '': ['1.4.2 v1.4.2 1.4 1 ^1.2 >=1.0,<2 ~=1.4.0 1.x *', '1.4.1 1.4.3 1.5 2 0 ^2 ~=1.3.0 1.4.2-beta'],
    Exact: ['1.4.2', '1.4.1 1.0.0'],
    Minor: ['1.4.2 1.4.0 1.4 1 ^1.0 1.4.2-beta', '1.4.3 1.3.9 1.3 ^2'],
    Major: ['1.0.0 1.4.0 1 1.3', '1.5.0 2.0.0 0.9.0 =1.4.1 ~1.3.0'],
    Any: ['9.9.9 0.1.0 1.4.2', '^2 =1.4.1'],
  }
  for (const [policy, [fits, others]] of Object.entries(works)) {
    for (const version of [...fits.split(' '), ...others.split(' ')]) {
      const host = policy === '' ? {} : { version_compatibility: policy }
      const on = machine(t, { 'project/cardcage.json': JSON.stringify({ plugins: host, slots: { crm: { version } } }) })
      const [problem] = checkConfig(on.load(), { plugins, cache: on.project })
      assert.equal(problem === undefined, fits.split(' ').includes(version), `${policy} ${version}: ${problem?.message}`)
    }
  }
  const on = machine(t, { 'project/plugin_config.yaml': 'crm:\n  version: 1.3.0\n  settings: {}\n' })
  const asked = (environment: Readonly<Record<string, string>>) =>
    told({ problems: checkConfig(on.load(environment), { plugins, cache: on.project }) }, on)
  assert.deepEqual(asked({}), ['error project/plugin_config.yaml:2 slots.crm.version: it is for version 1.3.0, the plugin is 1.4.2'])
  assert.deepEqual(asked({ CARDCAGE_PLUGINS__VERSION_COMPATIBILITY: 'Minor' }), [
    'error project/plugin_config.yaml:2 slots.crm.version: it is for version 1.3.0 (~1.3.0: `plugins.version_compatibility` is Minor), the plugin is 1.4.2',
  ])
  assert.deepEqual(asked({ CARDCAGE_PLUGINS__VERSION_COMPATIBILITY: 'Major' }), [])
  assert.match(asked({ CARDCAGE_PLUGINS__VERSION_COMPATIBILITY: 'major' }).join(), /one of Exact, Major, Minor, Any needed/)
  assert.match(
    asked({ CARDCAGE_SLOTS__CRM__VERSION: 'latest' }).join(),
    /CARDCAGE_SLOTS__CRM__VERSION: "latest" is no version and no range/,
  )
})

test('thousands of slots, and of problems, are looked at in time that grows with their number', { timeout: 20_000 }, (t) => {
  const count = 6000
  const crowd = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `s${i}`,
      { plugin: 'crm', bogus: 1, config: { timeout: '${NOT_SET}' }, policy: { rate: { calls: 1 } } },
    ]),
  )
  const text = JSON.stringify({ slots: crowd }, null, 1)
  const on = machine(t, { 'project/cardcage.json': text })
  const problems = checkConfig(on.load(), { plugins: [writePlugins(emptyFolder(t), { crm: tellerOf(schema) })], cache: on.project })
  assert.equal(problems.length, count * 3)
  const lines = text.split('\n')
  assert.equal(problems.at(-1)!.line, lines.findLastIndex((line) => line.includes('NOT_SET')) + 1)
})

test('`config validate` finds all of both at once, and is strict with keys the schema does not know', (t) => {
  const on = machine(t, {
    'project/cardcage.yaml':
      'timeot: 1s\nslots:\n  crm:\n    config:\n      timeout: 999\n      api_ulr: x\n      mode: ${NONE}\n  crn: {}\n',
  })
  const plugins = [writePlugins(emptyFolder(t), { crm: tellerOf(schema) })]
  const problems = checkConfig(on.load({ PLUGIN_CRM_TIMOUT: '1' }), { plugins, cache: emptyFolder(t) })
  assert.deepEqual(told({ problems }, on), [
    "error project/cardcage.yaml:1 timeot: unknown key. Did you mean 'timeout'?",
    "warning environment PLUGIN_CRM_TIMOUT: names no config key of crm. Did you mean 'PLUGIN_CRM_TIMEOUT'?",
    'warning project/cardcage.yaml:7 slots.crm.config.mode: the variable NONE is not set; the key is left out',
    'error project/cardcage.yaml:5 slots.crm.config.timeout: config key timeout: 999 given, an integer from 1 to 300 (default 30) needed',
    "error project/cardcage.yaml:6 slots.crm.config.api_ulr: unknown config key api_ulr. Did you mean 'api_url'?",
    "error project/cardcage.yaml:8 slots.crn: the plugin 'crn' is not there. Did you mean 'crm'?",
  ])
})

test('a key the schema does not know is given to the plugin with a warning; refused where the schema is closed', async (t) => {
  const on = machine(t, { 'project/cardcage.yaml': 'slots: {open: {config: {more: 1}}, shut: {config: {more: 1}}}' })
  const closed = { type: 'object', properties: {}, additionalProperties: false }
  const kernel = await configuredKernel(t, on, {
    open: tellerOf({ type: 'object', properties: { a: { type: 'integer' } } }),
    shut: tellerOf(closed),
  })
  assert.deepEqual(await configIn(kernel, 'open'), { more: 1 })
  assert.match(kernel.lines.map(({ message }) => message).join('\n'), /cardcage\.yaml:1 slots\.open\.config\.more: unknown config key more/)
  assert.match((await errorOf(kernel.analyze('shut.analysis.tell'))).message, /unknown config key more/)
})

test('plugins.enabled: false loads none but those that come with the host; discover: false only those a slot names', async (t) => {
  const built = writePlugins(emptyFolder(t), { builtin: tellerOf() })
  const named = writePlugins(emptyFolder(t), { one: tellerOf(), two: tellerOf() })
  const on = machine(t)
  const slotsWith = async (yaml: string) => {
    on.write('project/cardcage.yaml', yaml.replace('NAMED', named))
    const kernel = await createKernel({ plugins: [built], builtIn: [built], config: on.load() })
    t.after(() => kernel.stop())
    return kernel.list().map(({ slot, state }) => `${slot} ${state}`)
  }
  assert.deepEqual(await slotsWith('plugins: {paths: NAMED}'), ['builtin stopped', 'one stopped', 'two stopped'])
  assert.deepEqual(await slotsWith('plugins: {plugin_dir: NAMED, enable_plugins: false, plugin_configs: {one: {a: 1}}}'), [
    'builtin stopped',
  ])
  assert.deepEqual(await slotsWith('plugins: {paths: NAMED, discover: false}\nslots: {second: {plugin: two}}'), [
    'builtin stopped',
    'second stopped',
  ])
})

test('deadline, memory and policies of the host reach the slots; what a slot says is above', async (t) => {
  const on = machine(t, {
    'project/cardcage.yaml':
      'security: {default_timeout: 5, max_memory_mb: 300}\npolicy:\n  all: {concurrency: 2, retry: {retries: 1, delay: 10ms}}\n  analysis: {queue: 7}\nslots: {a: {policy: {concurrency: 3, retry: {retries: 5}}}}\n',
  })
  const limited = (memory: string) => tellerOf(undefined, { limits: { memory } })
  const kernel = await configuredKernel(t, on, { a: limited('1GiB'), b: limited('200MiB'), c: tellerOf() })
  assert.deepEqual(kernel.configInForce().timeout, 5000)
  assert.deepEqual(kernel.configOf('a').policy, { concurrency: 3, retry: { retries: 5, delay: 10 }, queue: 7 })
  assert.deepEqual(kernel.configOf('b').policy, { concurrency: 2, retry: { retries: 1, delay: 10 }, queue: 7 })
  const memory = await Promise.all(['a', 'b', 'c'].map(async (slot) => ((await kernel.info(slot)).manifest?.limits.memory ?? 0) / 2 ** 20))
  assert.deepEqual(memory, [300, 200, 300])
})

test('without `config` no file and no variable is read', async (t) => {
  const folder = writePlugins(emptyFolder(t), { crm: tellerOf(schema) })
  process.env['PLUGIN_CRM_TIMEOUT'] = '77'
  t.after(() => delete process.env['PLUGIN_CRM_TIMEOUT'])
  await using kernel = await createKernel({ plugins: [folder] })
  assert.deepEqual((kernel.configOf('crm').config as { timeout: number }).timeout, 30)
})

test('a schema whose pattern never ends is a problem of its slot, within bounded time', async (t) => {
  const on = machine(t, { 'project/cardcage.yaml': `slots: {crm: {config: {name: ${'a'.repeat(40)}!}}}` })
  const kernel = await configuredKernel(t, on, {
    crm: tellerOf({ type: 'object', properties: { name: { type: 'string', pattern: '^(a+)+$' } } }),
  })
  assert.match(kernel.list()[0]?.error?.message ?? '', /Config of slot 'crm': a pattern of the schema needs more than 200 ms/)
})

test('a config_schema that is none, or fetches another, is a problem of the plugin and says so', async (t) => {
  const on = machine(t, { 'project/cardcage.yaml': 'slots: {odd: {config: {a: 1}}, far: {config: {a: x}}, open: {config: {a: x}}}' })
  const schemas: Readonly<Record<string, Json>> = {
    odd: { type: 'objekt', properties: 5 },
    far: { type: 'object', properties: { a: { $ref: 'https://example.com/schema.json' } } },
    open: { type: 'object', properties: { a: { type: 'string', pattern: '(' } } },
  }
  const folder = writePlugins(emptyFolder(t), Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, tellerOf(schema)])))
  const found = checkConfig(on.load(), { plugins: [folder], cache: emptyFolder(t) }).map(
    ({ file, key, message }) => `${file.replace(folder, '')} ${key}: ${message}`,
  )
  assert.equal(found.length, 4, found.join('\n'))
  for (const said of [
    /^\/far\/plugin\.json config_schema\.properties\.a\.\$ref: refers to "https:\/\/example\.com\/schema\.json": only references inside/,
    /^\/odd\/plugin\.json config_schema\.type: is "objekt"/,
    /^\/odd\/plugin\.json config_schema\.properties: is 5/,
    /^\/open\/plugin\.json config_schema\.properties\.a\.pattern: the pattern "\(" is no regular expression/,
  ])
    assert.ok(
      found.some((one) => said.test(one)),
      `${said}\n${found.join('\n')}`,
    )
  await using kernel = await createKernel({ plugins: [folder], config: on.load() })
  const errors = kernel.list().map(({ slot, state, error }) => [slot, state, error?.code, /config_schema\./.test(error?.message ?? '')])
  assert.deepEqual(
    errors,
    ['far', 'odd', 'open'].map((slot) => [slot, 'failed', 'invalid-manifest', true]),
  )
})

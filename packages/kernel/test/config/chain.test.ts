import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { machine, told } from './configured.ts'

test('system, user, project: each is above the one before; the environment is above all', (t) => {
  const on = machine(t, {
    'system/cardcage.json': '{"timeout": "1s", "memory": "1MB", "policy": {"all": {"queue": 1}}}',
    'user/cardcage/cardcage.toml': 'timeout = 2\n[policy.all]\nconcurrency = 2\n',
    'project/cardcage.yaml': 'timeout: 3s\n',
  })
  assert.deepEqual(on.load().host, {
    timeout: 3000,
    memory: 1_000_000,
    plugins: { paths: [], enabled: true, discover: true },
    policy: { all: { queue: 1, concurrency: 2 } },
    security: {},
  })
  assert.deepEqual(
    on.load().sources.map(({ layer }) => layer),
    ['system', 'user', 'project'],
  )
  assert.equal(on.load({ CARDCAGE_TIMEOUT: '4s' }).host.timeout, 4000)
  assert.deepEqual(on.load({ CARDCAGE_POLICY__ALL__QUEUE: '9', CARDCAGE_POLICY_ALL_RETRY_RETRIES: '2' }).host.policy, {
    all: { queue: 9, concurrency: 2, retry: { retries: 2 } },
  })
})

test('the project’s file is the nearest at or above the working directory', (t) => {
  const on = machine(t, { 'cardcage.yaml': 'timeout: 1s', 'project/sub/deep/x.txt': '' })
  assert.equal(on.load().host.timeout, 1000)
  on.write('project/cardcage.toml', 'timeout = "2s"')
  assert.equal(on.load().host.timeout, 2000, 'nearer')
})

test('CARDCAGE_HOME stands for system and user; named files for all', (t) => {
  const on = machine(t, {
    'system/cardcage.yaml': 'memory: 1MB',
    'user/cardcage/cardcage.yaml': 'timeout: 1s',
    'home/cardcage.yaml': 'timeout: 2s',
    'project/one.yaml': 'timeout: 3s\nmemory: 3MB',
    'project/two.json': '{"timeout": "4s"}',
    'project/cardcage.yaml': 'policy: {all: {queue: 1}}',
  })
  const home = join(on.project, '../home')
  const { host, pluginFolders } = on.load({ CARDCAGE_HOME: home })
  assert.deepEqual([host.timeout, host.memory, host.policy], [2000, undefined, { all: { queue: 1 } }])
  assert.deepEqual(pluginFolders, [
    { layer: 'user', folder: join(home, 'plugins') },
    { layer: 'workspace', folder: join(home, 'config') },
  ])
  const expected = [4000, 3_000_000, {}]
  const named = on.load({}, ['one.yaml', 'two.json']).host
  assert.deepEqual([named.timeout, named.memory, named.policy], expected, 'of several the later is above')
  const byVariable = on.load({ CARDCAGE_CONFIG: `one.yaml:${join(on.project, 'two.json')}` }).host
  assert.deepEqual([byVariable.timeout, byVariable.memory, byVariable.policy], expected)
})

test('a file is below the one that includes it; paths are relative to the file they stand in', (t) => {
  const on = machine(t, {
    'project/cardcage.yaml': 'include: [more/low.toml, more/high.json]\ntimeout: 1s\n',
    'project/more/low.toml': 'memory = "1MB"\ntimeout = "9s"\n[plugins]\npaths = ["here"]\n',
    'project/more/high.json': '{"memory": "2MB", "include": "../common.yaml"}',
    'project/common.yaml': 'memory: 3MB\npolicy: {all: {queue: 5}}\n',
  })
  mkdirSync(join(on.project, 'more/here'))
  const { host, sources, problems } = on.load()
  assert.deepEqual(problems, [])
  assert.deepEqual(
    [host.timeout, host.memory, host.policy, host.plugins.paths],
    [1000, 2_000_000, { all: { queue: 5 } }, [join(on.project, 'more/here')]],
  )
  assert.deepEqual(
    sources.map(({ file }) => file.slice(on.project.length + 1)),
    ['more/low.toml', 'common.yaml', 'more/high.json', 'cardcage.yaml'],
  )
})

test('includes that come back to themselves, directly or through others, are one problem that names the circle', (t) => {
  const on = machine(t, { 'project/cardcage.yaml': 'timeout: 1s\ninclude: cardcage.yaml\n' })
  assert.deepEqual(told(on.load(), on), [
    `error project/cardcage.yaml:2 include: the files include each other in a circle: project/cardcage.yaml → project/cardcage.yaml`,
  ])
  on.write('project/cardcage.yaml', 'include: b.yaml\n')
  on.write('project/b.yaml', 'include:\n  - c.yaml\n')
  on.write('project/c.yaml', 'include: b.yaml\n')
  assert.deepEqual(told(on.load(), on), [
    'error project/c.yaml:1 include: the files include each other in a circle: project/b.yaml → project/c.yaml → project/b.yaml',
  ])
})

test('includes are bounded in depth', (t) => {
  const on = machine(
    t,
    Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`project/${i === 0 ? 'cardcage' : i}.yaml`, `include: ${i + 1}.yaml`])),
  )
  assert.deepEqual(told(on.load(), on), ['error project/10.yaml:1 include: files include files more than 10 deep'])
})

test('two files of one layer are refused: nobody can say which is meant', (t) => {
  const on = machine(t, { 'project/cardcage.yaml': 'timeout: 1s', 'project/cardcage.toml': 'timeout = "2s"' })
  assert.deepEqual(told(on.load(), on), ['error project/cardcage.yaml: cardcage.toml is beside it: nobody can say which is meant'])
})

test('a path of plugins that somebody named must be there; ./plugins need not', (t) => {
  const on = machine(t, { 'project/cardcage.yaml': 'timeout: 1s\n' })
  assert.deepEqual([on.load().host.plugins.paths, on.load().problems], [[], []])
  mkdirSync(join(on.project, 'plugins'))
  assert.deepEqual(on.load().host.plugins.paths, [join(on.project, 'plugins')])
  on.write('project/cardcage.yaml', 'plugins:\n  paths:\n    - plugins\n    - nowhere\n')
  assert.deepEqual(told(on.load(), on), ['error project/cardcage.yaml:4 plugins.paths[1]: project/nowhere does not exist'])
  on.write('project/cardcage.yaml', 'plugins: {paths: nowhere, enabled: false}\n')
  assert.deepEqual(told(on.load(), on), [])
  assert.deepEqual(told(on.load({ CARDCAGE_PLUGINS_PATHS: 'plugins:gone', CARDCAGE_PLUGINS_ENABLED: 'yes' }), on), [
    'error environment CARDCAGE_PLUGINS_PATHS: project/gone does not exist',
  ])
})

test('without any file there is nothing, and no problem', (t) => {
  const { host, settings, sources, problems } = machine(t).load()
  assert.deepEqual(
    [host, settings, sources, problems],
    [{ plugins: { paths: [], enabled: true, discover: true }, policy: {}, security: {} }, [], [], []],
  )
})

test('durations and sizes: text with a unit, bare numbers by the key’s own unit, else seconds and bytes', (t) => {
  const on = machine(t)
  const cases: [yaml: string, key: 'timeout' | 'memory', value: number | undefined][] = [
    ['timeout: 30s', 'timeout', 30_000],
    ['timeout: 30', 'timeout', 30_000],
    ['timeout: "30"', 'timeout', 30_000],
    ['timeout: 0.5', 'timeout', 500],
    ['timeout: 250ms', 'timeout', 250],
    ['timeout_ms: 250', 'timeout', 250],
    ['timeout_secs: 2', 'timeout', 2000],
    ['timeout_secs: 5m', 'timeout', 300_000],
    ['timeout: 1h', 'timeout', 3_600_000],
    ['timeout: 1d', 'timeout', 86_400_000],
    ['timeout: ${T}', 'timeout', 7000],
    ['timeout: ${T}m', 'timeout', 420_000],
    ['memory: 1GiB', 'memory', 2 ** 30],
    ['memory: 1024', 'memory', 1024],
    ['memory_mb: 2', 'memory', 2 * 2 ** 20],
    ['timeout: 0', 'timeout', undefined],
    ['timeout: -1', 'timeout', undefined],
    ['timeout: soon', 'timeout', undefined],
    ['timeout: [1]', 'timeout', undefined],
    ['timeout: true', 'timeout', undefined],
    ['timeout: 1e999', 'timeout', undefined],
    ['memory: 5 parsecs', 'memory', undefined],
    ['timeout_mb: 5', 'timeout', undefined],
  ]
  for (const [yaml, key, value] of cases) {
    on.write('project/cardcage.yaml', yaml)
    const { host, problems } = on.load({ T: '7' })
    assert.equal(host[key], value, yaml)
    assert.equal(problems.length, value === undefined ? 1 : 0, yaml)
  }
})

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cardcage, emptyFolder, type Ran, workspaceOf } from '../run-cli.ts'

const plugins = fileURLToPath(new URL('fixtures/plugins/crm', import.meta.url))

/** A folder with this `cardcage.yaml`, and the command there with nothing of this machine. */
function project(
  t: TestContext,
  yaml?: string,
): { readonly cwd: string; run(line: string, more?: { env?: Record<string, string>; stdin?: string }): Promise<Ran> } {
  const cwd = emptyFolder(t)
  if (yaml !== undefined) writeFileSync(join(cwd, 'cardcage.yaml'), yaml)
  const run = (line: string, { env = {}, stdin = '' } = {}) =>
    cardcage([...line.split(' '), '--no-builtin', '--plugins', plugins], {
      cwd,
      env: { XDG_CONFIG_HOME: join(cwd, 'user'), ...env },
      stdin,
    })
  return { cwd, run }
}

test('show: everything in force, a part of it, and what is not there', async (t) => {
  const { run } = project(
    t,
    'timeout: 45s\nslots:\n  crm: {config: {timeout: "${SECONDS_TO_WAIT:-31}", api_key: hidden}, policy: {concurrency: 2}}\n',
  )
  const shown = (await run('config show --json')).document()
  assert.deepEqual(
    [shown.timeout, shown.memory, shown.plugins],
    [45_000, 2 ** 30, { paths: [plugins], enabled: true, discover: true, versionCompatibility: 'Exact' }],
  )
  assert.deepEqual(shown.slots, {
    crm: {
      plugin: 'crm',
      enabled: true,
      isolation: 'process',
      instances: 1,
      policy: { concurrency: 2 },
      config: { timeout: 31, api_key: '***', api_url: 'http://localhost' },
    },
  })
  assert.match((await run('config show')).stdout, /^slots:\n {2}crm:\n {4}plugin: crm$/m)
  assert.equal((await run('config show crm.timeout')).stdout, '31\n')
  assert.equal((await run('config show slots.crm.config.api_key')).stdout, '***\n')
  const unknown = await run('config show slots.crm.confg')
  assert.equal(unknown.code, 5)
  assert.match(unknown.stderr, /has no 'slots\.crm\.confg'[^]*Did you mean 'config'/)
})

test('explain: every layer with its place, which won, and what is needed', async (t) => {
  const { cwd, run } = project(t, 'timeout: 45s\nslots:\n  crm:\n    config:\n      timeout: 31\n')
  await run('plugin configure crm --key timeout --value 32')
  const { stdout } = await run('config explain crm.timeout', { env: { PLUGIN_CRM_TIMEOUT: '33' } })
  assert.deepEqual(
    stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  ')),
    [
      'slots.crm.config.timeout = 33, from environment (PLUGIN_CRM_TIMEOUT)',
      '  Seconds',
      '  an integer from 1 to 300 (default 30) needed',
      '  default  30',
      `  project  31  ${join(cwd, 'cardcage.yaml')}:5`,
      `  plugin configure  32  ${join(workspaceOf(cwd), 'config/crm.json').replace('/work/..', '')}:4`,
      '  → environment  "33"  PLUGIN_CRM_TIMEOUT',
      '',
    ],
  )
  const { key, value, origin, layers } = (await run('config explain slots.crm.config.timeout --json')).document()
  assert.deepEqual([key, value, origin.layer, layers.length], ['slots.crm.config.timeout', 32, 'workspace-plugin', 3])
  assert.match(
    (await run('config explain timeout', { env: { CARDCAGE_TIMEOUT: '1m' } })).stdout,
    /^timeout = 1m, from environment \(CARDCAGE_TIMEOUT\)\n/,
  )
  assert.match((await run('config explain slots.crm.policy.timeout')).stdout, /policy\.timeout is not set\n/)
  for (const [line, near] of [
    ['crm.timeot', 'timeout'],
    ['cmr.timeout', 'crm'],
    ['slots.crm.isolaton', 'isolation'],
    ['timeout.x', 'There are'],
  ] as const) {
    const { code, stderr } = await run(`config explain ${line}`)
    assert.equal(code, 5, line)
    assert.ok(stderr.includes(near), stderr)
  }
})

const limited = [
  'timeout: 45',
  'policy: {all: {timeout: 90, retry: {retries: 2}}, analysis: {timeout: 2m}}',
  'slots:',
  '  crm:',
  '    version: 1.0.0',
  '    instances: 3',
  '    policy:',
  '      concurrency: 2',
  '      queue: 0',
  '      start_timeout: 12345ms',
  '      retry: {delay: 250ms}',
  '      breaker: {failures: 5}',
  '      rate: {calls: 100, per: 1m}',
  '      cache: {ttl: 5m, max_bytes: 1234567}',
  'security: {max_memory: 512MiB}',
].join('\n')

test('show: for people times and sizes have their unit, so that what is shown can be written; as JSON they are numbers', async (t) => {
  const { cwd, run } = project(t, limited)
  const shown = await run('config show')
  for (const line of [
    'timeout: 45s',
    '  max_memory: 512MiB',
    '      start_timeout: 12345ms',
    '        max_bytes: 1234567B',
    '        delay: 250ms',
  ])
    assert.ok(shown.stdout.split('\n').includes(line), `${line}\n${shown.stdout}`)
  writeFileSync(join(cwd, 'again.yaml'), shown.stdout)
  assert.equal((await run('config show --config again.yaml')).stdout, shown.stdout)
  for (const [key, text, json] of [
    ['timeout', '45s', 45_000],
    ['memory', '1GiB', 2 ** 30],
    ['slots.crm.policy.start_timeout', '12345ms', 12_345],
    ['slots.crm.policy.cache', 'ttl: 5m\nmax_bytes: 1234567B', { ttl: 300_000, maxBytes: 1_234_567 }],
    ['slots.crm.version', '1.0.0', '1.0.0'],
  ] as const) {
    assert.equal((await run(`config show ${key}`)).stdout, `${text}\n`)
    assert.deepEqual((await run(`config show ${key} --json`)).document(), json)
  }
})

test('explain: a policy of all slots, or of a kind, is where a slot has it from; a group is what all layers come to', async (t) => {
  const { cwd, run } = project(t, limited)
  const file = join(cwd, 'cardcage.yaml')
  const explained = async (key: string) => (await run(`config explain ${key} --json`)).document()
  const { value, origin, layers } = await explained('slots.crm.policy.timeout')
  assert.deepEqual([value, origin], [120_000, { layer: 'project', file, line: 2 }])
  assert.deepEqual(
    layers.map((layer: { text: string }) => layer.text),
    ['90s', '2m'],
  )
  assert.deepEqual(await explained('crm.policy.timeout'), await explained('slots.crm.policy.timeout'), 'without `slots.`, too')
  const group = await explained('slots.crm.policy.retry')
  assert.deepEqual([group.value, group.text, group.origin], [{ retries: 2, delay: 250 }, '{"retries":2,"delay":"250ms"}', undefined])
  assert.doesNotMatch((await run('config explain slots.crm.policy')).stdout, /→|, from /)
  assert.equal((await explained('plugins.version_compatibility')).value, 'Exact')
})

test('info: what stands between a caller and the slot, in words; as JSON all of it', async (t) => {
  const { run } = project(t, limited)
  const { stdout } = await run('plugin info crm')
  const [, policy = ''] = /\npolicy\n(.*?)\n\n/s.exec(stdout) ?? []
  assert.deepEqual(
    policy.split('\n').map((line) =>
      line
        .trim()
        .replace(/ {2,}/, ': ')
        .replace(/since .*/, 'since'),
    ),
    [
      'calls: 2 calls at once, in each of up to 3 processes; at most 0 wait for their turn',
      'deadline: 2m for waiting and all attempts together',
      'start: an instance must be ready after 12.3s',
      'retry: 2 times, first after 250ms, then 2 times as long each time, at most 30s',
      'breaker: opens for 30s after 5 failures in a row; closed since',
      'rate: 100 calls in any 1m',
      'cache: results for 5m, at most 1.18MiB; holds 0 results (0B), 0 hits, 0 missed',
    ],
  )
  assert.match(stdout, /^ {2}process +none \(0 of up to 3\)$/m)
  const { policy: all, instances, concurrency } = (await run('plugin info crm --json')).document()
  assert.deepEqual(
    [instances, concurrency, all.config.rate, all.breaker.state, all.cache.results],
    [3, 2, { calls: 100, per: 60_000 }, 'closed', 0],
  )
})

test('--config may be given more than once, the later ones above; CARDCAGE_CONFIG counts where it is not given', async (t) => {
  const { cwd, run } = project(t, 'timeout: 1s')
  for (const [name, text] of Object.entries({ a: 'timeout: 2s\nmemory: 1MiB', b: 'timeout: 3s', c: 'timeout: 4s' }))
    writeFileSync(join(cwd, `${name}.yaml`), text)
  const env = { CARDCAGE_CONFIG: 'b.yaml:c.yaml' }
  const shown = async (flags: string, more = {}) => {
    const { timeout, memory } = (await run(`config show --json${flags}`, { env: more })).document()
    return [timeout, memory]
  }
  assert.deepEqual(await shown(''), [1000, 2 ** 30])
  assert.deepEqual(await shown('', env), [4000, 2 ** 30])
  assert.deepEqual(await shown(' --config a.yaml --config b.yaml', env), [3000, 2 ** 20])
  assert.deepEqual(await shown(' --config b.yaml --config a.yaml --config a.yaml', env), [2000, 2 ** 20])
})

test('validate: all of both at once with line and fix, exit code 3; nothing wrong, 0', async (t) => {
  const { cwd, run } = project(t, 'timeot: 45s\nslots:\n  crm:\n    config:\n      timeout: 999\n')
  const { code, stdout, stderr } = await run('config validate')
  assert.equal(code, 3)
  const file = join(cwd, 'cardcage.yaml')
  for (const line of [
    `error ${file}:1 timeot`,
    `error ${file}:5 slots.crm.config.timeout`,
    "  unknown key. Did you mean 'timeout'?",
    '  config key timeout: 999 given, an integer from 1 to 300 (default 30) needed',
  ])
    assert.ok(stdout.split('\n').includes(line), stdout)
  assert.match(stderr, /2 errors/)
  const { files, errors, warnings, problems } = (await run('config validate --json')).document()
  assert.deepEqual([files, errors, warnings, problems[0].line, problems[0].key], [[file], 2, 0, 1, 'timeot'])
  const other = join(cwd, 'other.toml')
  writeFileSync(other, '[plugins.crm.config]\ntimeout = 5\n')
  for (const line of [`config validate ${other}`, `config validate --config ${other}`]) {
    const good = await run(line)
    assert.deepEqual([good.code, good.stdout], [0, ''], good.stdout)
    assert.match(good.stderr, /nothing is wrong/)
  }
})

test('a wrong configuration keeps every command from starting, in one error with exit code 3', async (t) => {
  const { run } = project(t, 'timeot: 45s\nmemory: much\n')
  for (const command of ['plugin list', 'plugin call crm.analysis.tell', 'config show', 'plugin info crm']) {
    const { code, stdout, stderr } = await run(command)
    assert.deepEqual([code, stdout], [3, ''], command)
    assert.match(stderr, /^error\[invalid-config\]: 2 things are wrong[^]*:1 timeot: [^]*'timeout'[^]*:2 memory: "much" given/)
    assert.doesNotMatch(stderr, /\n\s+at /)
  }
  const { document } = await run('plugin list --json')
  assert.equal(document().error.details.problems.length, 2)
})

test('path: what is looked for, lowest first, and what is there; --config stands for all', async (t) => {
  const { cwd, run } = project(t, 'include: more.json\n')
  writeFileSync(join(cwd, 'more.json'), '{}')
  const { files, included, pluginFolders } = (await run('config path --json')).document()
  assert.deepEqual(
    files.map(({ layer, found }: { layer: string; found: string[] }) => [layer, found]),
    [
      ['system', []],
      ['user', []],
      ['project', [join(cwd, 'cardcage.yaml')]],
    ],
  )
  assert.deepEqual(included, [join(cwd, 'more.json')])
  assert.equal(pluginFolders[1].layer, 'workspace')
  const { stdout } = await run('config path --config more.json')
  assert.match(stdout, /^file +.*more\.json$/m)
  assert.doesNotMatch(stdout, /^project/m)
})

test('schema: of the configuration, as published; of a plugin', async (t) => {
  const { run } = project(t)
  const published = JSON.parse(
    readFileSync(fileURLToPath(new URL('../../../../docs/reference/config.schema.json', import.meta.url)), 'utf8'),
  )
  assert.deepEqual((await run('config schema')).document(), published)
  assert.deepEqual((await run('config schema crm')).document().properties.timeout.maximum, 300)
  assert.equal((await run('config schema crn')).code, 5)
})

test('configure: checked before it is written, whole, for this user only; the next call has it', async (t) => {
  const { cwd, run } = project(t)
  const file = join(workspaceOf(cwd), 'config/crm.json')
  const content = () => JSON.parse(readFileSync(file, 'utf8')).config
  for (const [line, message] of [
    ['--key timeout --value 999', '999 given, an integer from 1 to 300 (default 30) needed'],
    ['--key timeot --value 9', "unknown config key timeot. Did you mean 'timeout'?"],
    ['--key server.prot --value 9', "unknown config key server.prot. Did you mean 'server.port' or"],
    ['--key __proto__.x --value 9', 'nested deeper'],
    ['--key api_url --value ${', 'has no }'],
  ] as const) {
    const { code, stderr } = await run(`plugin configure crm ${line}`)
    assert.equal(code, 3, line)
    if (!line.includes('prot ')) assert.ok(stderr.includes(message), stderr)
    assert.equal(existsSync(file), false, 'nothing is written')
  }
  assert.equal((await run('plugin configure crm --key timeout')).code, 2)
  assert.equal((await run('plugin configure cmr --key timeout --value 1')).code, 5)
  for (const line of [
    '--key timeout --value 12',
    '--key server.port --value 80',
    '--key tags --value a,b',
    '--key api_url --value ${HOST_OF_CRM:-http://x}',
  ]) {
    const { code, stderr } = await run(`plugin configure crm ${line}`)
    assert.equal(code, 0, stderr)
  }
  await run('plugin configure crm --key api_key --value -', { stdin: 'a$$b${C}\n' })
  assert.deepEqual(content(), {
    timeout: 12,
    server: { port: 80 },
    tags: ['a', 'b'],
    api_url: '${HOST_OF_CRM:-http://x}',
    api_key: 'a$$$b$${C}',
  })
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const { result } = (await run('plugin call crm.analysis.tell --json', { env: { HOST_OF_CRM: 'http://crm' } })).document()
  assert.deepEqual([result.summary.timeout, result.summary.api_url], [12, 'http://crm'])
  const overruled = await run('plugin configure crm --key timeout --value 13', { env: { PLUGIN_CRM_TIMEOUT: '14' } })
  assert.match(overruled.stderr, /timeout has no effect: PLUGIN_CRM_TIMEOUT is above it/)
  assert.match((await run('plugin configure crm --show')).stdout, /^timeout +13 +plugin configure +.*crm\.json:4$/m)
  await run('plugin configure crm --unset server --unset tags --unset api_key')
  assert.deepEqual(content(), { timeout: 13, api_url: '${HOST_OF_CRM:-http://x}' })
})

test('configure takes all values from a file, and keeps them for the user with --user', async (t) => {
  const { cwd, run } = project(t)
  writeFileSync(join(cwd, 'values.toml'), 'timeout = 7\n[server]\nport = 1\n')
  const { code, document } = await run('plugin configure crm --config-file values.toml --user --json')
  assert.equal(code, 0)
  const file = join(cwd, 'user/cardcage/plugins/crm.json')
  assert.deepEqual([document().file, document().config], [file, { timeout: 7, server: { port: 1 } }])
  assert.equal((await run('config show crm.timeout')).stdout, '7\n')
  await run('plugin configure crm --key timeout --value 8')
  assert.equal((await run('config show crm.timeout')).stdout, '8\n', 'the workspace is above the user')
  await run('plugin configure crm --unset timeout')
  assert.equal(existsSync(join(workspaceOf(cwd), 'config/crm.json')), false)
  const broken = await run('plugin configure crm --config-file nowhere.json')
  assert.deepEqual([broken.code, /nowhere\.json: does not exist/.test(broken.stderr)], [3, true])
  mkdirSync(join(cwd, 'folder.json'))
  assert.match((await run('plugin configure crm --config-file folder.json')).stderr, /is not a file/)
})

test('configure: commands at the same time lose nothing of each other; a folder that cannot be written is said', async (t) => {
  const { cwd, run } = project(t)
  const changes = ['timeout 12', 'server.port 80', 'tags a,b', 'api_url http://x']
  const ran = await Promise.all(changes.map((change) => run(`plugin configure crm --key ${change.replace(' ', ' --value ')}`)))
  assert.deepEqual(
    ran.map(({ code, stderr }) => [code, stderr]),
    changes.map(() => [0, '']),
  )
  const { config } = JSON.parse(readFileSync(join(workspaceOf(cwd), 'config/crm.json'), 'utf8'))
  assert.deepEqual(config, { timeout: 12, server: { port: 80 }, tags: ['a', 'b'], api_url: 'http://x' })
  writeFileSync(join(cwd, 'user'), '')
  const { code, stderr } = await run('plugin configure crm --user --key timeout --value 1')
  assert.equal(code, 7, stderr)
  assert.match(
    stderr,
    /^error\[unavailable\]: .*user\/cardcage\/plugins cannot be written: [^\n]*\n\s+[^\n]*Make it a folder this user may write/,
  )
})

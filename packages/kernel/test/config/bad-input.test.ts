import assert from 'node:assert/strict'
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { createKernel } from '@cardcage/kernel'
import { children, errorOf } from '../host.ts'
import { machine, told } from './configured.ts'

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
].join('\n')
const nested = `a: ${'['.repeat(5000)}${']'.repeat(5000)}`

test('each file that is wrong is one clear problem with its line and the nearest key', (t) => {
  const on = machine(t)
  const cases: [what: string, yaml: string, problems: readonly string[]][] = [
    ['a bomb', bomb, ['error F: is not YAML: its anchors are used so often that the value would be huge']],
    ['an anchor in itself', 'slots: &a\n  b: *a\n', ['error F:2: is not YAML: the anchor a contains itself']],
    ['a key twice', 'timeout: 1s\nmemory: 1\ntimeout: 2s\n', ['error F:3: is not YAML: the key "timeout" stands twice in the same object']],
    ['a tab', 'slots:\n\tcrm: {}\n', ['error F:2: is not YAML: a tab where spaces must be: YAML is indented by spaces only']],
    ['a list', '- a\n', ['error F: holds a list; keys with values are needed']],
    ['a text', 'timeout', ['error F: holds one value; keys with values are needed']],
    ['nothing', '', []],
    ['__proto__', '"__proto__": {a: 1}\n', ['error F: is nested deeper than 100, or has a key "__proto__"']],
    ['an unknown key', 'timeot: 1s\n', ["error F:1 timeot: unknown key. Did you mean 'timeout'?"]],
    [
      'a key of the wrong place',
      'a: 1\nslots:\n  crm:\n    polcy: {}\n',
      [/^error F:1 a: unknown key\. Known: include, timeout/, "error F:4 slots.crm.polcy: unknown key. Did you mean 'policy'?"] as never,
    ],
    ['an unknown key of plugins', 'plugins:\n  path: [x]\n', ["error F:2 plugins.path: unknown key. Did you mean 'paths'?"]],
    ['constructor', 'constructor: 1\n', [/^error F:1 constructor: unknown key/] as never],
    [
      'types',
      'timeout: [1]\nmemory: {a: 1}\nplugins: {enabled: perhaps}\nslots: [crm]\nsecurity: 5\n',
      [
        'error F:1 timeout: [1] given, a time above 0 such as "30s" or "500ms" (a bare number is seconds) needed',
        'error F:2 memory: {"a":1} given, a size above 0 such as "512MiB" (a bare number is bytes) needed',
        'error F:3 plugins.enabled: "perhaps" given, true or false needed',
        'error F:4 slots: slots by name are needed here',
        'error F:5 security: keys with values are needed here',
      ],
    ],
    [
      'a slot that is wrong',
      'slots:\n  crm: {isolation: container, instances: 0, enabled: 1, config: nothing, policy: {concurrency: 1.5, timeout: -1, retry: {delay: 2s}}}\n',
      [
        'error F:2 slots.crm.isolation: "container" given, one of process, inline needed',
        'error F:2 slots.crm.instances: 0 given, a whole number from 1 to 1000 needed',
        'error F:2 slots.crm.enabled: 1 given, true or false needed',
        'error F:2 slots.crm.config: a string given, keys with values needed',
        'error F:2 slots.crm.policy.concurrency: 1.5 given, a whole number from 1 needed',
        'error F:2 slots.crm.policy.timeout: -1 given, a time above 0 such as "30s" or "500ms" (a bare number is seconds) needed',
        'error F:2 slots.crm.policy.retry: retries is missing',
      ],
    ],
    [
      'delays the wrong way round',
      'policy:\n  all:\n    retry: {retries: 1, delay: 5s, max_delay: 1s}\n',
      ['error F:3 policy.all.retry: max_delay (1000 ms) is below delay (5000 ms)'],
    ],
    [
      'a wait no timer can be set to',
      'policy:\n  all:\n    rate: {calls: 1, per: 30d}\n',
      [
        'error F:3 policy.all.rate.per: "30d" given, a time above 0 such as "30s" or "500ms" (a bare number is seconds), at most 24.9d needed',
        'error F:3 policy.all.rate: per is missing',
      ],
    ],
    [
      'a name that is none',
      'slots:\n  "../x": {}\n',
      [/^error F:2 slots\.\.\.\/x: '\.\.\/x' is no name of a slot: it has lower-case letters/] as never,
    ],
    [
      'one name in two spellings',
      'slots:\n  my_plugin: {}\n  my-plugin: {}\n',
      ["error F:3 slots.my-plugin: 'my-plugin' and 'my_plugin' (slots.my_plugin in line 2) are the same name: _ and - do not differ"],
    ],
    [
      'one setting in two spellings',
      'timeout: 1s\nsecurity:\n  default_timeout: 30\n',
      ['error F:3 security.default_timeout: is the same as timeout in line 1'],
    ],
    ['a variable that is not set', 'timeout: ${NONE}\n', ['error F:1 timeout: the variable NONE is not set']],
    ['a default within a default', 'timeout: ${A:-${B:-9s}}\n', []],
    ['a variable in a list', 'plugins:\n  paths:\n    - ${NONE}\n', ['error F:3 plugins.paths[0]: the variable NONE is not set']],
    ['an open brace', 'timeout: 1s\nmemory: ${A\n', ['error F:2 memory: the ${ at character 1 has no }']],
    [
      'a value of a variable that does not fit',
      'timeout: ${SECRET}\n',
      ['error F:1 timeout: the value of SECRET given, a time above 0 such as "30s" or "500ms" (a bare number is seconds) needed'],
    ],
    ['an include that is none', 'include: {a: 1}\n', ['error F:1 include: the path of a file is needed, or a list of them']],
    ['an include that is not there', 'include: gone.yaml\n', ['error project/gone.yaml: does not exist']],
  ]
  for (const [what, yaml, expected] of cases) {
    on.write('project/cardcage.yaml', yaml)
    const found = told(on.load({ SECRET: 's3cret' }), on).map((line) => line.replace('project/cardcage.yaml', 'F'))
    assert.equal(found.length, expected.length, `${what}: ${found.join('\n')}`)
    expected.forEach((one: string | RegExp, i) =>
      typeof one === 'string' ? assert.equal(found[i], one, what) : assert.match(found[i]!, one, what),
    )
  }
})

test('what cannot be read is said in one line: a folder, too many bytes, no UTF-8, no such file, another kind of file', (t) => {
  const on = machine(t, {
    'project/nested.yaml': nested,
    'project/latin.yaml': '',
    'project/x.ini': 'a=1',
    'project/broken.json': '{"a": 1,}',
    'project/broken.toml': 'a = \n',
  })
  mkdirSync(join(on.project, 'folder.yaml'))
  on.write('project/large.yaml', `# ${'x'.repeat(50 * 1024 * 1024)}\n`)
  const cases: [file: string, problem: RegExp][] = [
    ['folder.yaml', /folder\.yaml: is not a file$/],
    ['large.yaml', /large\.yaml: has 524\d+ bytes; at most 1048576 are read$/],
    ['gone.yaml', /gone\.yaml: does not exist$/],
    ['x.ini', /x\.ini: its name says neither YAML nor TOML nor JSON$/],
    ['nested.yaml', /nested\.yaml(?::\d+)?: is n/],
    ['broken.json', /broken\.json:1: is not JSON: /],
    ['broken.toml', /broken\.toml:\d: is not TOML: /],
    ['/dev/null', /\/dev\/null: its name says/],
  ]
  for (const [file, problem] of cases) {
    const found = told(on.load({}, [file]), on)
    assert.equal(found.length, 1, file)
    assert.match(found[0]!, problem)
  }
})

test('a folder of the name a configuration has is said, not passed over', (t) => {
  const on = machine(t)
  mkdirSync(join(on.project, 'cardcage.yaml'))
  assert.deepEqual(told(on.load(), on), ['error project/cardcage.yaml: is not a file'])
})

test('a file this user may not read', (t) => {
  const on = machine(t, { 'project/cardcage.yaml': 'timeout: 1s' })
  chmodSync(join(on.project, 'cardcage.yaml'), 0)
  for (const folder of [dirname(on.project), on.project]) chmodSync(folder, 0o755)
  const config = asNobody(() => on.load())
  assert.deepEqual(told(config, on), ['error project/cardcage.yaml: may not be read by this user'])
})

/** Root may read every file: it becomes nobody for so long. */
function asNobody<T>(work: () => T): T {
  if (process.getuid?.() !== 0) return work()
  process.seteuid!(65534)
  try {
    return work()
  } finally {
    process.seteuid!(0)
  }
}

test('a kernel is not made of a configuration that is wrong: one error with every problem, nothing is started', async (t) => {
  const on = machine(t, {
    'project/cardcage.yaml': 'timeot: 1s\nmemory: much\nslots:\n  a: {isolaton: inline}\n',
    'user/cardcage/cardcage.toml': 'x = 1',
  })
  const before = children()
  const error = await errorOf(createKernel({ config: on.load() }))
  assert.equal(error.code, 'invalid-config')
  assert.match(error.message, /^4 things are wrong with the configuration:\n/)
  for (const line of [
    /cardcage\.toml:1 x: unknown key/,
    /cardcage\.yaml:1 timeot: .*'timeout'/,
    /:2 memory: "much" given/,
    /:4 slots\.a\.isolaton: .*'isolation'/,
  ])
    assert.match(error.message, line)
  assert.deepEqual(children(), before)
})

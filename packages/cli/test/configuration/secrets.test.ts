import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cardcage, emptyFolder, type RunOptions, workspaceOf } from '../run-cli.ts'

const plugins = fileURLToPath(new URL('fixtures/plugins', import.meta.url))

/** What is planted, everywhere a config may come from. */
const planted = {
  default: 'planted-in-the-default',
  examples: 'planted-in-examples',
  enum: 'planted-in-enum',
  manifest: 'planted-in-the-manifest',
  file: 'planted-in-the-file',
  include: 'planted-in-the-include',
  pluginFile: 'planted-in-the-plugin-file',
  environment: 'planted-in-the-environment',
  variable: 'planted-in-a-variable',
  lines: 'planted "in"\nlines: of text',
  list: 'planted-in-a-list',
  object: 'planted-in-an-object',
  texts: 'planted-in-texts',
  misspelt: 'planted-under-a-misspelt-key',
  pin: 73_917_391,
}

/** Values that do not fit, each of a slot of its own. */
const wrong = {
  pin: 'planted-instead-of-a-number',
  shaped: 'PLANTED-AGAINST-THE-PATTERN',
  chosen: 'planted-beside-the-enum',
  from_file: ['planted-list-for-a-text'],
  whole: 'planted-text-for-an-object',
}

function configured(t: TestContext, broken: boolean): { readonly cwd: string; readonly env: Record<string, string> } {
  const cwd = emptyFolder(t)
  const config = {
    from_file: planted.file,
    from_variable: '${LEAKY_KEY}',
    lines: '${LEAKY_LINES}',
    list: [{ key: planted.list }],
    whole: { key: planted.object },
    texts: [planted.texts],
    from_flie: planted.misspelt,
    pin: planted.pin,
    plain: 'shown',
  }
  const slots = Object.fromEntries(
    Object.entries(wrong).map(([key, value]) => [key.replace('_', '-'), { plugin: 'leaky', config: { [key]: value } }]),
  )
  writeFileSync(
    join(cwd, 'cardcage.json'),
    JSON.stringify({ include: 'more.yaml', plugins: { paths: plugins }, slots: { leaky: { config }, ...(broken ? slots : {}) } }),
  )
  writeFileSync(join(cwd, 'more.yaml'), `slots:\n  leaky:\n    config:\n      from_include: ${planted.include}\n`)
  mkdirSync(join(workspaceOf(cwd), 'config'))
  writeFileSync(join(workspaceOf(cwd), 'config/leaky.json'), JSON.stringify({ from_plugin_file: planted.pluginFile }))
  const home = join(cwd, 'nothing')
  return {
    cwd,
    env: {
      XDG_CONFIG_HOME: home,
      PLUGIN_LEAKY_FROM_ENVIRONMENT: planted.environment,
      LEAKY_KEY: planted.variable,
      LEAKY_LINES: planted.lines,
    },
  }
}

const secrets = [
  ...Object.values(planted).map(String),
  ...Object.values(wrong).flat(),
  JSON.stringify(planted.lines).slice(1, -1),
  'lines: of text',
]

function assertNoSecret(output: string, what: string): void {
  const found = secrets.filter((secret) => output.includes(secret))
  assert.deepEqual(found, [], `${what}\n${output}`)
}

/** What a command says, for people and as JSON with every log line; none of it holds a secret. */
async function outputs(command: readonly string[], options: RunOptions): Promise<readonly string[]> {
  const ways = [[], ['--json', '--verbose']]
  return await Promise.all(
    ways.map(async (more) => {
      const { stdout, stderr } = await cardcage([...command, ...more, '--no-builtin'], options)
      assertNoSecret(stdout + stderr, [...command, ...more].join(' '))
      return stdout + stderr
    }),
  )
}

const commands = [
  ['config', 'show'],
  ['config', 'show', 'slots.leaky'],
  ['config', 'validate'],
  ['config', 'path'],
  ['config', 'schema', 'leaky'],
  ['plugin', 'list'],
  ['plugin', 'info', 'leaky'],
  ['plugin', 'configure', 'leaky', '--show'],
  ...['default', 'manifest', 'file', 'include', 'plugin_file', 'environment', 'variable'].map((place) => [
    'config',
    'explain',
    `leaky.from_${place}`,
  ]),
  ...['lines', 'list', 'whole', 'whole.key', 'texts', 'from_flie', 'pin', 'chosen', 'list.0.key'].map((key) => [
    'config',
    'explain',
    `slots.leaky.config.${key}`,
  ]),
]

test('a secret planted anywhere is in no output, in no form, also with --verbose', async (t) => {
  const { cwd, env } = configured(t, false)
  let masks = 0
  for (const command of commands) {
    for (const said of await outputs(command, { cwd, env })) masks += said.split('***').length - 1
  }
  assert.ok(masks > 60, `what is hidden is shown as ***: ${masks}`)
  const { document } = await cardcage(['config', 'show', 'leaky.plain', '--json', '--no-builtin'], { cwd, env })
  assert.equal(document(), 'shown', 'what is none is shown')
})

test('a plugin that logs and throws all it knows tells no secret of its config', async (t) => {
  const { cwd, env } = configured(t, false)
  const said = await outputs(['plugin', 'call', 'leaky.analysis.leak'], { cwd, env })
  for (const one of said) assert.match(one, /refused: /)
  assert.match(said[1]!, /it is \*\*\*/)
})

test('secrets that do not fit are in no message, and their slots are told apart', async (t) => {
  const { cwd, env } = configured(t, true)
  const slots = Object.keys(wrong).map((key) => key.replace('_', '-'))
  for (const command of [
    ...commands.slice(0, 3),
    ...slots.map((slot) => ['plugin', 'call', `${slot}.analysis.leak`]),
    ...slots.map((slot) => ['plugin', 'info', slot]),
  ]) {
    await outputs(command, { cwd, env })
  }
  const { code, document } = await cardcage(['config', 'validate', '--json', '--no-builtin'], { cwd, env })
  assert.equal(code, 3)
  const messages: string[] = document().problems.map(({ message }: { message: string }) => message)
  for (const [key, needed] of [
    ['pin', 'an integer needed'],
    ['shaped', 'text that matches ^[a-z]+$ needed'],
    ['chosen', 'text needed'],
    ['from_file', 'text needed'],
    ['whole', 'an object needed'],
  ])
    assert.ok(messages.includes(`config key ${key}: "***" given, ${needed}`), `${key}: ${messages.join('\n')}`)
})

test('a secret that is set is in the file only, and the file is for this user only', async (t) => {
  const { cwd, env } = configured(t, false)
  const secret = 'planted-by-hand ${NOT} $$'
  const set = await cardcage(['plugin', 'configure', 'leaky', '--key', 'from_file', '--value', '-', '--no-builtin'], {
    cwd,
    env,
    stdin: `${secret}\n`,
  })
  assert.equal(set.code, 0, set.stderr)
  assert.ok(!(set.stdout + set.stderr).includes('planted-by-hand'))
  for (const [key, value] of [
    ['pin', 'planted-pin'],
    ['shaped', 'PLANTED'],
    ['chosen', 'planted-choice'],
    ['from_flie', 'planted-key'],
  ] as const) {
    const refused = await cardcage(['plugin', 'configure', 'leaky', '--key', key, '--value', value, '--no-builtin'], { cwd, env })
    assert.equal(refused.code, 3, key)
    assert.ok(!(refused.stdout + refused.stderr).includes(value), refused.stderr)
  }
})

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { cardcage, emptyFolder, fixturePlugins } from '../run-cli.ts'

const good = { id: 'mine', name: 'Mine', version: '1.0.0', description: 'Mine.', api_version: '1.0' }

/** A plugin folder with this manifest and entry. */
function plugin(t: TestContext, manifest: object, entry: string): string {
  const folder = join(emptyFolder(t), 'mine')
  mkdirSync(folder)
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify(manifest, null, 2))
  writeFileSync(join(folder, 'index.ts'), entry)
  writeFileSync(join(folder, 'README.md'), '# Mine\n\n    cardcage plugin call mine\n')
  return folder
}

test('every problem of a manifest at once, each with file, line, key and fix: exit code 10', async () => {
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', join(fixturePlugins, 'broken-manifest'), '--json'])
  assert.equal(code, 10)
  const { valid, started, problems } = document()
  assert.deepEqual([valid, started], [false, false])
  for (const key of ['version', 'description', 'entry']) {
    const problem = problems.find((one: { key?: string }) => one.key === key)
    assert.ok(problem, key)
    assert.equal(problem.severity, 'error')
    assert.ok(problem.line > 1 && problem.message.length > 0 && problem.fix.length > 0)
  }
})

test('for people a problem is file:line key, what is wrong, the fix', async () => {
  const { code, stdout, stderr } = await cardcage(['plugin', 'dev', 'validate', join(fixturePlugins, 'broken-manifest')])
  assert.equal(code, 10)
  assert.match(stdout, /error .*plugin\.json:3 version\n {2}.*one.*\n {2}fix: /)
  assert.match(stderr, /errors/)
})

test('a plugin that breaks at load is a problem, not a crash', async (t) => {
  const folder = plugin(t, good, "throw new Error('not today')\n")
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', folder, '--json'])
  assert.equal(code, 10)
  assert.equal(document().started, true)
  assert.match(JSON.stringify(document().problems), /not today/)
})

test('a plugin whose manifest records what it provides is started all the same', async (t) => {
  const folder = plugin(t, { ...good, provides: { analysis: { one: {} } } }, "throw new Error('not today')\n")
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', folder, '--json'])
  assert.equal(code, 10)
  assert.match(JSON.stringify(document().problems), /not today/)
})

test('what the manifest records and the plugin does not provide is a problem', async (t) => {
  const entry =
    "import { definePlugin } from '@cardcage/plugin'\nexport default definePlugin({ setup: () => ({ analysis: { two: { inputs: {}, run: () => ({ summary: {} }) } } }) })\n"
  const folder = plugin(t, { ...good, provides: { analysis: { one: {} } } }, entry)
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', folder, '--json'])
  assert.equal(code, 10)
  const said = JSON.stringify(document().problems)
  assert.match(said, /one/)
  assert.match(said, /two/)
})

test('a path that is not there, or is no folder', async (t) => {
  const cwd = emptyFolder(t)
  writeFileSync(join(cwd, 'file'), '')
  assert.equal((await cardcage(['plugin', 'dev', 'validate', 'nowhere'], { cwd })).code, 5)
  assert.equal((await cardcage(['plugin', 'dev', 'validate', 'file'], { cwd })).code, 3)
})

const works =
  "import { definePlugin } from '@cardcage/plugin'\nexport default definePlugin({ setup: () => ({ analysis: { one: { inputs: {}, run: () => ({ summary: {} }) } } }) })\n"

test('--static starts nothing', async (t) => {
  const folder = plugin(t, good, "throw new Error('not today')\n")
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', folder, '--json', '--static'])
  assert.deepEqual([code, document().valid, document().started], [0, true, false])
})

test('warnings and notes alone do not fail', async (t) => {
  const folder = plugin(t, { ...good, permissions: { net: ['a.example'] } }, works)
  const { code, stdout, stderr } = await cardcage(['plugin', 'dev', 'validate', folder])
  assert.equal(code, 0, stdout)
  assert.match(stdout, /^warning .*plugin\.json:9 permissions\.net\[0\]\n/)
  assert.match(stderr, /1 warning, 1 note\n/)
})

test('a plugin that waits for values of its operator is not broken, and says what it waits for', async (t) => {
  const config_schema = {
    type: 'object',
    properties: { api_key: { type: 'string', sensitive: true, description: 'Key' } },
    required: ['api_key'],
  }
  const folder = plugin(t, { ...good, config_schema }, works)
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', folder, '--json'])
  assert.deepEqual([code, document().started], [0, false])
  assert.match(document().notStarted, /api_key/)
  const config = join(folder, '..', 'given.yaml')
  writeFileSync(config, 'slots:\n  mine:\n    plugin: mine\n    config:\n      api_key: k\n')
  const given = await cardcage(['plugin', 'dev', 'validate', folder, '--json', '--config', config])
  assert.deepEqual([given.code, given.document().started], [0, true], given.stdout)
})

test('a plugin that says itself that it needs a config is not broken either', async (t) => {
  const folder = plugin(
    t,
    good,
    "export function createPlugin() {\n  return { createFormat: () => { throw new Error('Missing plugin config') } }\n}\n",
  )
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', folder, '--json'])
  assert.deepEqual([code, document().started], [0, false])
  assert.match(document().notStarted, /--config can give: Missing plugin config/)
  const config = join(folder, '..', 'given.yaml')
  writeFileSync(config, 'slots:\n  mine:\n    config:\n      a: 1\n')
  const given = await cardcage(['plugin', 'dev', 'validate', folder, '--json', '--config', config])
  assert.deepEqual([given.code, given.document().problems.at(-1).message], [10, 'Missing plugin config'], 'with a config it is')
})

test('what the plugin logs as a warning while it starts is one, such as a version that is another than that of its manifest', async (t) => {
  const folder = plugin(t, good, "export class Mine {\n  version = '2.0.0'\n  execute() {}\n}\n")
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', folder, '--json'])
  assert.equal(code, 0)
  const { severity, message, fix } = document().problems.find((one: { code: string }) => one.code === 'internal')
  assert.deepEqual(
    [severity, message, fix],
    [
      'warning',
      'logged while it started: The code says version 2.0.0, the manifest 1.0.0, which counts',
      'Write the same version into both.',
    ],
  )
})

test('a module that is a plugin by itself', async (t) => {
  const cwd = emptyFolder(t)
  const text =
    "export const metadata = { name: 'lines', version: '1.0.0', description: 'Lines.' }\nexport function createPlugin() {\n  return 7\n}\n"
  writeFileSync(join(cwd, 'lines.ts'), text)
  const alone = await cardcage(['plugin', 'dev', 'validate', 'lines.ts', '--json', '--static'], { cwd })
  assert.deepEqual([alone.code, alone.document().problems], [0, []])
  writeFileSync(join(cwd, 'broken.ts'), `${text}import './lost.ts'\n`)
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', 'broken.ts', '--json'], { cwd })
  assert.equal(code, 10)
  assert.deepEqual([document().problems[0].line, document().problems.length], [5, 1])
})

test('what this machine is configured with has no part in it', async (t) => {
  const folder = plugin(t, good, works)
  writeFileSync(join(folder, '..', 'cardcage.yaml'), 'slots:\n  mine:\n    plugin: mine\n    enabled: false\n')
  const { code, document, stdout } = await cardcage(['plugin', 'dev', 'validate', 'mine', '--json'], { cwd: join(folder, '..') })
  assert.deepEqual([code, document().started], [0, true], stdout)
})

test('it is started with the plugins it depends on, and with no others', async (t) => {
  const folder = plugin(t, { ...good, dependencies: ['base'] }, works)
  const beside = join(folder, '..', 'beside')
  for (const [id, entry] of Object.entries({ base: works, mine: works, broken: '' })) {
    mkdirSync(join(beside, id), { recursive: true })
    writeFileSync(join(beside, id, 'plugin.json'), JSON.stringify({ ...good, version: '9.0.0', id }))
    writeFileSync(join(beside, id, 'index.ts'), entry)
  }
  const alone = await cardcage(['plugin', 'dev', 'validate', folder, '--json'])
  assert.equal(alone.code, 10)
  assert.match(alone.document().problems[0].message, /^base is not there/)
  const { code, document, stdout } = await cardcage(['plugin', 'dev', 'validate', folder, '--json', '--plugins', beside])
  assert.deepEqual([code, document().started], [0, true], stdout)
})

test('the built-in plugins and the examples have no errors', async () => {
  const root = join(import.meta.dirname, '../../../..')
  for (const folder of ['plugins/csv', 'plugins/plots', 'examples/handler-orders']) {
    const { code, stdout } = await cardcage(['plugin', 'dev', 'validate', join(root, folder)])
    assert.equal(code, 0, stdout)
  }
})

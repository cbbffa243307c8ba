import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cardcage, emptyFolder, exampleFile, fixturePlugins } from '../run-cli.ts'

const call = ['plugin', 'call', '--plugins', fixturePlugins, '--json']

test('an unknown method: its name, the nearest, exit code 5', async (t) => {
  const { code, document } = await cardcage([...call, 'moving_avrage', '--input', '[1]'], { cwd: emptyFolder(t) })
  assert.equal(code, 5)
  const { error } = document()
  assert.equal(error.code, 'not-found')
  assert.match(error.message, /Unsupported method: moving_avrage/)
  assert.match(`${error.message} ${error.hint}`, /moving_average/)
})

for (const degree of ['0', '11', 'two']) {
  test(`degree=${degree} is refused with parameter, value, range and default: exit code 3`, async (t) => {
    const input = ['--input', exampleFile('nile.csv'), '--column', 'x=year', '--column', 'y=volume']
    const { code, document } = await cardcage([...call, 'custom_regression', ...input, '-p', `degree=${degree}`], { cwd: emptyFolder(t) })
    assert.equal(code, 3)
    const { error } = document()
    assert.equal(error.code, 'invalid-call')
    assert.match(error.message, new RegExp(`degree.*${degree}|${degree}.*degree`))
    assert.match(`${error.message} ${error.hint}`, /1\D+10/)
  })
}

test('the error of a plugin comes whole: code, hint, details, where', async (t) => {
  const cwd = emptyFolder(t)
  const { code, document } = await cardcage([...call, 'trouble.analysis.fail'], { cwd })
  assert.equal(code, 7)
  const { error } = document()
  assert.deepEqual(
    [error.code, error.message, error.hint, error.retryable, error.details],
    ['unavailable', 'The moon is down', 'Wait for it to rise.', true, { moon: 'down' }],
  )
  assert.deepEqual([error.at.slot, error.at.plugin, error.at.version], ['trouble', 'trouble', '1.2.3'])
  const told = await cardcage(['plugin', 'call', '--plugins', fixturePlugins, 'trouble.analysis.fail'], { cwd })
  assert.match(told.stderr, /error\[unavailable\]: The moon is down[\s\S]*trouble[\s\S]*Wait for it to rise\./)
  assert.equal(told.stdout, '')
})

test('a plugin that ends itself: crashed, with exit code and last words', async (t) => {
  const { code, document } = await cardcage([...call, 'trouble.analysis.crash'], { cwd: emptyFolder(t) })
  assert.equal(code, 7)
  const { error } = document()
  assert.equal(error.code, 'crashed')
  assert.equal(error.details.cause, 'exit')
  assert.match(JSON.stringify(error.details), /the last words/)
})

test('a plugin that never answers is ended at the deadline: exit code 8', async (t) => {
  const { code, document } = await cardcage([...call, 'trouble.analysis.hang', '--timeout', '1s'], { cwd: emptyFolder(t) })
  assert.equal(code, 8)
  assert.equal(document().error.code, 'timeout')
})

test('input files that cannot be read: which, and why', async (t) => {
  const cwd = emptyFolder(t)
  mkdirSync(join(cwd, 'folder.csv'))
  writeFileSync(join(cwd, 'binary.csv'), Buffer.from([0x61, 0x0a, 0xff, 0xfe, 0x0a]))
  const runs = [
    ['missing.csv', 5],
    ['folder.csv', 3],
    ['binary.csv', 3],
  ] as const
  for (const [file, exit] of runs) {
    const { code, stdout, document } = await cardcage([...call, 'moving_average', '--input', file], { cwd })
    assert.equal(code, exit, stdout)
    assert.ok(`${document().error.message} ${document().error.at.input}`.includes(file), stdout)
  }
})

test('a failed call leaves no half-written file', async (t) => {
  const cwd = emptyFolder(t)
  writeFileSync(join(cwd, 'bad.csv'), `a\n${'1\n'.repeat(100_000)}"open`)
  const { code } = await cardcage([...call, 'csv.format.csv', '--input', 'bad.csv', '--output', 'out.csv'], { cwd })
  assert.notEqual(code, 0)
  assert.deepEqual(
    readdirSync(cwd).filter((name) => name.startsWith('out')),
    [],
  )
})

test('a file that cannot be written: which, and why', async (t) => {
  const cwd = emptyFolder(t)
  const { code, document } = await cardcage([...call, 'range', '--output', 'no/such/folder/out.csv'], { cwd })
  assert.equal(code, 5)
  assert.match(document().error.message, /no\/such\/folder\/out\.csv/)
})

test('five crashes in a row are a quarantine, which release ends', async (t) => {
  const cwd = emptyFolder(t)
  const crash = () => cardcage([...call, 'trouble.analysis.crash'], { cwd })
  for (let i = 0; i < 5; i++) assert.equal((await crash()).document().error.code, 'crashed')
  const refused = await crash()
  assert.equal(refused.code, 7)
  assert.equal(refused.document().error.code, 'quarantined')
  const release = () => cardcage(['plugin', 'release', 'trouble', '--plugins', fixturePlugins, '--json'], { cwd })
  assert.deepEqual((await release()).document(), { slot: 'trouble', before: 'quarantined', after: 'stopped' })
  assert.equal((await crash()).document().error.code, 'crashed')
})

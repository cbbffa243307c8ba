import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs, { rmSync, utimesSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { analysisOf, children, emptyFolder, errorOf, kernelOf, openKernel, writePlugins } from '../host.ts'

const named = (name: string) => ({
  code: analysisOf('return { summary: {} }', 'inputs: {},').replace('run: operation', `${name}: operation`),
})

test('listing starts nothing and opens no file but manifests', async (t) => {
  const folder = writePlugins(emptyFolder(t), {
    known: { manifest: { provides: { analysis: { x: { inputs: {} } } } }, code: '' },
    silent: { code: '' },
  })
  // Whoever opens a pipe without a writer waits for ever.
  for (const id of ['known', 'silent']) execFileSync('mkfifo', [join(folder, id, 'other.ts')])
  const opened = spyOnOpening(t)
  const before = children()
  const kernel = await openKernel(t, { plugins: [folder] })
  assert.deepEqual(
    kernel.list().map(({ slot, kinds, state, isolation, description }) => ({ slot, kinds, state, isolation, description })),
    [
      { slot: 'known', kinds: ['analysis'], state: 'stopped', isolation: 'L1', description: 'known' },
      { slot: 'silent', kinds: [], state: 'stopped', isolation: 'L1', description: 'silent' },
    ],
  )
  assert.deepEqual(await kernel.resolve('x'), { slot: 'known', kind: 'analysis', name: 'x' })
  assert.deepEqual(children(), before)
  assert.deepEqual([...opened].filter((path) => path.startsWith(folder)).sort(), [
    join(folder, 'known/plugin.json'),
    join(folder, 'silent/plugin.json'),
  ])
  await kernel.info('silent')
  assert.ok(opened.has(join(folder, 'silent/index.ts')), 'and to learn what it provides it must be opened')
})

/** Paths of all files this process opens from now on, until the test ends. */
function spyOnOpening(t: TestContext): Set<string> {
  const opened = new Set<string>()
  const spy = (where: object, name: string) => {
    const original = (where as Record<string, (...args: unknown[]) => unknown>)[name]!
    t.mock.method(where as Record<string, (...args: unknown[]) => unknown>, name, (...args: unknown[]) => {
      if (typeof args[0] === 'string') opened.add(args[0])
      return original.apply(where, args)
    })
  }
  for (const name of ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream', 'copyFileSync']) spy(fs, name)
  for (const name of ['open', 'readFile', 'copyFile']) spy(fs.promises, name)
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
  return opened
}

test('what a plugin provides is learnt once, recalled by the next kernel, and learnt anew when its files change', async (t) => {
  const folder = writePlugins(emptyFolder(t), { tool: named('one') })
  const cache = emptyFolder(t)
  const learn = async (): Promise<{ started: boolean; listed: readonly string[]; names: string[] }> => {
    const kernel = await openKernel(t, { plugins: [folder], cache })
    const listed = kernel.list()[0]!.kinds
    let started = false
    kernel.onEvent('slot.starting', () => (started = true))
    const { provides } = await kernel.info('tool')
    await kernel.stop()
    return { started, listed, names: Object.keys(provides?.analysis ?? {}) }
  }
  assert.deepEqual(await learn(), { started: true, listed: [], names: ['one'] })
  assert.deepEqual(await learn(), { started: false, listed: ['analysis'], names: ['one'] })
  utimesSync(join(folder, 'tool', 'index.ts'), new Date(1e12), new Date(1e12))
  assert.deepEqual(await learn(), { started: false, listed: [], names: ['one'] }, 'touched only: the same content is known')
  assert.deepEqual(await learn(), { started: false, listed: ['analysis'], names: ['one'] })
  writePlugins(folder, { tool: named('two') })
  assert.deepEqual(await learn(), { started: true, listed: [], names: ['two'] })
  rmSync(join(cache, 'learnt'), { recursive: true })
  assert.deepEqual(await learn(), { started: true, listed: [], names: ['two'] }, 'without a cache it is learnt again')
})

test('a manifest that says something else than the code is warned about with the difference, and stays what is offered', async (t) => {
  const provides = { analysis: { run: { title: 'Only in the manifest', inputs: { data: { minRows: 2 } } }, gone: { inputs: {} } } }
  const kernel = await kernelOf(t, {
    stale: {
      manifest: { provides },
      code: `export default definePlugin({ setup: () => ({ analysis: { run: operation({ inputs: {}, run: () => ({ summary: {} }) }), fresh: operation({ inputs: {}, run: () => ({ summary: {} }) }) } }) })`,
    },
    exact: { manifest: { provides: { analysis: { run: { inputs: {} } } } }, ...named('run') },
  })
  const started = await kernel.start('stale')
  await kernel.start('exact')
  const warnings = kernel.lines.filter(({ level }) => level === 'warn')
  assert.deepEqual(
    warnings.map(({ slot }) => slot),
    ['stale'],
  )
  assert.equal(
    warnings[0]!.message,
    '"provides" of the manifest is not what the code provides: analysis.run differs in inputs, title; analysis.gone is only in the manifest; analysis.fresh is only in the code',
  )
  assert.deepEqual(Object.keys(started.provides!.analysis!), ['run', 'fresh'], 'a start says what the code provides')
  assert.deepEqual(Object.keys((await kernel.info('stale')).provides!.analysis!), ['run', 'gone'])
  assert.equal((await errorOf(kernel.analyze('stale.analysis.fresh'))).code, 'not-found')
})

test('listing fifty plugins is quick', async (t) => {
  const provides = { analysis: { run: { inputs: {} } } }
  const folder = writePlugins(
    emptyFolder(t),
    Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`p${i}`, { manifest: { provides }, ...named('run') }])),
  )
  await (await openKernel(t, { plugins: [folder] })).stop()
  const began = performance.now()
  const kernel = await openKernel(t, { plugins: [folder] })
  assert.equal(kernel.list().length, 50)
  t.diagnostic(`${(performance.now() - began).toFixed(1)} ms for 50 plugins; the target is 25`)
})

test('a plugin that says it provides what cannot be is refused', async (t) => {
  const kernel = await kernelOf(t, {
    odd: {
      code: `export default definePlugin({ setup: () => ({ analysis: { 'a.b': operation({ inputs: {}, run: () => ({ summary: {} }) }) } }) })`,
    },
  })
  assert.equal((await errorOf(kernel.start('odd'))).code, 'invalid-manifest')
})

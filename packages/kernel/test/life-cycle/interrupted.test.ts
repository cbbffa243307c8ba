import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { analysisOf, emptyFolder, errorOf, kernelOf } from '../host.ts'

const provides = { analysis: { hold: { inputs: {} }, who: { inputs: {} } } }

/**
 * A plugin whose `hold` waits until the file `go` is there. Every start but the first waits for `door`, and fails where that says so; each start is a letter in `starts`.
 */
function slowToGrow(folder: string) {
  const [go, door, starts] = ['go', 'door', 'starts'].map((name) => JSON.stringify(join(folder, name)))
  return {
    manifest: { provides, permissions: { read: [folder], write: [folder] } },
    code: `import { appendFileSync, existsSync, readFileSync } from 'node:fs'
      const until = async (file, signal) => { while (!existsSync(file) && !signal?.aborted) await new Promise((resolve) => setTimeout(resolve, 5)) }
      export default definePlugin({ async setup(ctx) {
        appendFileSync(${starts}, 'x')
        if (readFileSync(${starts}, 'utf8').length > 1) { await until(${door}); if (readFileSync(${door}, 'utf8') === 'shut') throw new Error('the door is shut') }
        return { analysis: {
          hold: operation({ inputs: {}, async run(_, __, call) { call.progress(0); await until(${go}, call.signal); return { summary: {} } } }),
          who: operation({ inputs: {}, run: () => ({ summary: { carried: ctx.carry('n', () => 1) ?? 0 } }) }) } }
      } })`,
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn()
}

test('a call that waits for one more instance when the slot is restarted goes to the next', async (t) => {
  const folder = emptyFolder(t)
  const file = (name: string) => join(folder, name)
  const kernel = await kernelOf(t, { grow: slowToGrow(folder) }, { slots: { grow: { plugin: 'grow', instances: 2 } } })
  const inside = Promise.withResolvers<void>()
  const held = kernel.analyze('hold', { onProgress: () => inside.resolve() })
  await inside.promise
  const waiting = kernel.analyze('who')
  await until(() => readFileSync(file('starts'), 'utf8').length === 2)
  const restart = kernel.restart('grow')
  writeFileSync(file('go'), '')
  writeFileSync(file('door'), 'open')
  await Promise.all([restart, held])
  assert.equal((await waiting).metadata.slot, 'grow')
})

test('a call whose slot is restarted the moment it is active goes to the next instance', async (t) => {
  const kernel = await kernelOf(t, {
    quick: { manifest: { provides: { analysis: { run: { inputs: {} } } } }, code: analysisOf('return { summary: {} }', 'inputs: {},') },
  })
  let restarted: Promise<void> | undefined
  kernel.onEvent('slot.active', () => void (restarted ??= kernel.restart('quick')))
  const { metadata } = await kernel.analyze('run')
  await restarted
  assert.deepEqual([metadata.slot, (await kernel.info('quick')).failures], ['quick', 0])
})

test('an instance more that fails to start is not tried again by every call that finds the others busy', async (t) => {
  const folder = emptyFolder(t)
  writeFileSync(join(folder, 'door'), 'shut')
  const kernel = await kernelOf(
    t,
    { grow: slowToGrow(folder) },
    { slots: { grow: { plugin: 'grow', instances: 2, policy: { concurrency: 9 } } } },
  )
  const inside = Promise.withResolvers<void>()
  const held = Array.from({ length: 9 }, () => kernel.analyze('hold', { onProgress: () => inside.resolve() }))
  await inside.promise
  for (let n = 0; n < 20; n++) await kernel.analyze('who')
  const tries = readFileSync(join(folder, 'starts'), 'utf8').length
  assert.ok(tries <= 6, `${tries} starts`)
  writeFileSync(join(folder, 'go'), '')
  await Promise.all(held)
  const { state, pids } = await kernel.info('grow')
  assert.deepEqual([state, pids.length], ['active', 1])
})

test('a restart ends the wait for a dependency that does not come up', async (t) => {
  const kernel = await kernelOf(t, {
    base: {
      manifest: { provides: { analysis: { run: { inputs: {} } } } },
      code: 'export default definePlugin({ setup: () => new Promise(() => {}) })',
    },
    top: {
      manifest: { provides: { analysis: { run: { inputs: {} } } }, dependencies: ['base'] },
      code: analysisOf('return { summary: {} }', 'inputs: {},'),
    },
  })
  const starting = Promise.withResolvers<void>()
  kernel.onEvent('slot.starting', ({ subject }) => subject === 'base' && starting.resolve())
  const call = errorOf(kernel.analyze('top.analysis.run'))
  await starting.promise
  await kernel.restart('top')
  assert.match((await call).message, /top was stopped while it started/)
  assert.deepEqual(
    kernel.list().map(({ state }) => state),
    ['starting', 'stopped'],
  )
})

test(
  'when the kernel stops, every call ends: those that run, that wait for a turn, in a retry pause, for a shared result',
  { timeout: 20_000 },
  async (t) => {
    const provided = { analysis: { wait: { inputs: {} }, fail: { inputs: {} } } }
    const code = `export default definePlugin({ setup: () => ({ analysis: {
    wait: operation({ inputs: {}, async run(_, __, call) { call.progress(0); await new Promise(() => {}) } }),
    fail: operation({ inputs: {}, run() { throw new PluginError('unavailable', 'not now') } }) } }) })`
    const kernel = await kernelOf(
      t,
      { busy: { manifest: { provides: provided }, code } },
      {
        slots: {
          queued: { plugin: 'busy' },
          paused: { plugin: 'busy', policy: { retry: { retries: 3, delay: 600_000, maxDelay: 600_000 } } },
          shared: { plugin: 'busy', policy: { cache: { ttl: 60_000 } } },
        },
        timeout: 10_000_000,
      },
    )
    const inside = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const calls = [
      ...Array.from({ length: 50 }, () => errorOf(kernel.analyze('queued.analysis.wait', { onProgress: () => inside[0]!.resolve() }))),
      errorOf(kernel.analyze('paused.analysis.fail')),
      ...Array.from({ length: 50 }, () => errorOf(kernel.analyze('shared.analysis.wait', { onProgress: () => inside[1]!.resolve() }))),
    ]
    await Promise.all(inside.map(({ promise }) => promise))
    await until(() => kernel.lines.some(({ fields }) => fields?.['attempt'] === 2))
    await kernel.stop()
    const codes = new Map<string, number>()
    for (const { code } of await Promise.all(calls)) codes.set(code, (codes.get(code) ?? 0) + 1)
    assert.deepEqual(Object.fromEntries(codes), { unavailable: 101 })
  },
)

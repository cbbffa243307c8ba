import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { createKernel } from '@cardcage/kernel'
import type { Event } from '@cardcage/plugin'
import { children, emptyFolder, errorOf, isAlive, kernelOf, openKernel, testCache, writePlugins } from '../host.ts'

const shop = {
  manifest: { config_schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
  code: `export default definePlugin({ config: z.object({ name: z.string() }), setup: (ctx) => ({ analysis: {
    who: operation({ inputs: {}, run: () => ({ summary: { name: ctx.config.name, dataDir: ctx.dataDir } }) }),
    put: operation({ inputs: {}, params: z.object({ value: z.string() }), run: async (_, { value }) => { await ctx.state.set('k', value); await ctx.cache.set('k', value); ctx.emit('put.done', { value }); ctx.metrics.counter('puts').add(); return { summary: {} } } }),
    get: operation({ inputs: {}, run: async () => ({ summary: { state: (await ctx.state.get('k')) ?? null, cache: (await ctx.cache.get('k')) ?? null } }) }),
    crash: operation({ inputs: {}, run: () => process.exit(9) }),
  } }) })`,
}

test('two kernels of one process with one plugin folder have config, events, cache, state and metrics of their own', async (t) => {
  const folder = writePlugins(emptyFolder(t), { shop })
  const open = (name: string) => openKernel(t, { plugins: [folder], slots: { shop: { plugin: 'shop', config: { name } } } })
  const [one, two] = [await open('one'), await open('two')]
  const heard: [number, Event][] = []
  const told = Promise.withResolvers<void>()
  for (const [index, kernel] of [one, two].entries()) {
    kernel.onEvent('**', (event) => {
      heard.push([index, event])
      if (event.type === 'put.done') told.resolve()
    })
  }
  const who = async (kernel: typeof one) => (await kernel.analyze('who')).result.summary
  const [first, second] = [await who(one), await who(two)]
  assert.deepEqual([first['name'], second['name']], ['one', 'two'])
  assert.notEqual(first['dataDir'], second['dataDir'])
  await one.analyze('put', { params: { value: 'mine' } })
  await told.promise
  assert.deepEqual((await one.analyze('get')).result.summary, { state: 'mine', cache: 'mine' })
  assert.deepEqual((await two.analyze('get')).result.summary, { state: null, cache: null })
  assert.deepEqual(
    one.metrics().map(({ name, labels, value }) => ({ name, labels, value })),
    [{ name: 'puts', labels: { slot: 'shop' }, value: 1 }],
  )
  assert.deepEqual(two.metrics(), [])
  assert.deepEqual(
    heard.map(([index, { type }]) => `${index} ${type}`),
    ['0 slot.starting', '0 slot.active', '1 slot.starting', '1 slot.active', '0 put.done'],
  )
})

test('after a crash in one kernel the process of the other is the same', async (t) => {
  const folder = writePlugins(emptyFolder(t), { shop })
  const open = () => openKernel(t, { plugins: [folder], slots: { shop: { plugin: 'shop', config: { name: 'x' } } } })
  const [one, two] = [await open(), await open()]
  const pid = async (kernel: typeof one) => (await kernel.analyze('who')).metadata.pid!
  const before = [await pid(one), await pid(two)] as const
  assert.notEqual(before[0], before[1])
  const error = await errorOf(one.analyze('crash'))
  assert.equal(error.code, 'crashed')
  assert.equal((error.details as { exitCode: number }).exitCode, 9)
  assert.equal(await pid(two), before[1])
  const after = await pid(one)
  assert.notEqual(after, before[0])
  assert.ok(isAlive(after) && isAlive(before[1]) && !isAlive(before[0]))
})

test('`await using` stops the kernel and removes what it made for itself', async (t) => {
  const folder = writePlugins(emptyFolder(t), { shop })
  let pid: number
  let dataDir: string
  {
    await using kernel = await createKernel({
      plugins: [folder],
      cache: testCache(),
      slots: { shop: { plugin: 'shop', config: { name: 'x' } } },
    })
    const { metadata, result } = await kernel.analyze('who')
    pid = metadata.pid!
    dataDir = result.summary['dataDir'] as string
    assert.ok(isAlive(pid) && existsSync(dataDir))
  }
  assert.ok(!isAlive(pid))
  assert.ok(!existsSync(join(dataDir, '../..')))
})

test('stop goes in reverse order of start, twice is once, and nothing can be called after it', async (t) => {
  const log = join(emptyFolder(t), 'order')
  const chained = (needs: string[]) => ({
    manifest: { dependencies: needs, permissions: { write: [log], read: [log] } },
    code: `import { appendFileSync } from 'node:fs'\nconst note = (what) => appendFileSync(${JSON.stringify(log)}, what + '\\n')\nexport default definePlugin({ setup: (ctx) => { note('start ' + ctx.slot); ctx.defer(() => note('stop ' + ctx.slot)); return { analysis: { ['run_' + ctx.slot]: operation({ inputs: {}, run: () => ({ summary: {} }) }) } } } })`,
  })
  const before = children()
  const kernel = await kernelOf(t, { c: chained([]), a: chained(['b']), b: chained(['c']) })
  const states: string[] = []
  kernel.onEvent('slot.*', ({ type, data }) => states.push(`${type.slice(5)} ${(data as { slot: string }).slot}`))
  await kernel.analyze('a.analysis.run_a')
  const pids = children().filter((pid) => !before.includes(pid))
  assert.equal(pids.length, 3)
  await Promise.all([kernel.stop(), kernel.stop()])
  assert.deepEqual(pids.filter(isAlive), [])
  assert.deepEqual(readFileSync(log, 'utf8').trim().split('\n'), ['start c', 'start b', 'start a', 'stop a', 'stop b', 'stop c'])
  assert.deepEqual(states, [
    'starting a',
    'starting b',
    'starting c',
    'active c',
    'active b',
    'active a',
    'stopping a',
    'stopped a',
    'stopping b',
    'stopped b',
    'stopping c',
    'stopped c',
  ])
  const error = await errorOf(kernel.analyze('a.analysis.run_a'))
  assert.equal(error.code, 'unavailable')
  assert.deepEqual(
    children().filter((pid) => !before.includes(pid)),
    [],
  )
  assert.equal(kernel.list().length, 3, 'it can still be looked at')
})

test('stop ends what ignores it, what hangs in a call and what hangs in its start, in bounded time', async (t) => {
  const before = children()
  const kernel = await kernelOf(t, {
    deaf: {
      code: `process.on('SIGTERM', () => {})\nexport default definePlugin({ setup: (ctx) => { ctx.defer(() => new Promise(() => {})); return { analysis: { deaf: operation({ inputs: {}, run: () => ({ summary: {} }) }) } } } })`,
    },
    busy: {
      code: `export default definePlugin({ setup: () => ({ analysis: { busy: operation({ inputs: {}, run: async (_, __, call) => { call.progress(0); await new Promise((resolve) => setTimeout(resolve, 20)); for (;;); } }) } }) })`,
    },
    slow: {
      code: 'export default definePlugin({ setup: () => new Promise(() => {}) })',
      manifest: { provides: { analysis: { slow: { inputs: {} } } } },
    },
  })
  await kernel.analyze('deaf.analysis.deaf')
  const inside = Promise.withResolvers<void>()
  const busy = errorOf(kernel.analyze('busy.analysis.busy', { onProgress: () => inside.resolve() }))
  const starting = Promise.withResolvers<void>()
  kernel.onEvent('slot.starting', ({ data }) => (data as { slot: string }).slot === 'slow' && starting.resolve())
  const slow = errorOf(kernel.analyze('slow.analysis.slow'))
  await Promise.all([inside.promise, starting.promise])
  const began = performance.now()
  await kernel.stop()
  assert.ok(performance.now() - began < 10_000, `${performance.now() - began} ms`)
  assert.deepEqual(
    children().filter((pid) => !before.includes(pid)),
    [],
  )
  assert.ok(['crashed', 'unavailable', 'cancelled'].includes((await busy).code), (await busy).code)
  assert.equal((await slow).code, 'unavailable')
  assert.match((await slow).message, /slow was stopped while it started/)
})

test('a kernel that cannot be made says why and leaves nothing behind', async (t) => {
  const folder = emptyFolder(t)
  const missing = await errorOf(createKernel({ plugins: [join(folder, 'nowhere')] }))
  assert.equal(missing.code, 'not-found')
  assert.match(missing.message, /nowhere.* does not exist/)
  writePlugins(folder, { shop })
  const unknown = await errorOf(createKernel({ plugins: [folder], slots: { x: { plugin: 'shpo' } } }))
  assert.equal(unknown.message, "Slot 'x' names the plugin 'shpo', which is not there")
})

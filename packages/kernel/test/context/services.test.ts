import assert from 'node:assert/strict'
import test from 'node:test'
import { emptyFolder, errorOf, kernelOf, openKernel, writePlugins } from '../host.ts'

const keeper = {
  code: `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
  import { join } from 'node:path'
  const mine = (name, run, more = {}) => ({ [name]: operation({ inputs: {}, run: async (_, params, call) => ({ summary: await run(params, call) }), ...more }) })
  const key = { params: z.object({ store: z.enum(['state', 'cache']), key: z.string().default('k'), ttl: z.number().optional() }) }
  export default definePlugin({ setup(ctx) {
    ctx.check('disk', () => ({ status: 'warn', note: 'nearly full' }))
    ctx.check('fine', () => undefined)
    ctx.check('broken', () => { throw new PluginError('unavailable', 'no answer') })
    return { handler: { never: handler({ handle() {} }) }, analysis: {
      ...mine('file', () => { const path = join(ctx.dataDir, 'log'); appendFileSync(path, 'x'); return { text: readFileSync(path, 'utf8') } }),
      ...mine('outside', () => { writeFileSync(join(ctx.dataDir, '..', 'other'), 'x'); return {} }),
      ...mine('add', async ({ store, key }) => ({ n: await ctx[store].update(key, (n = 0) => n + 1) }), key),
      ...mine('many', async ({ store, key }) => { await Promise.all(Array.from({ length: 25 }, () => ctx[store].update(key, (n = 0) => n + 1))); return {} }, key),
      ...mine('get', async ({ store, key }) => ({ value: (await ctx[store].get(key)) ?? null, keys: await ctx[store].keys() }), key),
      ...mine('set', async ({ store, key, ttl }) => { await ctx[store].set(key, 'new', { ttl }); return {} }, key),
      ...mine('delete', async ({ store, key }) => { await ctx[store].delete(key); return {} }, key),
      ...mine('expire', async () => { await ctx.cache.set('short', 1, { ttl: 5 }); await ctx.cache.set('long', 1, { ttl: 60000 }); while ((await ctx.cache.get('short')) !== undefined); return { long: await ctx.cache.get('long') } }),
      ...mine('measure', () => { ctx.metrics.counter('rows', { table: 'a', slot: 'forged' }).add(3); ctx.metrics.counter('rows', { table: 'a' }).add(); ctx.metrics.gauge('load').record(0.5); ctx.metrics.gauge('load').record(0.25); for (const ms of [5, 1, 9]) ctx.metrics.histogram('time').record(ms); ctx.metrics.counter('bad').add(NaN); return {} }),
      ...mine('emit', () => { ctx.emit('keeper.done', { n: 1 }, 'thing/1'); return {} }),
      ...mine('emit_kernels', () => { ctx.emit('slot.failed', { slot: 'another' }); return {} }),
      ...mine('emit_wrong', () => { ctx.emit('Not Right', null); return {} }),
      ...mine('reserve', async ({ bytes }, call) => { const share = await call.reserve(bytes); share.release(); return {} }, { params: z.object({ bytes: z.number() }) }),
      ...mine('hold', async (_, call) => { await call.reserve(60); call.progress(0.5); await new Promise((resolve) => call.signal.addEventListener('abort', resolve)); return {} }),
    } }
  } })`,
}
const slots = { keeper: { plugin: 'keeper', policy: { concurrency: 8 } } }

test('the data folder is the one place a plugin may write, and is kept', async (t) => {
  const home = emptyFolder(t)
  const plugins = [writePlugins(emptyFolder(t), { keeper })]
  const kernel = await openKernel(t, { plugins, home })
  assert.deepEqual((await kernel.analyze('file')).result.summary, { text: 'x' })
  const outside = await errorOf(kernel.analyze('outside'))
  assert.match(outside.message, /restricted|permission|EACCES|ERR_ACCESS_DENIED/i)
  await kernel.restart('keeper')
  assert.deepEqual((await kernel.analyze('file')).result.summary, { text: 'xx' })
  await kernel.stop()
  const next = await openKernel(t, { plugins, home })
  assert.deepEqual((await next.analyze('file')).result.summary, { text: 'xxx' })
})

test('state and cache lose nothing of a hundred updates at once; state is kept, the cache is not', async (t) => {
  const home = emptyFolder(t)
  const plugins = [writePlugins(emptyFolder(t), { keeper })]
  const kernel = await openKernel(t, { plugins, home, slots })
  for (const store of ['state', 'cache']) {
    const params = { store }
    await Promise.all(Array.from({ length: 4 }, () => kernel.analyze('many', { params })))
    assert.deepEqual((await kernel.analyze('get', { params })).result.summary, { value: 100, keys: ['k'] }, store)
    await kernel.analyze('set', { params: { ...params, key: 'other' } })
    assert.deepEqual((await kernel.analyze('get', { params: { ...params, key: 'other' } })).result.summary, {
      value: 'new',
      keys: ['k', 'other'],
    })
    await kernel.analyze('delete', { params: { ...params, key: 'other' } })
    assert.deepEqual((await kernel.analyze('get', { params: { ...params, key: 'other' } })).result.summary, { value: null, keys: ['k'] })
  }
  await kernel.restart('keeper')
  assert.deepEqual(
    (await kernel.analyze('add', { params: { store: 'cache' } })).result.summary,
    { n: 101 },
    'the cache outlives an instance',
  )
  await kernel.stop()
  const next = await openKernel(t, { plugins, home })
  assert.deepEqual((await next.analyze('add', { params: { store: 'state' } })).result.summary, { n: 101 })
  assert.deepEqual((await next.analyze('add', { params: { store: 'cache' } })).result.summary, { n: 1 })
  assert.equal((await errorOf(next.analyze('get', { params: { store: 'state', key: 'x'.repeat(1025) } }))).code, 'invalid-call')
})

test('two kernels of one home update one state and lose nothing', async (t) => {
  const home = emptyFolder(t)
  const plugins = [writePlugins(emptyFolder(t), { keeper })]
  const kernels = [await openKernel(t, { plugins, home }), await openKernel(t, { plugins, home })]
  await Promise.all(kernels.map((kernel) => kernel.analyze('many', { params: { store: 'state' } })))
  assert.deepEqual((await kernels[0]!.analyze('get', { params: { store: 'state' } })).result.summary['value'], 50)
})

test('a cached value is gone after its time, others stay', async (t) => {
  const kernel = await kernelOf(t, { keeper })
  assert.deepEqual((await kernel.analyze('expire')).result.summary, { long: 1 })
})

test('metrics are kept by name, labels and slot', async (t) => {
  const kernel = await kernelOf(t, { keeper })
  await kernel.analyze('measure')
  await kernel.analyze('get', { params: { store: 'state' } })
  const labels = { slot: 'keeper' }
  assert.deepEqual(kernel.metrics(), [
    { metric: 'counter', name: 'rows', labels: { ...labels, table: 'a' }, value: 4, count: 2, min: 1, max: 3 },
    { metric: 'gauge', name: 'load', labels, value: 0.25, count: 2, min: 0.25, max: 0.5 },
    { metric: 'histogram', name: 'time', labels, value: 15, count: 3, min: 1, max: 9 },
  ])
})

test('health checks and last log lines are in what is known of a slot', async (t) => {
  const kernel = await kernelOf(t, { keeper })
  assert.deepEqual((await kernel.start('keeper')).health, [
    { name: 'disk', status: 'warn', note: 'nearly full' },
    { name: 'fine', status: 'pass' },
    { name: 'broken', status: 'fail', note: 'no answer' },
  ])
  await kernel.restart('keeper')
  assert.deepEqual((await kernel.info('keeper')).health, [], 'what does not run has no health')
})

test('an event outside a handler has a correlation of its own, and its type is checked', async (t) => {
  const kernel = await kernelOf(t, { keeper })
  const heard = Promise.withResolvers<object>()
  kernel.onEvent('keeper.done', (event) => heard.resolve(event))
  await kernel.analyze('emit')
  const { id, correlation, source, subject, data } = (await heard.promise) as Record<string, unknown>
  assert.equal(correlation, id)
  assert.deepEqual([source, subject, data], ['/cardcage/keeper', 'thing/1', { n: 1 }])
  assert.match((await errorOf(kernel.analyze('emit_wrong'))).message, /Event type 'Not Right' is not dotted lower case/)
})

test('an event that only the kernel may announce is dropped, and that is logged', async (t) => {
  const kernel = await kernelOf(t, { keeper })
  const heard: string[] = []
  kernel.onEvent('slot.*', ({ type }) => heard.push(type))
  await kernel.analyze('emit_kernels')
  const { log } = await kernel.info('keeper')
  assert.ok(log.some(({ message }) => message.includes('Event slot.failed was dropped')))
  assert.deepEqual(heard, ['slot.starting', 'slot.active'])
})

test('memory is reserved from one budget: waited for, given back with the call, refused above it', async (t) => {
  const kernel = await kernelOf(t, { keeper }, { memory: 100, slots })
  const reserve = (bytes: number, timeout?: number) => kernel.analyze('reserve', { params: { bytes }, ...(timeout ? { timeout } : {}) })
  await reserve(100)
  const above = await errorOf(reserve(101))
  assert.equal(above.code, 'limit-exceeded')
  assert.match(above.message, /101 bytes were to be reserved; all calls together may have 100/)
  assert.equal((await errorOf(reserve(-1))).code, 'invalid-call')
  const inside = Promise.withResolvers<void>()
  const controller = new AbortController()
  const holding = errorOf(kernel.analyze('hold', { signal: controller.signal, onProgress: () => inside.resolve() }))
  await inside.promise
  await reserve(40)
  let done = false
  const waiting = reserve(41).then(() => (done = true))
  await kernel.analyze('get', { params: { store: 'state' } })
  assert.equal(done, false, 'it waits while the other holds its share')
  controller.abort()
  assert.equal((await holding).code, 'cancelled')
  await waiting
  assert.equal(done, true)
})

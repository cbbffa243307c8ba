import assert from 'node:assert/strict'
import test from 'node:test'
import { errorOf, kernelOf } from '../host.ts'

test('an enrichment is facts with confidence and time to live, or nothing; others are refused', async (t) => {
  const answers = `{ full: { data: { city: 'Oslo' }, confidence: 0.25, ttl: 60000 }, bare: { data: {} }, none: null, sure: { data: {}, confidence: 1.5 }, old: { data: {}, ttl: -1 },
    empty: {}, text: 'Oslo', misfit: { data: { city: 5 } }, nan: { data: {}, confidence: NaN } }`
  const kernel = await kernelOf(t, {
    places: {
      code: `const answers = ${answers}\nexport default definePlugin({ setup: () => ({ enrichment: { home: { subjects: ['user'], adds: ['city'], data: z.object({ city: z.string().optional() }), enrich: ({ id }) => answers[id] } } }) })`,
    },
  })
  const ask = async (id: string) => (await kernel.enrich('home', { type: 'user', id })).result
  const before = Date.now()
  const { time, ...full } = (await ask('full'))!
  assert.deepEqual(full, { data: { city: 'Oslo' }, confidence: 0.25, ttl: 60_000, source: 'places' })
  assert.ok(Date.parse(time) >= before && Date.parse(time) <= Date.now())
  assert.deepEqual({ ...(await ask('bare')), time: 0 }, { data: {}, confidence: 1, source: 'places', time: 0 })
  assert.equal(await ask('none'), null)
  for (const [id, message] of [
    ['sure', /its confidence is 1.5, not 0 to 1/],
    ['nan', /its confidence is null, not 0 to 1/],
    ['old', /its ttl is -1, not milliseconds/],
    ['empty', /an enrichment without `data`/],
    ['text', /an enrichment/],
    ['misfit', /city/],
  ] as const) {
    const error = await errorOf(ask(id))
    assert.equal(error.code, 'invalid-data', id)
    assert.match(error.message, message)
    assert.equal(error.at['operation'], 'home')
  }
  const other = await errorOf(kernel.enrich('home', { type: 'order', id: '1' }))
  assert.equal(other.hint, 'It knows user.')
  assert.equal((await errorOf(kernel.enrich('home', { type: 'user', id: '' }))).code, 'invalid-call')
  assert.equal((await errorOf(kernel.enrich('home', null as never))).code, 'invalid-call')
})

test('an event goes to every handler whose pattern matches; one that fails does not stop the others', async (t) => {
  const on = (pattern: string, body = '') => ({
    code: `export default definePlugin({ setup: (ctx) => ({ handler: { '${pattern}': handler({ handle: async (event, call) => { ${body} } }) } }) })`,
  })
  const kernel = await kernelOf(t, {
    one: on('order.created'),
    word: on('order.*'),
    words: on('order.**'),
    all: on('**', `throw new PluginError('unavailable', 'not today')`),
    crash: on('order.created', 'process.exit(3)'),
    other: on('order.shipped'),
  })
  const heard: string[] = []
  const undo = kernel.onEvent('order.*', ({ type }) => heard.push(type))
  kernel.onEvent('order.created', () => {
    throw new Error('a listener of the host that fails')
  })
  const { event, deliveries } = await kernel.publish({ type: 'order.created', data: { total: 1 }, subject: 'order/1' })
  assert.match(event.id, /^[0-9a-f-]{36}$/)
  assert.equal(event.correlation, event.id)
  assert.equal(event.source, '/cardcage')
  assert.deepEqual(
    deliveries.map(({ slot, pattern, error }) => [slot, pattern, error?.code]),
    [
      ['all', '**', 'unavailable'],
      ['crash', 'order.created', 'crashed'],
      ['one', 'order.created', undefined],
      ['word', 'order.*', undefined],
      ['words', 'order.**', undefined],
    ],
  )
  assert.deepEqual(deliveries[0]!.error!.at, { slot: 'all', plugin: 'all', version: '1.0.0', kind: 'handler', operation: '**' })
  assert.equal(deliveries[2]!.metadata?.slot, 'one')
  const item = await kernel.publish({ type: 'order.created.item', data: null })
  assert.deepEqual(
    item.deliveries.map(({ slot }) => slot),
    ['all', 'words'],
  )
  assert.deepEqual(heard, ['order.created'])
  undo()
  await kernel.publish({ type: 'order.created', data: null })
  assert.deepEqual(heard, ['order.created'])
  for (const type of ['', 'Order.created', 'order..created', 'order created'])
    assert.equal((await errorOf(kernel.publish({ type, data: null }))).code, 'invalid-call', type)
  assert.equal((await errorOf(kernel.publish({ type: 'a', data: null, time: new Date(Number.NaN) }))).code, 'invalid-call')
})

test('a handler that never ends is told so, at the deadline or when the publisher gives up', async (t) => {
  const code = `export default definePlugin({ setup: () => ({ handler: { 'order.*': handler({ handle: (_event, call) => new Promise((_, reject) => {
    call.progress(0)
    call.signal.addEventListener('abort', () => reject(call.signal.reason))
  }) }) } }) })`
  const kernel = await kernelOf(t, { waits: { code } })
  const late = await kernel.publish({ type: 'order.created', data: null }, { timeout: 500 })
  assert.equal(late.deliveries[0]?.error?.code, 'timeout')
  const controller = new AbortController()
  const left = await kernel.publish(
    { type: 'order.created', data: null },
    { signal: controller.signal, onProgress: () => controller.abort() },
  )
  assert.equal(left.deliveries[0]?.error?.code, 'cancelled')
})

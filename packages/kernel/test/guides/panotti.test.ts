import assert from 'node:assert/strict'
import test from 'node:test'
import type { Event } from '@cardcage/plugin'
import { emptyFolder, openKernel } from '../host.ts'
import { writePlugin as writeGuide } from '../plugin-folder.ts'
import { openGuide } from './guide.ts'

type Kernel = Awaited<ReturnType<typeof openGuide>>

/** The next event of that type, once it comes. */
function nextEvent(kernel: Kernel, type: string): Promise<Event> {
  return new Promise((resolve) => {
    const undo = kernel.onEvent(type, (event) => {
      undo()
      resolve(event)
    })
  })
}

test('the template is given its config, answers to every event but its own, and is cleaned up', async (t) => {
  const kernel = await openGuide(t, 'panotti/example_plugin')
  const completed = nextEvent(kernel, 'example.completed')
  const { deliveries, event } = await kernel.publish({ type: 'recording.ended', data: { recording: 'r1' } })
  assert.deepEqual(
    deliveries.map(({ error }) => error),
    [undefined],
  )
  const { data, correlation } = await completed
  assert.deepEqual(data, { recording: 'r1', from: 'system', same: true })
  assert.equal(correlation, event.correlation, 'what follows from an event keeps its correlation')
  const started = kernel.lines.find(({ message }) => message === 'initialized')
  assert.deepEqual(started?.fields, { timeout: 30, caching: true, other: 'none' })
  await kernel.stop()
  assert.ok(kernel.lines.some(({ message }) => message === 'cleaned up'))
  assert.ok(!kernel.lines.some(({ message }) => message === 'saw its own'))
})

test('an error of a handler is logged with the event, the error and the context, and raised again', async (t) => {
  const kernel = await openGuide(t, 'panotti/example_plugin')
  const { deliveries, event } = await kernel.publish({ type: 'recording.broken', data: {} })
  assert.equal(deliveries[0]?.error?.code, 'internal')
  assert.equal(deliveries[0]?.error?.message, 'the recording cannot be read')
  const line = kernel.lines.find(({ message }) => message === 'Event processing failed')
  assert.equal(line?.level, 'error')
  assert.equal(line?.fields?.['error'], 'Error: the recording cannot be read')
  assert.equal(line?.fields?.['event_id'], event.id)
  assert.deepEqual(line?.fields?.['context'], { correlation_id: event.correlation, timestamp: event.time.toISOString(), metadata: {} })
  assert.notEqual(line?.call, undefined, 'the line belongs to the call')
})

test('a batch is processed at once, concurrent updates of the state lose nothing, and the state outlives the host', async (t) => {
  const home = emptyFolder(t)
  const first = await openGuide(t, 'panotti/stateful_plugin', { home })
  const events = Array.from({ length: 50 }, (_, i) => ({ i }))
  await Promise.all([1, 2, 3, 4].map(() => first.publish({ type: 'batch.ready', data: { events } })))
  const told = nextEvent(first, 'state.told')
  await first.publish({ type: 'state.asked', data: {} })
  const { count, most } = (await told).data as { count: number; most: number }
  assert.equal(count, 200)
  assert.ok(most >= 50, `${most} ran at once`)
  await first.stop()
  const second = await openGuide(t, 'panotti/stateful_plugin', { home })
  const again = nextEvent(second, 'state.told')
  await second.publish({ type: 'state.asked', data: {} })
  assert.equal(((await again).data as { count: number }).count, 200)
})

test('who subscribes in initialize hears that event, once; who subscribes later is told', async (t) => {
  const kernel = await openGuide(t, 'panotti/subscriber')
  assert.deepEqual(Object.keys((await kernel.info('subscriber')).provides?.handler ?? {}), ['recording.ended', 'late'])
  const heard: Event[] = []
  kernel.onEvent('heard', (event) => heard.push(event))
  const next = nextEvent(kernel, 'heard')
  const { event } = await kernel.publish({ type: 'recording.ended', data: {}, source: '/cardcage/recorder' })
  await next
  assert.deepEqual(
    heard.map(({ data }) => data),
    [{ name: 'recording.ended', correlation: event.correlation, source: 'recorder' }],
  )
  const { deliveries } = await kernel.publish({ type: 'late', data: {} })
  assert.equal(deliveries[0]?.error?.code, 'unsupported')
  assert.match(deliveries[0]?.error?.message ?? '', /subscribed to 'too.late' after its start/)
})

test('where several listeners of one event fail, the first is raised and the others are logged', async (t) => {
  const entry = `export class P {
    initialize() {
      for (const name of ['one', 'two', 'three']) this.event_bus.subscribe('a', () => { if (name !== 'two') throw new Error(name) })
    }
    handle_event() {}
  }`
  const kernel = await openKernel(t, { plugins: [writeGuide(emptyFolder(t), 'p', entry)] })
  const { deliveries } = await kernel.publish({ type: 'a', data: {} })
  assert.equal(deliveries[0]?.error?.message, 'one')
  const others = kernel.lines.filter(({ message }) => message === 'Another listener of a failed, too')
  assert.deepEqual(
    others.map(({ level, fields }) => [level, fields?.['error']]),
    [['error', { name: 'PluginError', message: 'three' }]],
  )
})

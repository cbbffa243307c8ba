import assert from 'node:assert/strict'
import test from 'node:test'
import { BasePlugin, type Event, EventBus } from '@cardcage/plugin/guides'

class Plugin extends BasePlugin {
  readonly told: string[] = []
  override async initialize(): Promise<void> {
    this.event_bus.subscribe('a.b', (event) => void this.told.push(event.name))
  }
  override async cleanup(): Promise<void> {
    this.told.push('cleaned up')
  }
}

test('a plugin works without a host: it logs nothing, its config is empty, its bus is its own', async () => {
  const plugin = new Plugin()
  await plugin.initialize()
  plugin.logger.withFields({ a: 1 }).error('nobody hears it')
  assert.equal(plugin.get_config('timeout', 30), 30)
  await plugin.emit_event('a.b', { x: 1 }, 'c')
  await plugin.handle_event({} as Event, {} as Event['context'])
  assert.deepEqual(plugin.told, ['a.b'])
})

test('a config key may be dotted, as it is or into what it holds', () => {
  const plugin = new BasePlugin()
  plugin.config = { flags: { cache: false, 'a.b': 1 }, 'x.y': 2, zero: 0, list: [] }
  assert.equal(plugin.get_config('flags.cache', true), false)
  assert.equal(plugin.get_config('x.y'), 2)
  assert.equal(plugin.get_config('zero', 5), 0)
  assert.equal(plugin.get_config('flags.none', 'd'), 'd')
  assert.equal(plugin.get_config('constructor', 'd'), 'd')
})

test('a plugin is cleaned up when its scope ends, also by a throw', async () => {
  const plugin = new Plugin()
  await assert.rejects(async () => {
    await using held = plugin
    throw new Error(held.name)
  })
  assert.deepEqual(plugin.told, ['cleaned up'])
})

test('a bus calls each listener once and throws what failed after all are done', async () => {
  const bus = new EventBus()
  const heard: string[] = []
  const one = () => void heard.push('one')
  bus.subscribe('x', () => Promise.reject(new Error('first')))
  bus.subscribe('x', one)
  bus.subscribe('x', one)
  await assert.rejects(bus.publish({ name: 'x' }), { message: 'first' })
  assert.deepEqual(heard, ['one'])
  bus.unsubscribe('x', one)
  await assert.rejects(bus.publish({ name: 'x' }))
  assert.deepEqual(heard, ['one'])
})

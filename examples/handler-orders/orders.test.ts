import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call, Event, Handler, Json, Plugin, PluginContext, Provides } from '@cardcage/plugin'
import plugin from './index.ts'

/** The handler over a state in memory; what it emits is collected. */
function orders() {
  const state = new Map<string, Json>()
  const emitted: [string, Json][] = []
  const update = async (key: string, change: (old: Json | undefined) => Json) => {
    await Promise.resolve()
    const value = change(state.get(key))
    state.set(key, value)
    return value
  }
  const ctx = { state: { update }, emit: (type: string, data: Json) => emitted.push([type, data]) } as unknown as PluginContext
  const { handler = {} } = (plugin as Plugin & { setup(ctx: PluginContext): Provides }).setup(ctx)
  const call = { log: { info: () => undefined } } as unknown as Call
  return {
    emitted,
    give: (id: string, total: number) => (handler['order.created'] as Handler).handle({ id, data: { total } } as Event<never>, call),
  }
}

test('adds up the totals and says the sum after each order', async () => {
  const { emitted, give } = orders()
  await give('a', 10)
  await give('b', 5.5)
  assert.deepEqual(emitted, [
    ['sum.changed', { count: 1, sum: 10 }],
    ['sum.changed', { count: 2, sum: 15.5 }],
  ])
})

test('an order delivered twice counts once; orders at the same time all count', async () => {
  const { emitted, give } = orders()
  await Promise.all([give('a', 1), give('b', 2), give('a', 1), give('c', 4)])
  assert.deepEqual(emitted.at(-1), ['sum.changed', { count: 3, sum: 7 }])
})

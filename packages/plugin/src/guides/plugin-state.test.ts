import assert from 'node:assert/strict'
import test from 'node:test'
import { Lock, PluginState, ValidationError } from '@cardcage/plugin/guides'
import { z } from 'zod'

test('concurrent updates lose nothing', async () => {
  const state = new PluginState({ count: 0 })
  const updates = Array.from({ length: 100 }, () =>
    state.update(async ({ count }) => {
      await Promise.resolve()
      return { count: count + 1 }
    }),
  )
  await Promise.all(updates)
  assert.deepEqual(state.data, { count: 100 })
})

test('a state that does not fit its schema is refused, and changes nothing', async () => {
  const schema = z.object({ count: z.number().min(0) })
  const state = new PluginState({ count: 1 }, schema)
  await assert.rejects(
    state.update(() => ({ count: -1 })),
    (error) => error instanceof ValidationError && error.message.startsWith('count: '),
  )
  assert.deepEqual(state.data, { count: 1 })
  assert.deepEqual(await state.update(({ count }) => ({ count: count + 1 })), { count: 2 }, 'the lock is free again')
  assert.throws(() => new PluginState({ count: -1 }, schema), ValidationError)
})

test('a lock runs one after the other, in their order, whatever fails', async () => {
  const lock = new Lock()
  const ran: number[] = []
  const work = [1, 2, 3].map((n) =>
    lock.run(async () => {
      ran.push(n)
      await Promise.resolve()
      ran.push(n)
      if (n === 1) throw new Error('first')
      return n
    }),
  )
  assert.deepEqual(
    (await Promise.allSettled(work)).map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled'],
  )
  assert.deepEqual(ran, [1, 1, 2, 2, 3, 3])
})

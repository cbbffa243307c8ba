import assert from 'node:assert/strict'
import { once } from 'node:events'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { createKernel } from '@cardcage/kernel'

test('totals are added up', async () => {
  await using kernel = await createKernel({ plugins: [import.meta.dirname] })
  const heard = new EventEmitter()
  kernel.onEvent('sum.changed', ({ data }) => heard.emit('sum', data))
  for (const [total, sum] of [
    [3, 3],
    [4, 7],
  ]) {
    const next = once(heard, 'sum')
    const { deliveries } = await kernel.publish({ type: 'order.created', data: { total } })
    assert.deepEqual(
      deliveries.map(({ error }) => error),
      [undefined],
    )
    assert.deepEqual(await next, [{ sum }])
  }
})

test('an event that does not fit is an error, not a call', async () => {
  await using kernel = await createKernel({ plugins: [import.meta.dirname] })
  const { deliveries } = await kernel.publish({ type: 'order.created', data: { total: 'many' } })
  assert.equal(deliveries.length, 1)
  assert.notEqual(deliveries[0]?.error, undefined)
})

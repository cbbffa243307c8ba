import assert from 'node:assert/strict'
import test from 'node:test'
import { PluginError } from '@cardcage/plugin'
import { errorOf } from '../host.ts'
import { countingKernel, until } from './counting.ts'

const wait = { params: { plan: ['wait'] } }

test('so many run, so many wait, and the next is refused at once', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { concurrency: 2, queue: 3 } })
  const params = { plan: ['wait', 'wait'] }
  const controllers = Array.from({ length: 5 }, () => new AbortController())
  const held = controllers.map(({ signal }) =>
    kernel.analyze('run', { params, signal }).then(
      () => 'done',
      (error: unknown) => PluginError.from(error).code,
    ),
  )
  await until(() => calls() === 2)
  const error = await errorOf(kernel.analyze('run'))
  assert.equal(error.message, 'The call was not made: 2 run, and 3 wait for their turn')
  assert.deepEqual([error.code, error.retryable, error.retryAfter], ['unavailable', true, undefined])
  assert.deepEqual(error.details, { running: 2, waiting: 3, queue: 3 })
  assert.equal(error.at['slot'], 'a')
  controllers[4]!.abort()
  assert.equal(await held[4], 'cancelled')
  const next = kernel.analyze('run')
  controllers[0]!.abort()
  controllers[1]!.abort()
  assert.deepEqual([await held[0], await held[1], await held[2], await held[3]], ['cancelled', 'cancelled', 'done', 'done'])
  await next
  assert.equal(calls(), 5)
})

test('no queue: what cannot run now is refused', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { concurrency: 1, queue: 0 } })
  const controller = new AbortController()
  const held = errorOf(kernel.analyze('run', { ...wait, signal: controller.signal }))
  await until(() => calls() === 1)
  assert.equal((await errorOf(kernel.analyze('run'))).message, 'The call was not made: 1 run, and 0 wait for their turn')
  controller.abort()
  await held
  await kernel.analyze('run')
})

test('a slot that is full does not eat another: its calls are answered', async (t) => {
  const { kernel, calls } = await countingKernel(t, { slow: { concurrency: 1, queue: 5 }, quick: { concurrency: 1 } })
  const controller = new AbortController()
  const held = Array.from({ length: 6 }, () =>
    errorOf(kernel.analyze('slow.analysis.run', { params: { plan: Array.from({ length: 6 }, () => 'wait') }, signal: controller.signal })),
  )
  await until(() => calls('slow') === 1)
  for (let n = 1; n <= 20; n++) assert.equal((await kernel.analyze('quick.analysis.run')).result.summary['n'], n)
  assert.equal(calls('slow'), 1)
  controller.abort()
  assert.ok((await Promise.all(held)).every(({ code }) => code === 'cancelled'))
})

test('calls that are too many do not open the breaker', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { concurrency: 1, queue: 0, breaker: { failures: 1 } } })
  const controller = new AbortController()
  const held = errorOf(kernel.analyze('run', { ...wait, signal: controller.signal }))
  await until(() => calls() === 1)
  for (let n = 0; n < 3; n++) assert.match((await errorOf(kernel.analyze('run'))).message, /^The call was not made/)
  controller.abort()
  await held
  await kernel.analyze('run')
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { PluginError } from '@cardcage/plugin'
import { errorOf } from '../host.ts'
import { countingKernel, stopClock } from './counting.ts'

test('no span of the time has more calls; the next is refused with the time it must wait, and not made', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { rate: { calls: 3, per: 60_000 } }, b: {} })
  const clock = stopClock(t)
  await kernel.analyze('a.analysis.run')
  await clock.pass(50_000)
  await kernel.analyze('a.analysis.run')
  await kernel.analyze('a.analysis.run')
  const error = await errorOf(kernel.analyze('a.analysis.run'))
  assert.equal(error.message, 'a may be called 3 times in 1m, and was')
  assert.deepEqual([error.code, error.retryable, error.retryAfter, error.origin], ['rate-limited', true, 10_000, 'caller'])
  assert.match(error.hint!, /^Try again in 10s; .*policy\.rate/)
  await kernel.analyze('b.analysis.run')
  await clock.pass(9999)
  assert.equal((await errorOf(kernel.analyze('a.analysis.run'))).retryAfter, 1)
  await clock.pass(1)
  await kernel.analyze('a.analysis.run')
  const edge = await errorOf(kernel.analyze('a.analysis.run'))
  assert.deepEqual(
    [edge.code, edge.retryAfter],
    ['rate-limited', 50_000],
    'a new window has not begun: only the first call is a minute old',
  )
  assert.deepEqual([calls('a'), calls('b')], [4, 1])
})

test('of many calls at once as many are made as may be', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { rate: { calls: 5, per: 60_000 } } })
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () =>
      kernel.analyze('run').then(
        () => 'made',
        (error: unknown) => PluginError.from(error).code,
      ),
    ),
  )
  assert.deepEqual([outcomes.filter((one) => one === 'made').length, outcomes.filter((one) => one === 'rate-limited').length], [5, 15])
  assert.equal(calls(), 5)
})

test('a time that no timer can be set to is refused, not counted wrongly', async (t) => {
  const error = await errorOf(countingKernel(t, { a: { rate: { calls: 1, per: 30 * 86_400_000 } } }))
  assert.equal(error.code, 'invalid-config')
  assert.match(error.message, /policy\.rate\.per: 2592000000 given/)
})

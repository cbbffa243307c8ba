import assert from 'node:assert/strict'
import test from 'node:test'
import { errorOf } from '../host.ts'
import { countingKernel, stopClock, until } from './counting.ts'

const broken = (times: number) => Array.from({ length: times }, () => 'unavailable:upstream')
const breaker = { failures: 3, openFor: 10_000 }
const refused = /^a failed 3 times in a row and is not called: .*The last failure: planned unavailable$/

test('so many failures in a row open it: no call reaches the plugin until the probe, whose success closes it', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { breaker } })
  const clock = stopClock(t)
  const params = { plan: [...broken(3), 'wait'] }
  for (let n = 1; n <= 3; n++) assert.equal((await errorOf(kernel.analyze('run', { params }))).message, 'planned unavailable')
  await clock.pass(4000)
  const error = await errorOf(kernel.analyze('run', { params }))
  assert.match(error.message, refused)
  assert.deepEqual(
    [error.code, error.retryable, error.retryAfter, error.origin, error.at['slot']],
    ['unavailable', true, 6000, 'upstream', 'a'],
  )
  await clock.pass(5999)
  assert.equal((await errorOf(kernel.analyze('run', { params }))).retryAfter, 1)
  assert.equal(calls(), 3)

  await clock.pass(1)
  const probe = errorOf(kernel.analyze('run', { params }))
  await until(() => calls() === 4)
  const others = await Promise.all(Array.from({ length: 20 }, () => errorOf(kernel.analyze('run'))))
  for (const other of others) assert.deepEqual([other.code, other.retryAfter], ['unavailable', undefined])
  assert.match(others[0]!.message, /one call tries whether it works again/)
  assert.equal(calls(), 4, 'half open, exactly one is made')

  const go = await errorOf(kernel.analyze('go'))
  assert.equal(go.code, 'unavailable')
  await clock.pass(30_000)
  assert.equal((await probe).code, 'timeout')
  await clock.pass(9999)
  assert.match((await errorOf(kernel.analyze('run'))).message, /The last failure: analysis.run was not done after 30000 ms/)
  await clock.pass(1)
  assert.equal((await kernel.analyze('run')).result.summary['n'], 5)
  await Promise.all([kernel.analyze('run'), kernel.analyze('run')])
  assert.equal(calls(), 7)
  assert.deepEqual(
    kernel.lines.flatMap(({ message }) => /^The breaker of a is (open|half open|closed)/.exec(message)?.[1] ?? []),
    ['open', 'half open', 'open', 'half open', 'closed'],
  )
})

test('a success between failures begins the count anew', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { breaker } })
  const params = { plan: [...broken(2), 'ok', ...broken(2), 'ok'] }
  for (let n = 1; n <= 6; n++) await kernel.analyze('run', { params }).catch(() => undefined)
  assert.equal(calls(), 6)
})

for (const [what, plan] of [
  ['errors of the caller', ['invalid-data:caller', 'invalid-data', 'not-found', 'conflict']],
  ['failures that the plugin calls its caller’s', ['unavailable:caller', 'internal:caller', 'timeout:caller', 'crashed:caller']],
] as const) {
  test(`${what} do not open it`, async (t) => {
    const { kernel, calls } = await countingKernel(t, { a: { breaker: { failures: 1 } } })
    for (const _ of plan) await errorOf(kernel.analyze('run', { params: { plan } }))
    await kernel.analyze('run')
    assert.equal(calls(), plan.length + 1)
  })
}

test('a call that is refused before it is made, or taken back, does not open it', async (t) => {
  const { kernel } = await countingKernel(t, { a: { breaker: { failures: 1 } } })
  assert.equal((await errorOf(kernel.analyze('run', { params: { nonsense: 1 } }))).code, 'invalid-call')
  const controller = new AbortController()
  const call = errorOf(
    kernel.analyze('run', { params: { plan: ['wait'] }, signal: controller.signal, onProgress: () => controller.abort() }),
  )
  assert.equal((await call).code, 'cancelled')
  await kernel.analyze('run')
})

test('a crash, a timeout and a bug open it', async (t) => {
  for (const step of ['crash', 'timeout', 'internal', 'rate-limited']) {
    const { kernel, calls } = await countingKernel(t, { a: { breaker: { failures: 1 } } })
    await errorOf(kernel.analyze('run', { params: { plan: [step] } }))
    assert.equal((await errorOf(kernel.analyze('run'))).code, 'unavailable', step)
    assert.equal(calls(), 1)
  }
})

test('a probe that is taken back says nothing: the next call is one', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { breaker: { failures: 1, openFor: 1000 } } })
  const clock = stopClock(t)
  const params = { plan: [...broken(1), 'wait', ...broken(1)] }
  await errorOf(kernel.analyze('run', { params }))
  await clock.pass(1000)
  const controller = new AbortController()
  const probe = errorOf(kernel.analyze('run', { params, signal: controller.signal, onProgress: () => controller.abort() }))
  assert.equal((await probe).code, 'cancelled')
  assert.equal((await errorOf(kernel.analyze('run', { params }))).message, 'planned unavailable', 'the next probe fails')
  assert.equal((await errorOf(kernel.analyze('run', { params }))).retryAfter, 1000, 'and opens it for the whole time')
  assert.equal(calls(), 3)
  assert.ok(!kernel.lines.some(({ message }) => message.startsWith('The breaker of a is closed')), 'it has not been closed')
})

test('a probe that finds data that does not fit closes it: the plugin works', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { breaker: { failures: 1, openFor: 1000 } } })
  const clock = stopClock(t)
  const params = { plan: [...broken(1), 'invalid-data'] }
  await errorOf(kernel.analyze('run', { params }))
  await clock.pass(1000)
  assert.equal((await errorOf(kernel.analyze('run', { params }))).code, 'invalid-data')
  await kernel.analyze('run')
  assert.equal(calls(), 3)
})

test('streams that break while they are read open it; those that are left do not', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { breaker: { failures: 2 } } })
  const read = async (label: string) => {
    const { result } = await kernel.analyze('pieces', { params: { label } })
    let pieces = 0
    for await (const _ of result.tables['result']!) if (++pieces === 2 || label === 'left') break
  }
  await read('left')
  await read('left')
  await errorOf(read('broken'))
  await read('whole')
  await errorOf(read('broken'))
  await errorOf(read('broken'))
  assert.match((await errorOf(read('whole'))).message, /^a failed 2 times in a row .* broke while streaming$/)
  assert.equal(calls(), 6)
})

test('it is of one slot; a handler’s failures count, and it is not called when it is open', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { breaker: { failures: 1 } }, b: {} })
  const data = { plan: broken(1) }
  const { deliveries } = await kernel.publish({ type: 'thing.done', data })
  assert.deepEqual(Object.fromEntries(deliveries.map(({ slot, error }) => [slot, error?.code])), { a: 'unavailable', b: 'unavailable' })
  const again = await kernel.publish({ type: 'thing.done', data })
  assert.deepEqual(Object.fromEntries(again.deliveries.map(({ slot, error }) => [slot, error?.message.split(':')[0]])), {
    a: 'a failed and is not called',
    b: undefined,
  })
  assert.deepEqual([calls('a'), calls('b')], [1, 2])
})

test('a restart closes it', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { breaker: { failures: 1 } } })
  await errorOf(kernel.analyze('run', { params: { plan: broken(1) } }))
  await errorOf(kernel.analyze('run'))
  await kernel.restart('a')
  await kernel.analyze('run')
  assert.equal(calls(), 2)
  assert.equal(kernel.lines.filter(({ message }) => message === 'The breaker of a is closed: it works again').length, 1)
})

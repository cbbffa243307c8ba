import assert from 'node:assert/strict'
import test from 'node:test'
import { errorOf } from '../host.ts'
import { countingKernel, stopClock, until } from './counting.ts'

const cache = { ttl: 60_000 }
const failing = Array.from({ length: 9 }, () => 'unavailable')

test('a hit takes no place of the rate, and is given while the breaker is open', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache, rate: { calls: 2, per: 1000 }, breaker: { failures: 1 } } })
  const clock = stopClock(t)
  for (let n = 0; n < 10; n++) assert.equal((await kernel.analyze('run')).result.summary['n'], 1)
  await kernel.analyze('run', { params: { label: 'b' } })
  assert.equal((await errorOf(kernel.analyze('run', { params: { label: 'c' } }))).code, 'rate-limited')
  assert.equal((await kernel.analyze('run')).metadata.cached, true)
  await clock.pass(1000)
  await errorOf(kernel.analyze('run', { params: { plan: failing } }))
  assert.equal((await errorOf(kernel.analyze('run', { params: { label: 'd' } }))).code, 'unavailable')
  assert.equal((await kernel.analyze('run')).metadata.cached, true)
  assert.equal(calls(), 3)
})

test('every attempt counts for the breaker; a retry that meets it open waits for the probe', async (t) => {
  const { kernel, calls } = await countingKernel(t, {
    a: { retry: { retries: 5, delay: 10 }, breaker: { failures: 2, openFor: 5000 } },
  })
  const clock = stopClock(t)
  const attempt = (n: number) => until(() => kernel.lines.some(({ fields }) => fields?.['attempt'] === n))
  const call = kernel.analyze('run', { params: { plan: failing.slice(0, 2) }, timeout: 20_000 })
  await attempt(2)
  await clock.pass(10)
  await attempt(3)
  await clock.pass(20)
  await attempt(4)
  assert.equal(calls(), 2, 'the third found it open')
  await clock.pass(5000)
  const { metadata } = await call
  assert.deepEqual([metadata.attempts, calls()], [4, 3])
})

test('a retry that the breaker would keep past its deadline is not waited for', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { retry: { retries: 5, delay: 0 }, breaker: { failures: 2, openFor: 60_000 } } })
  const error = await errorOf(kernel.analyze('run', { params: { plan: failing }, timeout: 20_000 }))
  assert.deepEqual([error.code, error.retryable, calls()], ['unavailable', false, 2])
  assert.match(error.message, /^a failed 2 times in a row/)
  assert.deepEqual(error.details, { breaker: 'open', code: 'unavailable', attempts: 3 })
})

test('every attempt takes a place of the rate; a retry waits for one', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { retry: { retries: 3, delay: 0 }, rate: { calls: 2, per: 10_000 } } })
  const clock = stopClock(t)
  const call = kernel.analyze('run', { params: { plan: failing.slice(0, 2) } })
  await until(() => kernel.lines.some(({ message }) => message.includes('may be called 2 times in 10s')))
  assert.equal(calls(), 2)
  await clock.pass(9999)
  assert.equal(calls(), 2)
  await clock.pass(1)
  assert.deepEqual([(await call).metadata.attempts, calls()], [4, 3])
})

test('callers that share a call share its retries', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache, retry: { retries: 2, delay: 0 } } })
  const params = { plan: failing.slice(0, 2) }
  const answers = await Promise.all(Array.from({ length: 50 }, () => kernel.analyze('run', { params })))
  assert.deepEqual([new Set(answers.map(({ result }) => result.summary['n'])), calls()], [new Set([3]), 3])
  const spent = await Promise.all(
    Array.from({ length: 5 }, () => errorOf(kernel.analyze('run', { params: { plan: [...failing, ...failing], label: 'b' } }))),
  )
  for (const error of spent) assert.deepEqual([error.retryable, error.details], [false, { attempts: 3 }])
  assert.deepEqual([new Set(spent).size, calls()], [5, 6])
})

test('a shared call whose last caller is at his deadline is a failure for the breaker; one that was taken back is none', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache, breaker: { failures: 1 } } })
  const clock = stopClock(t)
  const controller = new AbortController()
  const params = { plan: ['wait', 'wait'] }
  const taken = errorOf(kernel.analyze('run', { params, signal: controller.signal, onProgress: () => controller.abort() }))
  assert.equal((await taken).code, 'cancelled')
  const late = errorOf(kernel.analyze('run', { params, timeout: 100 }))
  await until(() => calls() === 2)
  await clock.pass(100)
  assert.equal((await late).code, 'timeout')
  await until(() => kernel.lines.some(({ message }) => message.startsWith('The breaker of a is open')))
  assert.match((await errorOf(kernel.analyze('run'))).message, /The last failure: analysis.run was not done after 100 ms/)
  assert.equal(calls(), 2)
})

test('a slot that has failed says so at once, also where results are kept', async (t) => {
  const { kernel } = await countingKernel(t, { a: { cache } })
  for (let n = 1; n <= 4; n++) await errorOf(kernel.analyze('run', { params: { plan: Array.from({ length: 9 }, () => 'crash') } }))
  const error = await errorOf(kernel.analyze('run', { timeout: 50 }))
  assert.match(error.message, /^a failed \(.*exit code 4\) and is tried again in \d+ ms$/)
})

test('a call that the open breaker refuses takes no place of the rate', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { rate: { calls: 2, per: 60_000 }, breaker: { failures: 1, openFor: 500 } } })
  const clock = stopClock(t)
  await errorOf(kernel.analyze('run', { params: { plan: failing.slice(0, 1) } }))
  for (let n = 0; n < 5; n++) assert.equal((await errorOf(kernel.analyze('run'))).code, 'unavailable')
  await clock.pass(500)
  await kernel.analyze('run')
  assert.equal((await errorOf(kernel.analyze('run'))).code, 'rate-limited')
  assert.equal(calls(), 2)
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { type ByteSource, PluginError, reader, table } from '@cardcage/plugin'
import type { RetryConfig } from '../../src/config/policy-config.ts'
import { errorOf } from '../host.ts'
import { countingKernel, stopClock, until } from './counting.ts'

const twice: RetryConfig = { retries: 2, delay: 0 }
const failing = ['unavailable', 'unavailable', 'unavailable', 'unavailable']

test('what may succeed later is tried again, as often as it says, and the answer tells', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { retry: twice } })
  const { result, metadata } = await kernel.analyze('run', { params: { plan: ['unavailable', 'rate-limited'] } })
  assert.deepEqual([result.summary['n'], metadata.attempts, calls()], [3, 3, 3])
  const { metadata: second } = await kernel.analyze('run')
  assert.ok(!('attempts' in second))
  const lines = kernel.lines.filter(({ message }) => message.startsWith('analysis.run failed'))
  assert.deepEqual(
    lines.map(({ message, fields }) => [message, fields?.['attempt']]),
    [
      ['analysis.run failed (planned unavailable); attempt 2 in 0ms', 2],
      ['analysis.run failed (planned rate-limited); attempt 3 in 0ms', 3],
    ],
  )
})

test('a retry that is spent says so: not retryable, with its attempts', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { retry: twice } })
  const error = await errorOf(kernel.analyze('run', { params: { plan: failing } }))
  assert.deepEqual([error.code, error.retryable, error.details, calls()], ['unavailable', false, { attempts: 3 }, 3])
  assert.deepEqual([error.at['slot'], error.at['operation']], ['a', 'run'])
})

test('without a retry in the policy nothing is tried again', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: {} })
  const error = await errorOf(kernel.analyze('run', { params: { plan: failing } }))
  assert.deepEqual([error.code, error.retryable, error.details, calls()], ['unavailable', true, undefined, 1])
})

const bytes = (text: string, more: Partial<ByteSource> = {}): ByteSource => ({
  name: 'a.lines',
  async *stream(from = 0) {
    yield Buffer.from(text).subarray(from)
  },
  ...more,
})
const anywhere = (text: string) =>
  bytes(text, { size: text.length, readAt: async (at, length) => Buffer.from(text).subarray(at, at + length) })
const rows = () =>
  reader(
    [{ name: 'v', type: 'float64' }],
    (async function* () {
      yield table({ v: [1] })
    })(),
  )

const rules: readonly [what: string, plan: string, kind: string, calls: number][] = [
  ['an analysis that crashed', 'crash', 'run', 2],
  ['an analysis that crashed and is not deterministic', 'crash', 'dice', 1],
  ['an analysis that timed out', 'timeout', 'run', 2],
  ['an analysis that is not deterministic and timed out', 'timeout', 'dice', 1],
  ['an analysis that is not deterministic and was unavailable', 'unavailable', 'dice', 2],
  ['data that does not fit', 'invalid-data', 'run', 1],
  ['a bug', 'internal', 'run', 1],
  ['a plot that crashed', 'crash', 'draw', 2],
  ['an enrichment that was unavailable', 'unavailable', 'facts', 2],
  ['an enrichment that timed out', 'timeout', 'facts', 1],
  ['a handler', 'unavailable', 'thing', 1],
  ['a handler that crashed', 'crash', 'thing', 1],
  ['an analysis of a stream', 'unavailable', 'total', 1],
  ['an analysis of a table', 'unavailable', 'sum', 2],
  ['a file', 'crash', 'file', 2],
  ['bytes that can be read once', 'unavailable', 'once', 1],
]

for (const [what, step, how, expected] of rules) {
  test(`${what} is ${expected === 1 ? 'not ' : ''}tried again`, async (t) => {
    const { kernel, calls } = await countingKernel(t, { a: { retry: { retries: 1, delay: 0 } } })
    const params = { plan: [step] }
    const called = {
      draw: () => kernel.plot('draw', { params }),
      facts: () => kernel.enrich('facts', { type: 'user', id: `plan ${step}` }),
      async thing() {
        const { deliveries } = await kernel.publish({ type: 'thing.done', data: params })
        assert.equal(deliveries.length, 1)
        if (deliveries[0]!.error) throw deliveries[0]!.error
      },
      total: () => kernel.analyze('total', { params, inputs: rows() }),
      sum: () => kernel.analyze('sum', { params, inputs: rows() }),
      file: () => kernel.read(anywhere(step)),
      once: () => kernel.read(bytes(step)),
    }[how]
    const outcome = await Promise.resolve((called ?? (() => kernel.analyze(how, { params })))()).then(
      () => 'answered',
      (error: unknown) => PluginError.from(error).code,
    )
    assert.deepEqual([calls(), outcome], [expected, expected === 2 ? 'answered' : step === 'crash' ? 'crashed' : step])
  })
}

test('it waits as long as the error asks for, if that is longer, and not past the deadline', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { retry: { retries: 3, delay: 100 } } })
  const clock = stopClock(t)
  const late = errorOf(kernel.analyze('run', { timeout: 5000, params: { plan: failing, retryAfter: 5000 } }))
  assert.deepEqual([(await late).code, (await late).retryable, (await late).details, calls()], ['unavailable', true, undefined, 1])

  const second = kernel.analyze('run', { timeout: 10_000, params: { plan: ['', 'unavailable'], retryAfter: 4000 } })
  await until(() => kernel.lines.some(({ message }) => message.endsWith('attempt 2 in 4s')))
  await clock.pass(3999)
  assert.equal(calls(), 2)
  await clock.pass(1)
  assert.equal((await second).metadata.attempts, 2)
})

test('waits grow by the factor up to the most, less up to a half by chance', async (t) => {
  const { kernel } = await countingKernel(t, { a: { retry: { retries: 4, delay: 1000, factor: 3, maxDelay: 5000 } } })
  const clock = stopClock(t)
  const call = errorOf(kernel.analyze('run', { timeout: 60_000, params: { plan: [...failing, 'unavailable'] } }))
  const waits = () => kernel.lines.flatMap(({ fields }) => (typeof fields?.['wait'] === 'number' ? [fields['wait']] : []))
  for (let n = 1; n <= 4; n++) {
    await until(() => waits().length === n)
    await clock.pass(waits().at(-1)!)
  }
  assert.deepEqual((await call).details, { attempts: 5 })
  for (const [index, most] of [1000, 3000, 5000, 5000].entries()) {
    const wait = waits()[index]!
    assert.ok(wait >= most / 2 - 1 && wait <= most, `${index}: ${wait}`)
  }
})

test('one deadline is for all attempts together', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { retry: { retries: 5, delay: 1000, factor: 1 } } })
  const clock = stopClock(t)
  const call = errorOf(kernel.analyze('run', { timeout: 3000, params: { plan: ['unavailable', 'hang'] } }))
  await until(() => kernel.lines.some(({ fields }) => fields?.['attempt'] === 2))
  await clock.pass(1000)
  await until(() => calls() === 2)
  await clock.pass(1999)
  await clock.pass(1)
  assert.deepEqual([(await call).code, calls()], ['timeout', 2])
})

test('the caller can leave while it waits', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { retry: { retries: 5, delay: 10_000 } } })
  stopClock(t)
  const controller = new AbortController()
  const call = errorOf(kernel.analyze('run', { signal: controller.signal, params: { plan: failing } }))
  await until(() => kernel.lines.some(({ fields }) => fields?.['attempt'] === 2))
  controller.abort()
  assert.deepEqual([(await call).code, calls()], ['cancelled', 1])
})

test('a stream that has begun is not begun again', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { retry: twice } })
  const { result } = await kernel.analyze('pieces', { params: { label: 'broken' } })
  let seen = 0
  const error = await errorOf(
    (async () => {
      for await (const piece of result.tables['result']!) seen += piece ? 1 : 0
    })(),
  )
  assert.deepEqual([error.message, seen, calls()], ['broke while streaming', 1, 1])
})

test('the deadline of a retried read that nobody has set is for its beginning, not for its stream', async (t) => {
  const { kernel } = await countingKernel(t, { a: { retry: twice, timeout: 1000 } })
  const clock = stopClock(t)
  const { result, metadata } = await kernel.read(anywhere('unavailable,slow'))
  assert.equal(metadata.attempts, 2)
  await clock.pass(1500)
  await kernel.analyze('go')
  const numbers: number[] = []
  for await (const one of result) numbers.push(...one.numbers('n'))
  assert.deepEqual(numbers, [1, 2])
})

test('nothing is tried again when the kernel stops: who waits gets the failure he has', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { retry: { retries: 5, delay: 10_000 } } })
  const call = errorOf(kernel.analyze('run', { params: { plan: failing } }))
  await until(() => kernel.lines.some(({ fields }) => fields?.['attempt'] === 2))
  await kernel.stop()
  assert.deepEqual([(await call).message, calls()], ['planned unavailable', 1])
})

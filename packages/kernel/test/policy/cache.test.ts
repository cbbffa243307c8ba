import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Reader, reader, type Table, table } from '@cardcage/plugin'
import type { AnyTable } from '../../src/kind/request.ts'
import { errorOf } from '../host.ts'
import { countingKernel, stopClock, until } from './counting.ts'

const cache = { ttl: 60_000 }
const numbersOf = (one: Table | Reader | undefined) => (one as Table).numbers('value')

test('the same call is made once until its time is over; the answer says so and repeats its warnings', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache } })
  const clock = stopClock(t)
  const first = await kernel.analyze('run')
  assert.ok(first.metadata.pid !== undefined && !('cached' in first.metadata))
  await clock.pass(60_000)
  const second = await kernel.analyze('run')
  assert.deepEqual([second.metadata.cached, second.metadata.age, second.metadata.pid], [true, 60_000, undefined])
  assert.deepEqual([second.metadata.slot, second.metadata.version, second.metadata.operation], ['a', '1.0.0', 'run'])
  assert.deepEqual([second.result.summary, second.warnings], [first.result.summary, first.warnings])
  assert.deepEqual(second.warnings, [{ message: 'mind this', details: { n: 1 } }])
  assert.deepEqual([...(second.result.tables['numbers'] as Table)], [...(first.result.tables['numbers'] as Table)])
  assert.equal(calls(), 1)
  await clock.pass(1)
  const third = await kernel.analyze('run')
  assert.deepEqual([third.result.summary['n'], third.metadata.cached, calls()], [2, undefined, 2])
})

test('what a caller does to a result is seen by nobody else', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache } })
  const expected = [0.1, 1.1, 2.1]
  for (let n = 0; n < 3; n++) {
    const { result, warnings } = await kernel.analyze('run')
    assert.deepEqual([[...numbersOf(result.tables['numbers'])], result.summary, warnings.length], [expected, { n: 1 }, 1])
    numbersOf(result.tables['numbers']).fill(99)
    const values = (result.tables['numbers'] as Table).column('value').values as Float64Array
    values.fill(98)
    ;(result.summary as Record<string, unknown>)['n'] = 97
    ;(result.tables as Record<string, unknown>)['numbers'] = undefined
    ;(warnings as unknown[]).length = 0
  }
  const [one, other] = [await kernel.plot('draw'), await kernel.plot('draw')]
  assert.notEqual(one.result, other.result)
  assert.deepEqual(one.result, other.result)
  assert.equal(calls(), 2)
})

test('other params, other inputs, other wishes, another subject are other calls; the order of keys and spelled-out defaults are not', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache } })
  const data = table({ value: [1, 2, 3], other: [4, 5, 6] })
  const sum = (inputs: AnyTable | Reader, more: object = {}) => kernel.analyze('sum', { inputs, ...more })
  const stream = (tables: readonly AnyTable[]) =>
    reader(
      tables[0]!.schema,
      (async function* () {
        yield* tables
      })(),
    )
  const steps: readonly [what: string, made: 0 | 1, call: () => Promise<unknown>][] = [
    ['a call', 1, () => kernel.analyze('run', { params: { label: 'b', size: 2 } })],
    ['keys in another order', 0, () => kernel.analyze('run', { params: { size: 2, label: 'b' } })],
    ['text for a number, a default spelled out', 0, () => kernel.analyze('run', { params: { size: '2', label: 'b', plan: [] } })],
    ['another param', 1, () => kernel.analyze('run', { params: { label: 'c', size: 2 } })],
    ['a table', 1, () => sum(table({ value: [1, 2, 3] }))],
    ['another with the same values', 0, () => sum(table({ value: [1, 2, 3] }))],
    ['a slice with the same values', 0, () => sum(table({ value: [0, 1, 2, 3, 4] }).slice(1, 4))],
    ['another value', 1, () => sum(table({ value: [1, 2, 4] }))],
    ['a missing value', 1, () => sum(table({ value: [1, 2, null] }))],
    ['another type', 1, () => sum(table({ value: [1n, 2n, 3n] }))],
    ['bound columns only', 0, () => sum(data)],
    ['another column of the same table', 1, () => sum(data, { columns: { value: 'other' } })],
    ['the same values under another name', 1, () => sum(table({ a: [1, 2, 3] }), { columns: { value: 'a' } })],
    ['a reader of an input that is no stream', 0, () => sum(stream([table({ value: [1, 2] }), table({ value: [3] })]))],
    ['a plot', 1, () => kernel.plot('draw')],
    ['the same plot', 0, () => kernel.plot('draw', { wish: { width: 800 } })],
    ['a wider plot', 1, () => kernel.plot('draw', { wish: { width: 801 } })],
    ['a subject', 1, () => kernel.enrich('facts', { type: 'user', id: '1' })],
    ['the same', 0, () => kernel.enrich('facts', { id: '1', type: 'user' })],
    ['another', 1, () => kernel.enrich('facts', { type: 'user', id: '2' })],
  ]
  let expected = 0
  for (const [what, made, call] of steps) {
    await call()
    expected += made
    assert.equal(calls(), expected, what)
  }
})

test('not kept: what is not deterministic, takes or answers a stream, fails, handles events or reads', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache } })
  const rows = () =>
    reader(
      [{ name: 'v', type: 'float64' }],
      (async function* () {
        yield table({ v: [1] })
      })(),
    )
  const twice = async (what: string, call: () => Promise<unknown>, made = 2) => {
    const before = calls()
    await call()
    await call()
    assert.equal(calls() - before, made, what)
  }
  await twice('dice', () => kernel.analyze('dice'))
  await twice('total', () => kernel.analyze('total', { inputs: rows() }))
  await twice('handler', () => kernel.publish({ type: 'thing.done', data: { plan: [] } }))
  await twice('format', () =>
    kernel.read({
      name: 'a.lines',
      async *stream() {
        yield Buffer.from('ok')
      },
    }),
  )
  const pieces = async () => {
    const { result, metadata } = await kernel.analyze('pieces')
    const found: number[] = []
    for await (const one of result.tables['result']!) found.push((one as Table).numbers('n')[0]!)
    assert.equal(found.length, 2)
    assert.equal(metadata.cached, undefined)
  }
  await twice('a stream; the first is thrown away when it turns out to be one', pieces, 3)
  await twice('a stream, again', pieces)
  const plan = Array.from({ length: 30 }, () => 'internal')
  await twice('a failure', () => errorOf(kernel.analyze('run', { params: { plan } })))
})

test('nobody knows is an answer too; an enrichment holds for its own time where that is shorter', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache } })
  const clock = stopClock(t)
  const ask = async (id: string) => (await kernel.enrich('facts', { type: 'user', id })).result
  assert.equal(await ask('nobody'), null)
  await clock.pass(60_000)
  assert.equal(await ask('nobody'), null)
  assert.equal(calls(), 1)
  await clock.pass(1)
  await ask('nobody')
  assert.equal(calls(), 2)

  const brief = await ask('brief 5000')
  await clock.pass(5000)
  assert.deepEqual(await ask('brief 5000'), brief, 'with the time it was found')
  await clock.pass(1)
  assert.notDeepEqual(await ask('brief 5000'), brief)
  assert.equal(calls(), 4)

  await ask('brief 0')
  await ask('brief 0')
  assert.equal(calls(), 6, 'none at all')
  await ask('brief 120000')
  await clock.pass(60_001)
  await ask('brief 120000')
  assert.equal(calls(), 8, 'never longer than the cache’s')
})

test('a hundred at once that miss cost one call', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache } })
  let told = 0
  const all = Array.from({ length: 100 }, () => kernel.analyze('run', { params: { plan: ['wait'] }, onProgress: () => told++ }))
  await until(() => calls() === 1 && told === 100)
  await kernel.analyze('go')
  const answers = await Promise.all(all)
  assert.deepEqual(new Set(answers.map(({ result }) => result.summary['n'])), new Set([1]))
  assert.deepEqual([answers.filter(({ metadata }) => metadata.cached).length, new Set(answers.map(({ result }) => result)).size], [99, 100])
  for (const { result } of answers) numbersOf(result.tables['numbers']).fill(9)
  assert.equal(numbersOf((await kernel.analyze('run', { params: { plan: ['wait'] } })).result.tables['numbers'])[0], 0.1)
  assert.equal(calls(), 1)
})

test('a shared call that fails fails all that wait, each with an error of his own, and is not kept', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache } })
  const params = { plan: ['invalid-data'] }
  const errors = await Promise.all(Array.from({ length: 20 }, () => errorOf(kernel.analyze('run', { params }))))
  assert.deepEqual([new Set(errors).size, new Set(errors.map(({ code }) => code)), calls()], [20, new Set(['invalid-data']), 1])
  assert.equal((await kernel.analyze('run', { params })).result.summary['n'], 2)
})

test('who leaves, or is at his deadline, leaves alone; when all have left the call ends, and the next makes a new one', async (t) => {
  const { kernel, calls, aborted } = await countingKernel(t, { a: { cache } })
  const clock = stopClock(t)
  const params = { plan: ['wait', 'wait'] }
  const [first, second] = [new AbortController(), new AbortController()]
  const leaves = errorOf(kernel.analyze('run', { params, signal: first.signal }))
  await until(() => calls() === 1)
  const late = errorOf(kernel.analyze('run', { params, timeout: 1000 }))
  const stays = kernel.analyze('run', { params, timeout: 200_000 })
  await kernel.enrich('facts', { type: 'user', id: 'to let the others join' })
  first.abort()
  assert.equal((await leaves).code, 'cancelled')
  await clock.pass(1000)
  const { code, message, at } = await late
  assert.deepEqual([code, message, at['operation']], ['timeout', 'analysis.run was not done after 1000 ms', 'run'])
  await clock.pass(100_000)
  assert.deepEqual([calls(), aborted()], [2, 0])
  await kernel.analyze('go')
  assert.equal((await stays).result.summary['n'], 1)

  await clock.pass(60_000)
  const [a, b] = [first, second].map(() => new AbortController())
  const left = [a!, b!].map(({ signal }) =>
    errorOf(kernel.analyze('run', { params: { ...params, plan: Array.from({ length: 9 }, () => 'wait') }, signal })),
  )
  await until(() => calls() === 3)
  a!.abort()
  await left[0]
  await kernel.enrich('facts', { type: 'user', id: 'to let time go by' })
  assert.equal(aborted(), 0)
  b!.abort()
  const fresh = kernel.analyze('run', { params: { ...params, plan: Array.from({ length: 9 }, () => 'wait') } })
  await left[1]
  await until(() => aborted() === 1)
  await until(() => calls() === 5)
  await kernel.analyze('go')
  assert.equal((await fresh).metadata.cached, undefined)
})

test('the least recently used leave when there are more bytes than may be', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache: { ttl: 60_000, maxBytes: 100_000 } } })
  const ask = async (label: string, size = 4000) => (await kernel.analyze('run', { params: { label, size } })).metadata.cached === true
  assert.deepEqual([await ask('1'), await ask('2'), await ask('1'), await ask('3'), await ask('4')], [false, false, true, false, false])
  assert.deepEqual([await ask('1'), await ask('2')], [true, false])
  assert.deepEqual([await ask('large', 20_000), await ask('large', 20_000)], [false, false])
  assert.equal(calls(), 7)
})

test('a restart forgets: the code may be another', async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache } })
  await kernel.analyze('run')
  await kernel.analyze('run')
  await kernel.restart('a')
  await kernel.analyze('run')
  assert.equal(calls(), 2)
})

test('a call that is taken back while its inputs are looked at is not made', { timeout: 20_000 }, async (t) => {
  const { kernel, calls } = await countingKernel(t, { a: { cache: { ttl: 60_000 } } })
  const controller = new AbortController()
  const inputs = table({ value: new Float64Array(4_000_000) })
  const call = errorOf(kernel.analyze('sum', { inputs, params: { plan: ['hang'] }, signal: controller.signal, timeout: 600_000 }))
  await nextTurn()
  await nextTurn()
  controller.abort()
  assert.deepEqual([(await call).code, calls()], ['cancelled', 0])
})

// Type tests: every `@ts-expect-error` is a planted mistake that the contract must catch; `tsc` fails if one is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { definePlugin, format, handler, operation, plot, reader, source, table, type Reader, type Table } from '@cardcage/plugin'
import { z } from 'zod'

type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <_T extends true>(): void => undefined

test('the helpers of the kinds return what they are given', () => {
  const scale = {
    params: z.object({ by: z.number().default(2) }),
    run: ({ data }: { data: Table }) => data,
  }
  assert.equal(operation(scale), scale)
  const bars = { run: () => ({ mediaType: 'image/svg+xml', body: '<svg/>', alt: 'nothing' }) }
  assert.equal(plot(bars), bars)
  const hear = { handle: async () => undefined }
  assert.equal(handler(hear), hear)
  const text = { extensions: ['.x'] as const }
  assert.equal(format(text), text)
  const one = { read: () => table({ n: [1] }) }
  assert.equal(source(one), one)
})

test('a plugin is a frozen value and its setup has not run', () => {
  let ran = false
  const plugin = definePlugin({
    setup: () => {
      ran = true
      return {}
    },
  })
  assert.equal(plugin['~cardcage'], 1)
  assert.ok(Object.isFrozen(plugin))
  assert.equal(ran, false)
})

/** What must type-check. Never called. */
export function right(): void {
  operation({
    params: z.object({ by: z.number().default(2) }),
    run: ({ data }, p) => {
      is<Eq<typeof p, { by: number }>>()
      is<Eq<typeof data, Table>>()
      return data
    },
  })
  operation({
    inputs: { a: { stream: true }, b: { optional: true } },
    run: ({ a, b }, p) => {
      is<Eq<typeof a, Reader>>()
      is<Eq<typeof b, Table | undefined>>()
      is<Eq<typeof p, {}>>()
      return a
    },
  })
  operation({ inputs: {}, params: z.object({ N: z.int().min(1) }), run: (_, { N }) => table({ taps: new Float64Array(N) }) })
  operation({ run: ({ data }) => ({ tables: { trend: data }, summary: { slope: 1, method: 'theil-sen' } }) })
  definePlugin({
    config: z.object({ url: z.url() }),
    setup: (ctx) => {
      is<Eq<typeof ctx.config, Readonly<{ url: string }>>>()
      return {}
    },
  })
  definePlugin({
    setup: (ctx) => {
      is<Eq<typeof ctx.config, Readonly<{}>>>()
      return {}
    },
  })
  source({
    params: z.object({ table: z.string() }),
    read: (q) => {
      is<Eq<typeof q.params, { table: string }>>()
      return table({ t: [q.params.table] })
    },
  })
  format({
    extensions: ['.x'],
    params: z.object({ delimiter: z.string().default(',') }),
    read: (_, want, call) => {
      is<Eq<typeof want.params.delimiter, string>>()
      call.reject({ record: 1, bytes: [0, 9], reason: 'ragged' })
      return reader([], [])
    },
  })
  handler({
    data: z.object({ n: z.number() }),
    handle: async (e) => {
      is<Eq<typeof e.data, { n: number }>>()
    },
  })
}

const t = table({ x: new Float64Array(2), n: ['a', null], id: new BigInt64Array(2) })
const x: ArrayLike<number> = t.column('x')
const n: ArrayLike<string | null> = t.column('n')
const id: ArrayLike<bigint> = t.column('id')

test('columns have the types of the arrays they were made from', () => {
  assert.deepEqual(
    [Array.from(x), Array.from(n), Array.from(id)],
    [
      [0, 0],
      ['a', null],
      [0n, 0n],
    ],
  )
})

/** What must not type-check. Never called. */
export function wrong(): void {
  // @ts-expect-error an analysis returns tables
  operation({ run: () => 42 })
  const figure = { mediaType: 'image/svg+xml', body: '', alt: '' }
  // @ts-expect-error a figure is not an analysis
  definePlugin({ setup: () => ({ analysis: { bad: plot({ run: () => figure }) } }) })
  // @ts-expect-error unknown kind
  definePlugin({ setup: () => ({ analysys: {} }) })
  // @ts-expect-error unknown param
  operation({ params: z.object({ by: z.number() }), run: ({ data }, { bye: _bye }) => data })
  // @ts-expect-error unknown input
  operation({ inputs: { a: {} }, run: ({ data }) => data })
  // @ts-expect-error no arithmetic on a column that may hold anything: use numbers()
  operation({ run: ({ data }) => table({ y: Float64Array.from(data.column('v'), (v) => v * 2) }) })
  // @ts-expect-error no such column
  t.column('y')
  // @ts-expect-error a figure says in words what it shows
  plot({ run: () => ({ mediaType: 'image/svg+xml', body: '' }) })
  // @ts-expect-error unknown type of column
  operation({ inputs: { data: { columns: { v: 'numeric' } } }, run: ({ data }) => data })
}

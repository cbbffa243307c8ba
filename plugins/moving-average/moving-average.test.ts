import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call, Findings, Operation, Plugin, Provides, Schema } from '@cardcage/plugin'
import { table, type Table } from '@cardcage/plugin'
import plugin from './index.ts'

const { analysis = {} } = (plugin as Plugin & { setup(): Provides }).setup()
const operation = analysis['moving_average'] as Operation & { params: Schema }

async function average(data: unknown, given: object = {}): Promise<{ table: Table; summary: object; warnings: string[] }> {
  const warnings: string[] = []
  const params = await operation.params['~standard'].validate(given)
  if (params.issues) throw new Error(params.issues.map((issue: { message: string }) => issue.message).join())
  const call = { warn: (message: string) => warnings.push(message) } as unknown as Call
  const { tables = {}, summary = {} } = (await operation.run({ data: data as Table }, params.value, call)) as Findings
  return { table: tables['moving_average']!, summary, warnings }
}

test('the guide’s method: window_size is 10 unless given, and the summary says it', async () => {
  const data = table({ value: Float64Array.from({ length: 12 }, (_, i) => i) })
  const { table: result, summary } = await average(data)
  assert.deepEqual(summary, { window_size: 10 })
  assert.deepEqual(Array.from(result.column('value')), [...Array<null>(9).fill(null), 4.5, 5.5, 6.5])
})

test('a window that touches a gap is missing; the time column and every value column are kept', async () => {
  const time = [1, 2, 3, 4].map((day) => new Date(Date.UTC(2024, 0, day)))
  const data = table({ time, a: [1, 3, null, 5], b: new BigInt64Array([2n, 4n, 6n, 8n]) }, [
    { name: 'time', type: 'timestamp(ms, UTC)', metadata: { source: 'date' } },
    { name: 'a', type: 'float64', metadata: { unit: 'm' } },
    { name: 'b', type: 'int64' },
  ])
  const { table: result } = await average(data, { window_size: 2 })
  assert.deepEqual(result.names, ['time', 'a', 'b'])
  assert.deepEqual(result.times('time'), data.times('time'))
  assert.deepEqual(result.schema[0], data.schema[0])
  assert.deepEqual(Array.from(result.column('a')), [null, 2, null, null])
  assert.deepEqual(Array.from(result.column('b')), [null, 3, 5, 7])
  assert.deepEqual(result.schema[1]!.metadata, { unit: 'm', title: '2-row mean of a' })
})

test('a window longer than the data gives nothing and says so', async () => {
  const { table: result, warnings } = await average(table({ value: [1, 2] }), { window_size: 3 })
  assert.deepEqual(Array.from(result.column('value')), [null, null])
  assert.match(warnings[0]!, /window_size 3 is larger than the 2 rows/)
})

test('a window of less than one row, or of half a row, is refused', async () => {
  for (const window_size of [0, 1.5, 'ten']) await assert.rejects(average(table({ value: [1] }), { window_size }))
})

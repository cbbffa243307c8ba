import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Operation, type Plugin, type Provides, type Schema, table, type Table } from '@cardcage/plugin'
import plugin from './index.ts'

const { config, ...definition } = plugin as Plugin & { config: Schema<{ multiplier: number }>; setup(ctx: object): Provides }

async function multiply(series: unknown, given: object = {}): Promise<Table> {
  const checked = await config['~standard'].validate(given)
  if (checked.issues) throw new Error(checked.issues.map(({ message }) => message).join())
  const operation = definition.setup({ config: checked.value }).analysis!['multiply'] as Operation
  return (await operation.run({ series: series as Table }, {}, {} as never)) as Table
}

test('doubles by default: [1, 2, 3, 4] → [2, 4, 6, 8]', async () => {
  const result = await multiply(table({ value: [1, 2, 3, 4] }))
  assert.deepEqual(Array.from(result.column('value')), [2, 4, 6, 8])
})

test('the factor comes from the config; what is missing stays missing', async () => {
  const result = await multiply(table({ value: [1, null, -3] }), { multiplier: 0.5 })
  assert.deepEqual(Array.from(result.column('value')), [0.5, null, -1.5])
})

test('what the column is called and measured in is kept', async () => {
  const fields = [{ name: 'value', type: 'float64', metadata: { source: 'depth', unit: 'm' } }]
  assert.deepEqual((await multiply(table({ value: [1] }, fields))).schema[0]!.metadata, { source: 'depth', unit: 'm' })
})

test('a factor that is no number is refused', async () => {
  await assert.rejects(multiply(table({ value: [1] }), { multiplier: 'two' }))
})

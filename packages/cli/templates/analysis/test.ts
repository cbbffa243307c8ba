import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKernel } from '@cardcage/kernel'
import { type Table, table } from '@cardcage/plugin'

test('every value is multiplied', async () => {
  await using kernel = await createKernel({ plugins: [import.meta.dirname] })
  const { result } = await kernel.analyze('{{name}}.analysis.scale', { inputs: table({ value: [1, 2, 3] }), params: { by: 10 } })
  assert.deepEqual([...(result.tables.result as Table).numbers('value')], [10, 20, 30])
})

test('a factor that is no number is refused', async () => {
  await using kernel = await createKernel({ plugins: [import.meta.dirname] })
  const call = kernel.analyze('{{name}}.analysis.scale', { inputs: table({ value: [1] }), params: { by: 'ten' } })
  await assert.rejects(call, { code: 'invalid-call' })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKernel } from '@cardcage/kernel'

test('as many rows come as are asked for', async () => {
  await using kernel = await createKernel({ plugins: [import.meta.dirname] })
  const { result } = await kernel.readSource('{{name}}.source.squares', { params: { rows: 4 } })
  const squares: number[] = []
  for await (const rows of result) squares.push(...rows.numbers('square'))
  assert.deepEqual(squares, [1, 4, 9, 16])
})

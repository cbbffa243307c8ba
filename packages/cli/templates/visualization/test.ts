import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKernel } from '@cardcage/kernel'
import { table } from '@cardcage/plugin'

test('every value is a bar', async () => {
  await using kernel = await createKernel({ plugins: [import.meta.dirname] })
  const { result } = await kernel.plot('{{name}}.visualization.bars', { inputs: table({ value: [3, 1, 2] }), wish: { width: 300 } })
  assert.equal(result.alt, '3 bars, the highest is 3')
  assert.match(String(result.body), /^<svg [^>]*width="300"/)
  assert.equal(String(result.body).match(/Z/g)?.length, 3)
})

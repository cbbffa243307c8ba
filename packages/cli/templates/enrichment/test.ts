import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKernel } from '@cardcage/kernel'

test('a known user gets an address, an unknown one nothing', async () => {
  await using kernel = await createKernel({ plugins: [import.meta.dirname] })
  const known = await kernel.enrich('{{name}}.enrichment.contact', { type: 'user', id: 'ada' })
  assert.deepEqual(known.result?.data, { contact: { email: 'ada@example.org' } })
  const unknown = await kernel.enrich('{{name}}.enrichment.contact', { type: 'user', id: '42' })
  assert.equal(unknown.result, null)
})

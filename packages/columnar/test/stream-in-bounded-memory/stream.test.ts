import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

test('a stream of 1 GiB passes through 200 MB', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'pass-through.ts')])
  const said = JSON.parse(stdout) as { bytes: number; rows: number; sum: number; maxRss: number }
  const [batches, rows] = [256, 2 ** 18]
  assert.ok(said.bytes > 2 ** 30)
  assert.equal(said.rows, batches * rows)
  assert.equal(said.sum, batches * (batches - 1) + batches * (rows - 1), 'the first x and the last n of every batch')
  assert.ok(said.maxRss < 200 * 2 ** 20, `it took ${Math.round(said.maxRss / 2 ** 20)} MiB`)
})

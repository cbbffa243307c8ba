import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCauses, errorTable } from '@cardcage/plugin'
import { cardcage } from '../run-cli.ts'

test('a code is explained with its exit code and what to do', async () => {
  const { code, stdout } = await cardcage(['explain', 'timeout'])
  assert.equal(code, 0)
  assert.ok(stdout.includes(errorTable.timeout.meaning))
  assert.ok(stdout.includes(errorTable.timeout.hint))
  assert.match(stdout, /exit code\s+8/)
})

test('the guides’ names are accepted', async () => {
  const { code, document } = await cardcage(['explain', 'SANDBOX_VIOLATION', '--json'])
  assert.equal(code, 0)
  assert.equal(document().code, 'permission-denied')
})

test('a cause is explained', async () => {
  const { code, stdout } = await cardcage(['explain', 'oom'])
  assert.equal(code, 0)
  assert.ok(stdout.includes(errorCauses.oom))
})

test('without a code all are listed, each with an exit code and a hint', async () => {
  const { document } = await cardcage(['explain', '--json'])
  const listed: { codes: { code: string; exit: number; hint: string }[] } = document()
  assert.deepEqual(
    listed.codes.map(({ code }) => code),
    [...Object.keys(errorTable), 'usage'],
  )
  for (const { exit, hint } of listed.codes) assert.ok(exit > 0 && hint.length > 0)
})

test('an unknown code: the nearest, exit code 5', async () => {
  const { code, document } = await cardcage(['explain', 'time-out', '--json'])
  assert.equal(code, 5)
  assert.equal(document().error.code, 'not-found')
  assert.match(document().error.hint, /timeout/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCauses, errorTable } from '@cardcage/plugin'
import type { ErrorCode } from '@cardcage/plugin'
import { cardcage } from '../run-cli.ts'

test('a code is explained whole: meaning, numbers, retry, names, causes, steps, an example', async () => {
  const { code, stdout } = await cardcage(['explain', 'timeout'])
  const { meaning, hint, causes, fix, aliases } = errorTable.timeout
  assert.equal(code, 0)
  for (const text of [meaning, hint, ...causes, ...fix, ...aliases]) assert.ok(stdout.includes(text), text)
  assert.match(stdout, /exit code\s+8\n/)
  assert.match(stdout, /HTTP status\s+504\n/)
  assert.match(stdout, /retry\s+the same call may succeed later\n/)
  assert.match(stdout, /\n\$ cardcage plugin call .*--timeout 2s\nerror\[timeout\]: /)
})

test('as JSON it has the same, with the example as data', async () => {
  const { document } = await cardcage(['explain', 'timeout', '--json'])
  const { example, ...entry } = document()
  assert.deepEqual(entry, { code: 'timeout', ...errorTable.timeout })
  assert.match(example.prints, /^error\[timeout\]: /)
})

const names: readonly (readonly [name: string, ...codes: (ErrorCode | 'usage')[]])[] = [
  ['SANDBOX_VIOLATION', 'permission-denied'],
  ['CONNECTION_ERROR', 'unavailable'],
  ['connection_error', 'unavailable'],
  ['ErrorCodeConnection', 'unavailable'],
  ['Unsupported method', 'not-found'],
  ['unsupported PLOT type', 'not-found'],
  ['not_found', 'not-found'],
  ['NotFound', 'not-found'],
  ['ConfigError', 'invalid-manifest', 'invalid-config'],
  ['VersionIncompatible', 'incompatible'],
  ['LoadError', 'invalid-manifest', 'internal'],
  ['ExecutionError', 'crashed', 'internal'],
]

for (const [name, ...codes] of names) {
  test(`"${name}" is ${codes.join(' and ')}`, async () => {
    const { code, document } = await cardcage(['explain', name, '--json'])
    assert.equal(code, 0)
    const found = document()
    assert.deepEqual(found.codes === undefined ? [found.code] : found.codes.map((one: { code: string }) => one.code), codes)
    if (codes.length > 1) assert.equal(found.alias, name)
  })
}

const numbers: readonly (readonly [written: string, key: 'exit' | 'http'])[] = [
  ['7', 'exit'],
  ['2', 'exit'],
  ['130', 'exit'],
  ['404', 'http'],
  ['429', 'http'],
]

for (const [written, key] of numbers) {
  test(`${written} is every code with that ${key === 'exit' ? 'exit code' : 'HTTP status'}`, async () => {
    const { document } = await cardcage(['explain', written, '--json'])
    const wanted = Object.entries(errorTable).flatMap(([code, entry]) => (entry[key] === Number(written) ? [code] : []))
    assert.equal(document()[key], Number(written))
    assert.deepEqual(
      document().codes.map(({ code }: { code: string }) => code),
      written === '2' ? ['usage'] : wanted,
    )
  })
}

test('an exit code of no error is explained too', async () => {
  const { code, stdout } = await cardcage(['explain', '10'])
  assert.equal(code, 0)
  assert.match(stdout, /validate.*doctor/)
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

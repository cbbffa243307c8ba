import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

function run(args: readonly string[]) {
  const { NODE_TEST_CONTEXT: _context, ...environment } = process.env
  return spawnSync(process.execPath, args, { cwd: root, env: environment, encoding: 'utf8' })
}

test('tests that did not run are named with their reasons, above the counts', () => {
  const { stdout, status } = run(['--test', '--test-reporter=./scripts/test-reporter.ts', 'test/gate/fixtures/skips.test.ts'])
  const lines = stdout.split('\n').filter((line) => line.startsWith('ℹ '))
  assert.deepEqual(lines.slice(0, 4), [
    'ℹ NOT RUN test/gate/fixtures/skips.test.ts:4 is left out: the machine has no moon',
    'ℹ NOT RUN test/gate/fixtures/skips.test.ts:5 leaves itself out: nor a sun',
    'ℹ NOT RUN test/gate/fixtures/skips.test.ts:6 is to be done: no reason given',
    'ℹ tests 4',
  ])
  assert.equal(status, 0)
})

test('a filter that matches no file is a failure, not a success without tests', () => {
  const { status, stderr } = run(['scripts/test.ts', 'no-such-file'])
  assert.equal(status, 1)
  assert.match(stderr, /^No test file matches no-such-file\n/)
})

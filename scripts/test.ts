/**
 * Runs the tests: `npm test`, or `npm test -- FILTER…` for the files whose path contains one of the filters. A filter that starts with `!` leaves
 * files out; a filter that starts with `-` is an option for `node --test` (`--test-name-pattern=…`).
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const places = [
  'packages/*/src/**/*.test.ts',
  'packages/*/test/**/*.test.ts',
  'plugins/**/*.test.ts',
  'examples/**/*.test.ts',
  'test/**/*.test.ts',
]
const foreign = /(^|\/)(node_modules|fixtures|dist|\.cardcage)\//

const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'))
const filters = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const wanted = filters.filter((filter) => !filter.startsWith('!'))
const unwanted = filters.filter((filter) => filter.startsWith('!')).map((filter) => filter.slice(1))

const files = globSync(places, { cwd: root })
  .filter((path) => !foreign.test(path))
  .filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))
  .filter((path) => !unwanted.some((part) => path.includes(part)))
  .sort()
if (files.length === 0) {
  console.error(`No test file matches ${filters.join(' ') || places.join(' ')}`)
  process.exit(1)
}

const run = spawnSync(
  process.execPath,
  [
    '--test',
    `--test-concurrency=${availableParallelism()}`,
    // A test that hangs fails by name instead of holding up everything behind it.
    '--test-timeout=300000',
    '--test-reporter=./scripts/test-reporter.ts',
    '--test-reporter-destination=stdout',
    ...options,
    ...files,
  ],
  { cwd: root, stdio: 'inherit' },
)
process.exitCode = run.status ?? 1

/**
 * The gate: `npm run ok`. Format, lint, types, tests and the documentation's examples; one line each, the output of what failed, exit code 1 if
 * anything did. `-- --tested` leaves the tests out, where they have just passed.
 */
import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Step {
  name: string
  command: readonly [string, ...string[]]
}

const root = fileURLToPath(new URL('..', import.meta.url))
const path = `${fileURLToPath(new URL('../node_modules/.bin', import.meta.url))}${delimiter}${process.env['PATH'] ?? ''}`

const reading: readonly Step[] = [
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'lint', command: ['oxlint', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the binary', command: ['tsc', '-p', 'packages/cli/bin'] },
]
const running: readonly Step[] = [
  { name: 'tests', command: ['node', 'scripts/test.ts', '!test/docs/'] },
  { name: 'docs examples', command: ['node', 'scripts/test.ts', 'test/docs/'] },
]

const tested = process.argv.includes('--tested')
const outcomes = await Promise.all(reading.map(take))
// One after another: tests share two cores with the processes they start.
for (const step of tested ? [] : running) outcomes.push(await take(step))
if (tested) console.log(`left out   ${running.map((step) => step.name).join(', ')} (--tested: they have just run)`)

const failed = outcomes.filter((outcome) => !outcome.passed)
for (const outcome of failed) console.log(`\n── ${outcome.name} ──\n${outcome.output.trimEnd()}`)
console.log(failed.length === 0 ? '\nok' : `\nnot ok: ${failed.map((outcome) => outcome.name).join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

async function take({ name, command: [program, ...args] }: Step): Promise<{ name: string; passed: boolean; output: string }> {
  const start = performance.now()
  const child = spawn(program, args, { cwd: root, env: { ...process.env, PATH: path }, stdio: ['ignore', 'pipe', 'pipe'] })
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  child.stderr.on('data', (part: Buffer) => parts.push(part))
  const passed = await new Promise<boolean>((resolve) => {
    child.on('error', (error) => {
      parts.push(Buffer.from(`${program}: ${error.message}`))
      resolve(false)
    })
    child.on('close', (code) => resolve(code === 0))
  })
  const output = Buffer.concat(parts).toString()
  const counts = output.match(/^ℹ (tests|skipped) \d+$/gm)?.map((line) => line.slice(2)) ?? []
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${seconds.padStart(6)} s  ${[name, ...counts].join(', ')}`)
  for (const line of output.match(/^ℹ NOT RUN .*$/gm) ?? []) console.log(`          ${line.slice(2)}`)
  return { name, passed, output }
}

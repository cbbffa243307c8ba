import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cardcage, emptyFolder, exampleFile } from '../run-cli.ts'

const builtin = fileURLToPath(new URL('../../../../plugins', import.meta.url))

test('the demo runs two files through four plugins and draws them', async (t) => {
  const cwd = emptyFolder(t)
  const { code, stdout, document } = await cardcage(['demo', '--json'], { cwd })
  assert.equal(code, 0, stdout)
  const { steps, figures } = document()
  assert.deepEqual(
    figures.map((figure: string) => basename(figure)),
    ['nile.svg', 'nile.png', 'co2.svg', 'co2.png'],
  )
  for (const figure of figures) assert.ok(readFileSync(figure).length > 1000, figure)
  const done = steps.map(({ input, plugin, operation, rows }: Record<string, unknown>) => [input, plugin, operation, rows])
  const eachOf = (input: string, rows: number) => [
    [input, 'csv', 'csv', rows],
    [input, 'moving-average', 'moving_average', rows],
    [input, 'regression', 'custom_regression', rows],
    [input, 'plots', 'line', rows],
    [input, 'plots', 'png', rows],
  ]
  assert.deepEqual(done, [...eachOf('nile.csv', 100), ...eachOf('co2.csv', 2284)])
  const processes = new Map(steps.map(({ plugin, pid }: Record<string, unknown>) => [plugin, pid]))
  assert.equal(new Set(processes.values()).size, 4)
  assert.ok([...processes.values()].every((pid) => typeof pid === 'number' && pid !== process.pid))
  assert.deepEqual(readdirSync(cwd), ['figures'])
})

test('for people: a plot, the steps, the paths; empty cells are gaps', async (t) => {
  const cwd = emptyFolder(t)
  const { code, stdout } = await cardcage(['demo', exampleFile('co2.csv'), '--output', 'out'], { cwd })
  assert.equal(code, 0)
  assert.match(stdout, /co2 by date.*2284 rows, 59 missing \(gaps, not zeros\)/)
  assert.match(stdout, /[⠁-⣿]{10}/)
  assert.match(stdout, /co2\.csv\s+moving-average\s+moving_average\s+\d+\s+L1\s+2284/)
  assert.match(stdout, /^out\/co2\.svg\nout\/co2\.png$/m)
})

test('another file changes every number and the picture', async (t) => {
  const cwd = emptyFolder(t)
  const [head = '', ...lines] = readFileSync(exampleFile('nile.csv'), 'utf8').trim().split('\n')
  const doubled = lines
    .slice(0, 60)
    .map((line) => line.split(','))
    .map(([year, volume]) => `${year},${Number(volume) * 2}`)
  writeFileSync(join(cwd, 'nile.csv'), [head, ...doubled].join('\n'))
  const run = async (file: string, output: string) => {
    const { code, stdout, stderr } = await cardcage(['demo', file, '--output', output], { cwd })
    assert.equal(code, 0, stderr)
    return {
      findings: stdout.split('\n').find((line) => line.includes('window_size')),
      svg: readFileSync(join(cwd, output, 'nile.svg'), 'utf8'),
    }
  }
  const before = await run(exampleFile('nile.csv'), 'before')
  const after = await run('nile.csv', 'after')
  assert.notEqual(after.findings, before.findings)
  assert.notEqual(after.svg, before.svg)
})

test('without the csv plugin the demo fails and names it', async (t) => {
  const cwd = emptyFolder(t)
  const others = join(cwd, 'plugins')
  mkdirSync(others)
  for (const name of ['moving-average', 'regression', 'plots']) cpSync(join(builtin, name), join(others, name), { recursive: true })
  const { code, document } = await cardcage(['demo', '--no-builtin', '--plugins', others, '--json'], { cwd })
  assert.equal(code, 5)
  assert.match(document().error.message, /the plugin csv/)
})

test('a file without two columns of numbers is refused with the columns it has', async (t) => {
  const cwd = emptyFolder(t)
  writeFileSync(join(cwd, 'names.csv'), 'first,last\nAda,Lovelace\nGrace,Hopper\n')
  const { code, document } = await cardcage(['demo', 'names.csv', '--json'], { cwd })
  assert.equal(code, 3)
  assert.match(document().error.message, /names\.csv.*first: .*last: /)
})

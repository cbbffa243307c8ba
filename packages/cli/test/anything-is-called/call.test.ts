import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cardcage, emptyFolder, exampleFile, fixturePlugins } from '../run-cli.ts'

const call = ['plugin', 'call', '--plugins', fixturePlugins]

test('an analysis answers with findings, tables and who did it', async (t) => {
  const { code, document } = await cardcage([...call, 'range', '-p', 'rows=4', '-p', 'nested.by=2.5', '--json'], { cwd: emptyFolder(t) })
  assert.equal(code, 0)
  const { result, warnings, metadata } = document()
  assert.deepEqual(result.summary, { rows: 4, by: 2.5 })
  assert.deepEqual(result.tables.numbers.columns, { n: [0, 2.5, 5, 7.5] })
  assert.equal(result.tables.numbers.rows, 4)
  assert.equal('truncated' in result.tables.numbers, false)
  assert.deepEqual(warnings, [])
  assert.deepEqual([metadata.plugin, metadata.version, metadata.isolation], ['trouble', '1.2.3', 'L1'])
  assert.ok(metadata.pid > 1 && metadata.duration > 0)
})

test('1000 rows are shown unless all are wanted; warnings come with the result', async (t) => {
  const cwd = emptyFolder(t)
  const cut = (await cardcage([...call, 'range', '-p', 'rows=60000', '--json'], { cwd })).document()
  const { rows, truncated, columns } = cut.result.tables.numbers
  assert.deepEqual([rows, truncated, columns.n.length], [60_000, true, 1000])
  assert.equal(cut.warnings[0].message, 'that is a lot')
  const whole = (await cardcage([...call, 'range', '-p', 'rows=60000', '--json', '--all'], { cwd })).document()
  assert.equal(whole.result.tables.numbers.columns.n.length, 60_000)
  assert.equal('truncated' in whole.result.tables.numbers, false)
})

test('for people: findings and first rows on stdout, warnings and who answered on stderr', async (t) => {
  const { stdout, stderr } = await cardcage([...call, 'range', '-p', 'rows=60000'], { cwd: emptyFolder(t) })
  assert.match(stdout, /^rows\s+60000$/m)
  assert.match(stdout, /the first 10 of 60000 rows/)
  assert.match(stderr, /warning: that is a lot/)
  assert.match(stderr, /trouble@1\.2\.3, L1, process \d+/)
})

test('the table of an analysis is written through a format', async (t) => {
  const cwd = emptyFolder(t)
  const { code, stdout } = await cardcage([...call, 'range', '--output', 'out.csv'], { cwd })
  assert.equal(code, 0)
  assert.equal(stdout, 'out.csv\n')
  assert.deepEqual(readFileSync(join(cwd, 'out.csv'), 'utf8').trim().split(/\r?\n/), ['n', '0.0', '1.0', '2.0'])
})

test('inputs: a file, stdin as CSV and as JSON, JSON on the command line', async (t) => {
  const cwd = emptyFolder(t)
  const average = ['plugin', 'call', 'moving_average', '-p', 'window_size=2', '--json']
  writeFileSync(join(cwd, 'a.csv'), 'v\n1\n3\n5\n')
  const runs = [
    await cardcage([...average, '--input', 'a.csv'], { cwd }),
    await cardcage([...average, '--input', '-'], { cwd, stdin: 'v\n1\n3\n5\n' }),
    await cardcage([...average, '--input', '-'], { cwd, stdin: '{\n "v": [1, 3, 5]\n}' }),
    await cardcage([...average, '--input', '[{"v":1},{"v":3},{"v":5}]'], { cwd }),
    await cardcage([...average, '--input', '[1,3,5]'], { cwd }),
  ]
  for (const { code, stdout, stderr } of runs) {
    assert.equal(code, 0, stdout + stderr)
    const [table] = Object.values<{ columns: Record<string, unknown[]> }>(JSON.parse(stdout).result.tables)
    assert.deepEqual(
      Object.values(table?.columns ?? {})
        .at(-1)
        ?.slice(-2),
      [2, 4],
    )
  }
})

test('two inputs are told apart by name, their columns by input.role', async (t) => {
  const cwd = emptyFolder(t)
  const given = ['--input', 'left={"a":[5,6],"b":[1,1]}', '--input', 'right=[1,2]', '--column', 'left.value=a']
  const { code, stdout, document } = await cardcage([...call, 'difference', ...given, '--json'], { cwd })
  assert.equal(code, 0, stdout)
  assert.deepEqual(document().result.tables.result.columns.difference, [4, 4])
  const unnamed = await cardcage([...call, 'difference', '--input', '[1]', '--json'], { cwd })
  assert.equal(unnamed.code, 3)
  assert.match(unnamed.document().error.message, /Which input.*left, right/)
})

test('a plot: SVG on stdout, SVG and PNG to files', async (t) => {
  const cwd = emptyFolder(t)
  const plot = [
    'plugin',
    'call',
    'plots.visualization.line',
    '--input',
    exampleFile('nile.csv'),
    '--column',
    'x=year',
    '--column',
    'y=volume',
  ]
  const svg = await cardcage([...plot, '--title', 'The Nile', '--width', '500'], { cwd })
  assert.equal(svg.code, 0, svg.stderr)
  assert.match(svg.stdout, /^<svg[^>]*width="500"/)
  assert.match(svg.stdout, /The Nile/)
  const png = await cardcage([...plot, '--output', 'nile.png', '--json'], { cwd })
  assert.equal(png.code, 0, png.stdout)
  assert.equal(png.document().result.mediaType, 'image/png')
  assert.deepEqual([...readFileSync(join(cwd, 'nile.png')).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47])
  const odd = await cardcage([...plot, '--output', 'nile.tiff', '--json'], { cwd })
  assert.equal(odd.code, 3)
  assert.equal(odd.document().error.code, 'unsupported')
})

test('a format reads a file, and writes what an input holds', async (t) => {
  const cwd = emptyFolder(t)
  const read = await cardcage(['plugin', 'call', 'csv.format.csv', '--input', exampleFile('nile.csv'), '--json'], { cwd })
  assert.equal(read.code, 0, read.stdout)
  const { rows, columns } = read.document().result.tables.result
  assert.equal(rows, 100)
  assert.deepEqual([columns.year[0], columns.volume[0]], [1871, 1120])
  const written = await cardcage(['plugin', 'call', 'csv.format.csv', '--input', '{"a":[1,null],"b":["x","y,z"]}', '--output', 'o.csv'], {
    cwd,
  })
  assert.equal(written.code, 0, written.stderr)
  assert.deepEqual(readFileSync(join(cwd, 'o.csv'), 'utf8').trim().split(/\r?\n/), ['a,b', '1.0,x', ',"y,z"'])
})

test('a source gives rows', async (t) => {
  const { code, document } = await cardcage([...call, 'facts.source.days', '-p', 'from=3', '--limit', '2', '--json'], {
    cwd: emptyFolder(t),
  })
  assert.equal(code, 0)
  assert.deepEqual(document().result.tables.result.columns, { day: ['day 3', 'day 4'] })
})

test('an enrichment is asked about a subject', async (t) => {
  const cwd = emptyFolder(t)
  const ask = (id: string) =>
    cardcage([...call, 'facts.enrichment.home', '--input', JSON.stringify({ type: 'user', id }), '--json'], { cwd })
  const known = await ask('ada')
  assert.equal(known.code, 0, known.stdout)
  assert.deepEqual([known.document().result.data, known.document().result.confidence], [{ city: 'London' }, 0.5])
  assert.equal((await ask('bob')).document().result, null)
  const misshapen = await cardcage([...call, 'facts.enrichment.home', '--input', '{"id":1}', '--json'], { cwd })
  assert.equal(misshapen.code, 3)
})

test('a handler gets an event; its state is kept from one run to the next', async (t) => {
  const cwd = emptyFolder(t)
  const publish = (total: number) =>
    cardcage([...call, 'facts.handler.order.created', '--input', JSON.stringify({ data: { total } }), '--json'], { cwd })
  const first = await publish(2)
  assert.equal(first.code, 0, first.stdout)
  assert.deepEqual(first.document().result.emitted[0].data, { sum: 2 })
  assert.deepEqual((await publish(3)).document().result.emitted[0].data, { sum: 5 })
  const refused = await publish(-1)
  assert.equal(refused.code, 3)
  assert.match(refused.document().error.message, /not negative/)
})

test('a command that writes state makes the workspace where there is none, one that does not leaves no trace', async (t) => {
  const cwd = emptyFolder(t)
  const env = { CARDCAGE_HOME: join(cwd, 'home'), XDG_CACHE_HOME: join(cwd, '..', 'cache') }
  await cardcage(['plugin', 'list', '--plugins', fixturePlugins], { cwd, env })
  assert.equal(existsSync(join(cwd, 'home', 'data')), false)
  const { code } = await cardcage([...call, 'facts.enrichment.home', '--input', '{"type":"user","id":"ada"}'], { cwd, env })
  assert.equal(code, 0)
  assert.ok(readdirSync(join(cwd, 'home', 'data')).includes('facts'))
})

test('records that do not fit: the call fails, or goes on without them and says so', async (t) => {
  const cwd = emptyFolder(t)
  writeFileSync(join(cwd, 'ragged.csv'), 'a,b\n1,2\n3\n5,6\n')
  const read = ['plugin', 'call', 'csv.format.csv', '--input', 'ragged.csv', '--json']
  const failed = await cardcage(read, { cwd })
  assert.equal(failed.code, 3)
  assert.match(failed.document().error.message, /line 3/)
  assert.equal(failed.document().error.at.input, 'ragged.csv')
  const left = await cardcage([...read, '--on-reject', 'leave-out'], { cwd })
  assert.equal(left.code, 0, left.stdout)
  assert.deepEqual(left.document().result.tables.result.columns, { a: [1, 5], b: [2, 6] })
  assert.match(left.document().warnings[0].message, /1 record was rejected/)
  assert.match(left.stderr, /line 3/)
})

import assert from 'node:assert/strict'
import test from 'node:test'
import type { PlotRequest } from '@cardcage/kernel'
import { reader, table, type Table } from '@cardcage/plugin'
import { analysisOf, errorOf, kernelOf } from '../host.ts'

const roles = (columns: string, more = '') => ({
  code: analysisOf(
    'return { summary: { names: inputs.data.names.join() }, tables: { out: inputs.data } }',
    `inputs: { data: { columns: ${columns} ${more} } },`,
  ),
})
const day = [new Date(0), new Date(86_400_000)]

/** The columns `run` sees, as they are called there. */
async function seen(
  kernel: Awaited<ReturnType<typeof kernelOf>>,
  address: string,
  request: Parameters<typeof kernel.analyze>[1],
): Promise<unknown> {
  return (await kernel.analyze(address, request)).result.summary['names']
}

test('columns are bound as named, by the name of the role, or as the only one of its type', async (t) => {
  const kernel = await kernelOf(t, {
    one: roles(`{ value: 'number' }`),
    pair: roles(`{ x: 'number', y: 'number' }`),
    series: roles(`{ when: { type: 'ordered', optional: true }, values: { type: 'number', many: true } }`),
    mixed: roles(`{ any: 'any', count: 'number' }`),
    flags: roles(`{ flag: 'boolean', label: 'text', at: 'time' }`),
  })
  const one = (request: object) => seen(kernel, 'one.analysis.run', request)
  const two = table({ a: [1, 2], b: [3, 4] })

  assert.equal(await one({ inputs: table({ level: [1], city: ['Oslo'] }) }), 'value', 'the only number')
  const bound = await kernel.analyze('one.analysis.run', { inputs: table({ level: [1] }) })
  assert.deepEqual((bound.result.tables['out'] as Table).schema[0]!.metadata, { source: 'level' }, 'and says what it was called')
  assert.equal(await one({ inputs: table({ a: [1], value: [2] }) }), 'value', 'the column of that name')
  const named = await kernel.analyze('one.analysis.run', { inputs: two, columns: { value: 'b' } })
  assert.deepEqual([...(named.result.tables['out'] as Table)], [{ value: 3 }, { value: 4 }])
  const full = await kernel.analyze('one.analysis.run', { inputs: two, columns: { 'data.value': 'a' } })
  assert.deepEqual([...(full.result.tables['out'] as Table)], [{ value: 1 }, { value: 2 }])

  const ambiguous = await errorOf(one({ inputs: two }))
  assert.equal(ambiguous.code, 'invalid-call')
  assert.equal(ambiguous.message, "Role 'value' of input 'data' could be 2 columns: a (float64), b (float64)")
  assert.equal(ambiguous.hint, 'Say which: --column value=a')
  assert.deepEqual(ambiguous.details, { input: 'data', role: 'value', candidates: ['a', 'b'] })
  assert.deepEqual(ambiguous.at, { slot: 'one', plugin: 'one', version: '1.0.0', kind: 'analysis', operation: 'run' })

  const none = await errorOf(one({ inputs: table({ city: ['Oslo'] }) }))
  assert.equal(none.message, "Input 'data' has no column for the role 'value', which needs numbers")
  assert.equal(none.hint, 'Its columns are city (utf8).')
  const misspelt = await errorOf(one({ inputs: table({ level: [1] }), columns: { value: 'levle' } }))
  assert.equal(misspelt.message, "Input 'data' has no column 'levle' for the role 'value'")
  assert.equal(misspelt.hint, 'Did you mean level? Its columns are level (float64).')
  const wrong = await errorOf(one({ inputs: table({ a: [1], city: ['x'] }), columns: { value: 'city' } }))
  assert.equal(wrong.message, "Column 'city' is utf8; the role 'value' of input 'data' needs numbers")
  assert.equal(wrong.hint, 'Columns that would do: a (float64).')
  const stranger = await errorOf(one({ inputs: two, columns: { valeu: 'a' } }))
  assert.equal(stranger.message, "There is no column role 'valeu'")
  assert.equal(stranger.hint, 'Its roles are value.')
  assert.match((await errorOf(one({ inputs: two, columns: { value: ['a', 'b'] } }))).message, /takes one column; 2 were named/)

  const pair = (request: object) => seen(kernel, 'pair.analysis.run', request)
  assert.equal(await pair({ inputs: table({ x: [1], other: [2] }) }), 'x,y', 'what is left of the type')
  assert.equal(await pair({ inputs: two, columns: { x: 'b' } }), 'x,y')
  assert.equal(await pair({ inputs: two, columns: { x: 'a', y: 'a' } }), 'x,y', 'one column may serve two roles')
  assert.match((await errorOf(pair({ inputs: table({ a: [1] }) }))).message, /no column for the role 'y'/)

  assert.equal(
    await seen(kernel, 'mixed.analysis.run', { inputs: table({ n: [1], city: ['Oslo'] }) }),
    'any,count',
    'the one that can be only one column goes first',
  )
  assert.equal(
    await seen(kernel, 'flags.analysis.run', { inputs: table({ f: [true], l: ['a'], d: [new Date(0)], n: [1] }) }),
    'flag,label,at',
  )
})

test('optional and many roles take what is theirs and leave the rest its columns', async (t) => {
  const kernel = await kernelOf(t, {
    series: roles(`{ when: { type: 'ordered', optional: true }, values: { type: 'number', many: true } }`),
    points: roles(`{ x: 'number', weight: { type: 'number', optional: true } }`),
    rest: roles(`{ key: 'text', others: { type: 'any', many: true, optional: true } }`),
  })
  const series = (request: object) => seen(kernel, 'series.analysis.run', request)
  assert.equal(await series({ inputs: table({ day, a: [1, 2], b: [3, 4] }) }), 'when,a,b', 'the only time goes before any number')
  assert.equal(
    await series({ inputs: table({ level: [1, 2] }) }),
    'level',
    'an optional role does not take the last column of a required one',
  )
  assert.equal(await series({ inputs: table({ when: [1, 2], level: [1, 2] }) }), 'when,level')
  assert.equal(await series({ inputs: table({ a: [1], b: [2] }) }), 'a,b', 'an optional role that could be several is left out')
  assert.equal(
    await series({ inputs: table({ a: [1], b: [2], c: [3] }), columns: { when: 'c', values: 'b,a' } }),
    'when,b,a',
    'many columns in the order they are named',
  )
  assert.equal(
    await series({ inputs: table({ a: [1], 'b,c': [2] }), columns: { values: ['b,c'] } }),
    'when,b,c',
    'a name with a comma in it',
  )
  assert.match((await errorOf(series({ inputs: table({ day }) }))).message, /no column for the role 'values', which needs numbers/)
  assert.match((await errorOf(series({ inputs: table({ a: [1] }), columns: { values: [] } }))).message, /takes columns; 0 were named/)
  const twice = await errorOf(series({ inputs: table({ a: [1], b: [1] }), columns: { values: ['a', 'a'] } }))
  assert.equal(twice.message, "Two columns of input 'data' would be called 'a': a and a")
  const clash = await errorOf(series({ inputs: table({ day, when: [1, 2] }), columns: { when: 'day' } }))
  assert.equal(clash.message, "Two columns of input 'data' would be called 'when': day and when")
  assert.equal(await seen(kernel, 'points.analysis.run', { inputs: table({ a: [1] }) }), 'x')
  assert.equal(await seen(kernel, 'points.analysis.run', { inputs: table({ x: [1], w: [1] }) }), 'x,weight')
  assert.equal(await seen(kernel, 'rest.analysis.run', { inputs: table({ city: ['Oslo'] }) }), 'key')
})

test('two inputs have roles of their own, and an input is missing, unknown or no table', async (t) => {
  const kernel = await kernelOf(t, {
    two: {
      code: analysisOf(
        'return inputs.a',
        `inputs: { a: { columns: { value: 'number' } }, b: { columns: { value: 'number' }, optional: true } },`,
      ),
    },
    none: { code: analysisOf('return { summary: { done: 1 } }', 'inputs: {},') },
  })
  const a = table({ p: [1], q: [2] })
  const two = (request: object) => kernel.analyze('two.analysis.run', request)
  const { result } = await two({ inputs: { a, b: a }, columns: { 'a.value': 'q', 'b.value': 'p' } })
  assert.deepEqual([...(result.tables['result'] as Table)], [{ value: 2 }])
  assert.match((await errorOf(two({ inputs: { b: a }, columns: { value: 'p' } }))).message, /Input 'a' is missing/)
  const which = await errorOf(two({ inputs: a }))
  assert.equal(which.message, 'This operation takes 2 inputs: say which one this is')
  assert.equal(which.hint, 'Its inputs are a, b.')
  assert.match((await errorOf(two({ inputs: { a, c: a } }))).message, /There is no input 'c'/)
  assert.match((await errorOf(two({ inputs: { a: [1, 2] as never } }))).message, /Input 'a' is neither a table nor a reader/)
  assert.match((await errorOf(kernel.analyze('none.analysis.run', { inputs: a }))).message, /This operation takes no input/)
  assert.deepEqual((await kernel.analyze('none.analysis.run')).result.summary, { done: 1 })
})

test('rows are counted before the plugin is called, and in a stream as they pass', async (t) => {
  const kernel = await kernelOf(t, {
    whole: { code: analysisOf('return inputs.data', 'inputs: { data: { minRows: 2, maxRows: 3 } },') },
    stream: {
      code: analysisOf(
        'let rows = 0; for await (const one of inputs.data) rows += one.numRows; return { summary: { rows } }',
        'inputs: { data: { minRows: 2, maxRows: 3, stream: true } },',
      ),
    },
  })
  const rows = (n: number) => table({ value: new Float64Array(n) })
  const stream = (...sizes: number[]) => reader([{ name: 'value', type: 'float64' }], sizes.map(rows))
  const run = (address: string, inputs: object) => kernel.analyze(address, { inputs: inputs as never })
  const few = await errorOf(run('whole.analysis.run', rows(1)))
  assert.equal(few.message, "Input 'data' has 1 row; at least 2 are needed")
  assert.equal(few.code, 'invalid-call')
  assert.equal((await errorOf(run('whole.analysis.run', rows(4)))).message, "Input 'data' has 4 rows; at most 3 are allowed")
  assert.equal((await errorOf(run('whole.analysis.run', stream(2, 2)))).message, "Input 'data' has more than 3 rows; at most 3 are allowed")
  assert.equal((await kernel.info('whole')).calls, 0, 'the plugin was not called')
  assert.equal(
    ((await run('whole.analysis.run', stream(1, 2))).result.tables['result'] as Table).numRows,
    3,
    'tables of a stream are joined',
  )
  assert.deepEqual((await run('stream.analysis.run', stream(1, 2))).result.summary, { rows: 3 })
  assert.equal((await errorOf(run('stream.analysis.run', stream(1)))).message, "Input 'data' has 1 row; at least 2 are needed")
  assert.equal(
    (await errorOf(run('stream.analysis.run', stream(2, 2)))).message,
    "Input 'data' has more than 3 rows; at most 3 are allowed",
  )
  assert.equal((await kernel.info('stream')).state, 'active', 'a caller at fault does not harm the plugin')
})

test('the heat map of the guide is refused with 3 or 10,001 points or without its value', async (t) => {
  const kernel = await kernelOf(t, {
    guide: {
      code: `export default definePlugin({ setup: () => ({ visualization: { custom_heatmap: plot({
        inputs: { data: { columns: { x: 'number', y: 'number', value: 'number', weight: { type: 'number', optional: true } }, minRows: 4, maxRows: 10_000 } },
        run: ({ data }) => ({ mediaType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>', alt: data.numRows + ' points' }) }) } }) })`,
    },
  })
  const points = (n: number) => table({ x: new Float64Array(n), y: new Float64Array(n), value: new Float64Array(n) })
  const draw = (inputs: NonNullable<PlotRequest['inputs']>) => kernel.plot('custom_heatmap', { inputs })
  assert.equal((await draw(points(4))).result.alt, '4 points')
  assert.equal((await draw(points(10_000))).result.alt, '10000 points')
  assert.match((await errorOf(draw(points(3)))).message, /has 3 rows; at least 4 are needed/)
  assert.match((await errorOf(draw(points(10_001)))).message, /has 10001 rows; at most 10000 are allowed/)
  const missing = await errorOf(draw(table({ x: [1, 2, 3, 4], y: [1, 2, 3, 4] })))
  assert.match(missing.message, /no column for the role 'value', which needs numbers/)
  assert.equal((await kernel.info('guide')).calls, 2)
})

import assert from 'node:assert/strict'
import test from 'node:test'
import type { LogRecord } from '@cardcage/kernel'
import { table, type Table } from '@cardcage/plugin'
import { errorOf } from '../host.ts'
import { openGuide, rowsOf, serve } from './guide.ts'

const parabola = table({ year: [0, 1, 2, 3, 4], level: [1, 2, 5, 10, 17] })

test('the regression of the guide is offered as it describes itself, its parameter as JSON Schema', async (t) => {
  const kernel = await openGuide(t, 'chronos/my-awesome-plugin', {
    slots: { fit: { plugin: 'my-awesome-plugin', config: { param1: 'value1' } } },
  })
  const info = await kernel.start('fit')
  assert.deepEqual(info.provides?.analysis?.['custom_regression'], {
    title: 'Custom Regression',
    description: 'A custom regression algorithm',
    version: '1.0.0',
    category: 'statistical',
    inputs: { data: { columns: { time: { type: 'ordered', optional: true }, value: { type: 'number', many: true } } } },
    params: {
      type: 'object',
      properties: { degree: { type: 'integer', minimum: 1, maximum: 10, description: 'Polynomial degree', default: 2 } },
      additionalProperties: false,
    },
    deterministic: true,
  })
  assert.deepEqual(info.health, [{ name: 'plugin', status: 'pass' }], 'after initialize it is healthy')
})

test('its degree is 2 by default, and 0 and 11 are refused by the host', async (t) => {
  const kernel = await openGuide(t, 'chronos/my-awesome-plugin')
  const columns = { time: 'year', value: 'level' }
  const { result, warnings } = await kernel.analyze('custom_regression', { inputs: parabola, columns })
  assert.equal(result.summary['degree'], 2)
  assert.ok((result.summary['statistics.goodness_of_fit.largest_residual'] as number) < 1e-9, 'a parabola is one of degree 2')
  assert.deepEqual((result.tables['result'] as Table).names, ['time', 'fitted'], 'as long as the input: with its times')
  const coefficients = (result.tables['coefficients'] as Table).numbers('coefficients')
  assert.deepEqual(
    Array.from(coefficients, (one) => Math.round(one * 1e6) / 1e6 + 0),
    [1, 0, 1],
  )
  assert.deepEqual(warnings, [])
  for (const degree of [0, 11, 'two']) {
    const error = await errorOf(kernel.analyze('custom_regression', { inputs: parabola, columns, params: { degree } }))
    assert.equal(error.code, 'invalid-call')
    assert.match(error.message, new RegExp(`degree.*${degree}.*from 1 to 10`))
  }
  assert.equal(
    (await errorOf(kernel.analyze('custom_regression', { inputs: parabola, columns, params: { grade: 2 } }))).code,
    'invalid-call',
  )
  const line = await kernel.analyze('custom_regression', { inputs: table({ level: [1, 2] }), params: { degree: 3 } })
  assert.ok(line.warnings.some(({ message }) => message === 'degree 3 needs more than 2 points'))
})

test('a method that is named and not there is not found, in the words of the plugin; an experimental one is warned about', async (t) => {
  const kernel = await openGuide(t, 'chronos/my-awesome-plugin')
  const error = await errorOf(kernel.analyze('not_yet', { inputs: parabola, columns: { time: 'year' } }))
  assert.equal(error.code, 'not-found')
  assert.equal(error.message, 'Unsupported method: not_yet')
  assert.equal(error.retryable, false)
  const { provides } = await kernel.info('my-awesome-plugin')
  assert.equal(provides?.analysis?.['not_yet']?.category, 'tests')
  assert.equal(provides?.analysis?.['not_yet']?.experimental, true)
})

test('what initialize throws refuses the start with its code', async (t) => {
  const kernel = await openGuide(t, 'chronos/my-awesome-plugin', {
    slots: { fit: { plugin: 'my-awesome-plugin', config: { param1: 'broken' } } },
  })
  const error = await errorOf(kernel.start('fit'))
  assert.equal(error.code, 'invalid-config')
  assert.equal(error.message, 'param1 is broken')
})

test('the moving average of the guide has a window of 10 where none is given, and takes any parameter', async (t) => {
  const kernel = await openGuide(t, 'chronos/moving_average')
  const inputs = table({ time: Array.from({ length: 12 }, (_, i) => new Date(i * 1000)), value: Array.from({ length: 12 }, (_, i) => i) })
  const { result } = await kernel.analyze('moving_average', { inputs })
  assert.deepEqual(result.summary, { window_size: 10 })
  const rows = (await rowsOf(result.tables['result'])) as { time: Date; moving_average: number | null }[]
  assert.deepEqual(
    rows.map(({ moving_average }) => moving_average),
    [...Array.from({ length: 9 }, () => null), 4.5, 5.5, 6.5],
  )
  assert.deepEqual(rows[11]!.time, new Date(11_000))
  const { result: short } = await kernel.analyze('moving_average', {
    inputs: table({ value: [1, 3] }),
    params: { window_size: 2, note: 'any' },
  })
  assert.deepEqual(await rowsOf(short.tables['result']), [{ moving_average: null }, { moving_average: 2 }])
})

test('the data source imports over the host’s fetch from the host of its url, and from no other', async (t) => {
  const asked: string[] = []
  const url = await serve(t, ({ url = '', headers }, response) => {
    asked.push(`${url} ${headers.authorization}`)
    if (url === '/health') response.end('{}')
    else if (url.includes('since=never')) response.writeHead(404).end()
    else
      response.end(
        JSON.stringify([
          { name: 'level', timestamps: [0, '1970-01-01T00:00:01Z'], values: [1, null] },
          { name: 'flow', timestamps: [0, 1000], values: [3, 4] },
        ]),
      )
  })
  const slots = { custom: { plugin: 'custom-source', config: { url, api_key: 'k3y' } }, empty: { plugin: 'custom-source' } }
  const kernel = await openGuide(t, 'chronos/custom-source', { slots })
  const { result, warnings } = await kernel.readSource('custom.source.custom-source', { params: { since: 'monday' } })
  assert.deepEqual(await rowsOf(result), [
    { time: new Date(0), level: 1, flow: 3 },
    { time: new Date(1000), level: null, flow: 4 },
  ])
  assert.deepEqual(asked, ['/custom_format?since=monday Bearer k3y'], 'the key is put in by the host')
  assert.deepEqual(
    warnings.map(({ message }) => message),
    ['one of them is late', '1 row was skipped'],
  )
  assert.deepEqual((await kernel.checkSource('custom.source.custom-source')).result, { connected: true, server_info: 'Http' })
  assert.deepEqual((await kernel.discoverSource('custom.source.custom-source')).result, [
    {
      name: 'levels',
      schema: [
        { name: 'time', type: 'timestamp(ms, UTC)', nullable: false },
        { name: 'level', type: 'float64' },
      ],
      rows: 3,
    },
  ])
  const missing = await errorOf(kernel.readSource('custom.source.custom-source', { params: { since: 'never' } }))
  assert.equal(missing.code, 'not-found')
  const other = await errorOf(kernel.readSource('empty.source.custom-source'))
  assert.equal(other.code, 'invalid-config')
  assert.equal(other.message, 'URL is required')
})

test('the PostgreSQL source asks for a query, and streams what it finds', { timeout: 20_000 }, async (t) => {
  const closed = Promise.withResolvers<void>()
  const onLog = ({ message }: LogRecord) => message.includes('closed') && closed.resolve()
  const slots = {
    db: { plugin: 'postgresql', config: { connection_string: 'postgresql://localhost/levels' } },
    ready: {
      plugin: 'postgresql',
      config: { connection: { url: 'postgresql://localhost/levels' }, options: { query: "station = 'north'" } },
    },
  }
  const kernel = await openGuide(t, 'chronos/postgresql', { slots, onLog: (record) => void onLog(record) })
  const error = await errorOf(kernel.readSource('db.source.postgresql'))
  assert.equal(error.code, 'invalid-config')
  assert.equal(error.message, 'Query is required')
  const north = [
    { station: 'north', time: new Date('2024-01-01'), level: 1 },
    { station: 'north', time: new Date('2024-01-02'), level: null },
  ]
  const all = await kernel.readSource('db.source.postgresql', { params: { query: 'select' } })
  assert.deepEqual(await rowsOf(all.result), [...north, { station: 'south', time: new Date('2024-01-01'), level: 3 }])
  assert.deepEqual(await rowsOf((await kernel.readSource('ready.source.postgresql')).result), north)
  await closed.promise
})

const cells = (rows: number) => {
  const column = Float64Array.from({ length: rows }, (_, i) => i + 1)
  return { x: column, y: column, value: column }
}

test('the heat map of the guide is drawn for 4 to 10000 points with x, y and value', async (t) => {
  const kernel = await openGuide(t, 'chronos/custom-plots')
  const { result } = await kernel.plot('custom_heatmap', { inputs: table(cells(4)), wish: { width: 300, height: 200 } })
  assert.equal(result.mediaType, 'image/svg+xml')
  assert.match(String(result.body), /^<svg [^>]*width="300" height="200"><rect x="1" y="1"/)
  assert.equal(result.alt, 'Heat map of 4 cells')
  for (const [inputs, says] of [
    [table(cells(3)), /has 3 rows; at least 4 are needed/],
    [table(cells(10_001)), /has 10001 rows; at most 10000 are allowed/],
    [table({ x: [1, 2, 3, 4], y: [1, 2, 3, 4] }), /no column for the role 'value'/],
  ] as const) {
    const error = await errorOf(kernel.plot('custom_heatmap', { inputs }))
    assert.equal(error.code, 'invalid-call')
    assert.match(error.message, says)
  }
  assert.ok(await kernel.plot('custom_heatmap', { inputs: table(cells(10_000)) }))
})

test('a plot that needs times is refused without; one the plugin renders is drawn in the format asked for', async (t) => {
  const kernel = await openGuide(t, 'chronos/custom-plots')
  const level = [1, 2, 3, 4]
  const untimed = await errorOf(kernel.plot('timeline', { inputs: table({ level }) }))
  assert.match(untimed.message, /no column for the role 'time'/)
  const timed = await kernel.plot('timeline', { inputs: table({ level, day: level.map((day) => new Date(day * 86_400_000)) }) })
  assert.match(String(timed.result.body), /1970-01-02T00:00:00.000Z/)
  assert.equal(timed.result.alt, 'Timeline of time, level, 4 points')
  const inputs = table({ level })
  assert.match(String((await kernel.plot('drawn_later', { inputs })).result.body), /^<svg .*<text>4 points<\/text>/)
  const html = await kernel.plot('drawn_later', { inputs, wish: { mediaType: 'text/html' } })
  assert.equal(html.result.body, '<!doctype html><p>4 points</p>')
  const ghost = await errorOf(kernel.plot('ghost', { inputs }))
  assert.equal(ghost.code, 'not-found')
  assert.equal(ghost.message, 'Unsupported plot type: ghost')
})

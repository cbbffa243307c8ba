import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fileSource } from '@cardcage/kernel'
import { type Reader, table, type Table } from '@cardcage/plugin'
import { emptyFolder, errorOf, openKernel } from '../host.ts'

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))

/** The plugins of the contract, one of them, in a folder that is not in the repository. */
function hello(t: TestContext, name: string): string {
  const folder = join(emptyFolder(t), name)
  cpSync(join(fixtures, name), folder, { recursive: true })
  return folder
}

async function rowsOf(tables: Table | Reader): Promise<unknown[]> {
  const rows: unknown[] = []
  for await (const one of Symbol.asyncIterator in tables ? tables : [tables]) rows.push(...one)
  return rows
}

test('the analysis of the contract scales numbers, by its default and by a text', async (t) => {
  const kernel = await openKernel(t, { plugins: [hello(t, 'hello-analysis')] })
  const inputs = table({ value: [1, 2, 3] })
  const { result, metadata } = await kernel.analyze('scale', { inputs })
  assert.deepEqual(await rowsOf(result.tables['result']!), [{ value: 2 }, { value: 4 }, { value: 6 }])
  assert.equal(metadata.plugin, 'hello-analysis')
  assert.equal(metadata.isolation, 'L1')
  assert.notEqual(metadata.pid, process.pid)
  const tripled = await kernel.analyze('hello-analysis.analysis.scale', { inputs, params: { by: '3' } })
  assert.deepEqual(await rowsOf(tripled.result.tables['result']!), [{ value: 3 }, { value: 6 }, { value: 9 }])
  assert.equal(tripled.metadata.pid, metadata.pid)
})

test('the moving average of the contract keeps gaps and binds time by its only column of times', async (t) => {
  const kernel = await openKernel(t, { plugins: [hello(t, 'hello-moving-average')] })
  const inputs = table({ day: [new Date(0), new Date(1), new Date(2), new Date(3)], level: [1, null, 3, 5] })
  const { result } = await kernel.analyze('moving_average', { inputs, params: { window_size: 2 } })
  const rows = (await rowsOf(result.tables['moving_average']!)) as { time: Date; level: number }[]
  assert.deepEqual(
    rows.map(({ time }) => time.getTime()),
    [0, 1, 2, 3],
  )
  assert.deepEqual(
    rows.map(({ level }) => level),
    [Number.NaN, Number.NaN, Number.NaN, 4],
  )
  assert.deepEqual(result.summary, { window_size: 2 })
})

test('the moving average of the contract warns of a window larger than the data', async (t) => {
  const kernel = await openKernel(t, { plugins: [hello(t, 'hello-moving-average')] })
  const { result, warnings } = await kernel.analyze('moving_average', { inputs: table({ only: [1, 2] }) })
  assert.deepEqual(warnings, [{ message: 'window_size 10 is larger than the 2 rows: every value is missing' }])
  assert.deepEqual((result.tables['moving_average'] as Table).names, ['only'], 'the only number column is a value, not the optional time')
})

test('the streaming CSV of the contract reads, rejects, and stops at the first reject unless told otherwise', async (t) => {
  const kernel = await openKernel(t, { plugins: [hello(t, 'hello-csv')] })
  const path = join(emptyFolder(t), 'cities.csv')
  writeFileSync(path, 'city;people\nOslo;700\nBergen\nTromsø;80\n')
  const params = { delimiter: ';' }
  const rejects: unknown[] = []
  const { result, warnings } = await kernel.read(await fileSource(path), {
    params,
    onReject: 'leave out',
    reject: (one) => rejects.push(one),
  })
  assert.deepEqual(result.schema, [
    { name: 'city', type: 'utf8' },
    { name: 'people', type: 'utf8' },
  ])
  assert.deepEqual(warnings, [], 'nothing is said before it is read')
  assert.deepEqual(await rowsOf(result), [
    { city: 'Oslo', people: '700' },
    { city: 'Tromsø', people: '80' },
  ])
  assert.deepEqual(rejects, [{ record: 2, bytes: [9, 16], reason: '1 cells, 2 expected', raw: 'Bergen' }])
  assert.deepEqual(warnings, [{ message: '1 record was rejected' }], 'the warnings of a stream come with it')
  const strict = await kernel.read(await fileSource(path), { params })
  const error = await errorOf(rowsOf(strict.result))
  assert.equal(error.code, 'invalid-data')
  assert.match(error.message, /record 2, bytes 9–16: 1 cells, 2 expected/)
  assert.deepEqual(error.at, { slot: 'hello-csv', plugin: 'hello-csv', version: '1.0.0', kind: 'format', operation: 'csv' })
})

test('the CSV of the contract says that an empty file is empty', async (t) => {
  const kernel = await openKernel(t, { plugins: [hello(t, 'hello-csv')] })
  const path = join(emptyFolder(t), 'empty.csv')
  writeFileSync(path, '')
  const error = await errorOf(kernel.read(await fileSource(path)))
  assert.equal(error.code, 'invalid-data')
  assert.equal(error.message, `${path} is empty`)
  assert.equal(error.hint, 'The first line names the columns.')
})

test('the format of the contract reads lines and writes them again', async (t) => {
  const kernel = await openKernel(t, { plugins: [hello(t, 'hello-format')] })
  const path = join(emptyFolder(t), 'poem.lines')
  writeFileSync(path, 'first\nsecond\n')
  const { result } = await kernel.read(await fileSource(path))
  const written = await kernel.write(result, { format: 'copy.lines' })
  const chunks: Uint8Array[] = []
  for await (const chunk of written.result) chunks.push(chunk)
  assert.equal(Buffer.concat(chunks).toString(), 'first\nsecond\n')
})

test('the plots of the contract draw, and the heat map says how many cells and whether weighted', async (t) => {
  const kernel = await openKernel(t, { plugins: [hello(t, 'hello-visualization'), hello(t, 'hello-heatmap')] })
  const { result } = await kernel.plot('bars', { inputs: table({ height: [1, 4] }), wish: { width: 100 } })
  assert.equal(result.alt, '2 bars, highest 4')
  assert.match(String(result.body), /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="100" height="450"><rect x="0" width="49"/)
  const cells = { x: [1, 2, 1, 2], y: [1, 1, 2, 2], value: [1, 2, 3, 4] }
  assert.equal((await kernel.plot('custom_heatmap', { inputs: table(cells) })).result.alt, '4 cells')
  assert.equal((await kernel.plot('custom_heatmap', { inputs: table({ ...cells, weight: [1, 1, 1, 1] }) })).result.alt, '4 cells, weighted')
})

test('the enrichment and the source of the contract fetch through the host', async (t) => {
  const asked: unknown[] = []
  const server = createServer((request, response) => {
    asked.push([request.method, request.url, request.headers.authorization])
    if (request.url === '/users/nobody') response.writeHead(404).end()
    else if (request.url === '/users/broken') response.writeHead(500).end()
    else if (request.url === '/text') response.end('one\ntwo\nthree')
    else response.end(JSON.stringify({ city: 'Kyoto' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const kernel = await openKernel(t, {
    plugins: [hello(t, 'hello-enrichment'), hello(t, 'hello-source')],
    slots: {
      crm: { plugin: 'hello-enrichment', config: { url, api_key: 'sesame' } },
      web: { plugin: 'hello-source', config: { url: `${url}/text` } },
    },
  })
  const { result } = await kernel.enrich('crm', { type: 'user', id: 'a/b' })
  assert.deepEqual(
    { ...result, time: undefined },
    { data: { demographics: { city: 'Kyoto' } }, confidence: 0.8, ttl: 3_600_000, source: 'hello-enrichment', time: undefined },
  )
  assert.ok(!Number.isNaN(Date.parse(result!.time)))
  assert.deepEqual(asked, [['GET', '/users/a%2Fb', 'Bearer sesame']])
  assert.equal((await kernel.enrich('crm', { type: 'user', id: 'nobody' })).result, null)
  const broken = await errorOf(kernel.enrich('crm', { type: 'user', id: 'broken' }))
  assert.equal(broken.code, 'unavailable')
  assert.equal(broken.message, 'CRM answered 500')
  assert.match((await errorOf(kernel.enrich('crm', { type: 'order', id: '1' }))).message, /knows nothing about the subject type 'order'/)

  assert.deepEqual((await kernel.checkSource('lines')).result, { status: 200 })
  assert.deepEqual(asked.at(-1), ['HEAD', '/text', undefined])
  assert.deepEqual(await rowsOf((await kernel.readSource('lines', { limit: 2 })).result), [{ line: 'one' }, { line: 'two' }])
})

test('the handler of the contract counts, logs, and emits under the correlation of its event', async (t) => {
  const kernel = await openKernel(t, { plugins: [hello(t, 'hello-handler')] })
  const emitted = Promise.withResolvers<{ type: string; correlation: string; source: string; data: unknown }>()
  kernel.onEvent('sum.*', (event) => emitted.resolve(event))
  const { event, deliveries } = await kernel.publish({ type: 'order.created', data: { total: 5 }, correlation: 'trip-1' })
  assert.equal(deliveries.length, 1)
  assert.equal(deliveries[0]!.error, undefined)
  const { type, correlation, source, data } = await emitted.promise
  assert.deepEqual(
    { type, correlation, source, data },
    { type: 'sum.changed', correlation: 'trip-1', source: '/cardcage/hello-handler', data: { sum: 5 } },
  )
  assert.ok(
    kernel.lines.some(
      ({ message, fields, slot }) => message === 'order counted' && fields?.['event'] === event.id && slot === 'hello-handler',
    ),
  )
  const misfit = await kernel.publish({ type: 'order.created', data: { total: 'many' } })
  assert.equal(misfit.deliveries[0]!.error?.code, 'invalid-data')
  assert.match(misfit.deliveries[0]!.error.message, /total/)
  assert.deepEqual((await kernel.publish({ type: 'order.shipped', data: {} })).deliveries, [])
})

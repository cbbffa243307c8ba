import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Plugin, PluginError, type Provides, type Reader, type Row, type Source, type SourceCall } from '@cardcage/plugin'
import plugin from './index.ts'

const rows = 2500
const { source = {} } = (plugin as Plugin & { setup(ctx: object): Provides }).setup({ config: { rows } })
const sunspots = source['sunspots'] as Source

async function read(query: object = {}): Promise<{ rows: Row[]; cursors: string[] }> {
  const cursors: string[] = []
  const call = { checkpoint: (cursor: string) => cursors.push(cursor), progress: () => undefined, signal: new AbortController().signal }
  const tables = (await sunspots.read({ params: { seed: 1, gaps: 0.02 }, ...query }, call as unknown as SourceCall)) as Reader
  const all: Row[] = []
  for await (const table of tables) all.push(...table)
  return { rows: all, cursors }
}

test('the same seed gives the same rows, another seed others; some are missing', async () => {
  const first = await read()
  assert.equal(first.rows.length, rows)
  assert.deepEqual((await read()).rows, first.rows)
  assert.notDeepEqual((await read({ params: { seed: 2, gaps: 0.02 } })).rows, first.rows)
  const missing = first.rows.filter((row) => row['sunspots'] === null).length
  assert.ok(missing > rows * 0.01 && missing < rows * 0.03, `${missing} missing`)
})

test('reading on from any cursor gives exactly the rest', async () => {
  const { rows: all, cursors } = await read()
  assert.deepEqual(cursors, ['1000', '2000', '2500'])
  for (const cursor of cursors) assert.deepEqual((await read({ cursor })).rows, all.slice(Number(cursor)))
  assert.deepEqual((await read({ limit: 7, cursor: '1000' })).rows, all.slice(1000, 1007))
})

test('says what there is, and that it can be reached', async () => {
  const streams = await sunspots.discover!({} as SourceCall)
  assert.deepEqual(
    streams.map(({ name }) => name),
    ['daily', 'monthly'],
  )
  assert.deepEqual(await sunspots.check!({} as SourceCall), { streams: 2, rows })
  for (const { name, schema } of streams) {
    const tables = (await sunspots.read({ stream: name, params: { seed: 1, gaps: 0 } }, {} as SourceCall)) as Reader
    assert.deepEqual(tables.schema, schema)
  }
  const [, second] = (await read({ stream: 'monthly', limit: 2 })).rows
  assert.equal(Number(second!['time']), Date.UTC(1991, 0, 31))
})

test('an unknown stream or cursor is refused', async () => {
  await assert.rejects(read({ stream: 'weekly' }), (error) => PluginError.is(error) && error.code === 'not-found')
  await assert.rejects(read({ cursor: '-1' }), (error) => PluginError.is(error) && error.code === 'invalid-call')
})

import assert from 'node:assert/strict'
import test from 'node:test'
import type { Reader } from '@cardcage/plugin'
import { errorOf, kernelOf } from '../host.ts'

const code = `export default definePlugin({ setup: (ctx) => ({ source: {
  days: source({
    params: z.object({ from: z.int().default(1) }),
    check: () => ({ days: 20 }),
    discover: () => [{ name: 'days', rows: 20, key: ['day'], resumable: true }],
    async read({ cursor, limit, filter, columns, params }, call) {
      const first = cursor === undefined ? params.from : Number(cursor) + 1
      ctx.log.info('asked', { limit: limit ?? null })
      const fields = [{ name: 'day', type: 'int32' }, { name: 'name', type: 'utf8', nullable: true }]
      return reader(fields, (async function* () {
        try {
          for (let day = first; day <= 20; day += 5) {
            const days = Array.from({ length: Math.min(5, 21 - day) }, (_, i) => day + i)
            yield table({ day: Int32Array.from(days), name: days.map((n) => (n % 7 === 0 ? null : 'day ' + n)) }, fields)
            call.checkpoint(String(days.at(-1)))
          }
        } finally {
          ctx.log.info('left')
        }
      })())
    },
  }),
  strict: source({ read: ({ columns = ['a', 'b', 'c'] }) => table({ a: [1, 2, 3], b: ['x', 'y', 'x'], c: [7, 8, 9] }).select(...columns) }),
  plain: source({ read: ({ limit = 3 }) => table({ n: Array.from({ length: limit }, (_, i) => i) }) }),
} }) })`

async function columnOf(tables: Reader, name: string): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const one of tables) values.push(...one.column(name))
  return values
}

test('a source is read with cursor, checkpoints, limit, filter and columns; what it gives too much is left out', async (t) => {
  const kernel = await kernelOf(t, { calendar: { code } })
  const read = (request: Parameters<typeof kernel.readSource>[1]) => kernel.readSource('days', request)
  const checkpoints: string[] = []
  assert.deepEqual(
    await columnOf((await read({ params: { from: '4' }, onCheckpoint: (cursor) => checkpoints.push(cursor) })).result, 'day'),
    Array.from({ length: 17 }, (_, i) => i + 4),
  )
  assert.deepEqual(checkpoints, ['8', '13', '18', '20'])
  assert.deepEqual(await columnOf((await read({ cursor: '18' })).result, 'day'), [19, 20], 'goes on after the checkpoint')
  assert.deepEqual(await columnOf((await read({ limit: 7 })).result, 'day'), [1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual(await columnOf((await read({ limit: 0 })).result, 'day'), [])
  const filtered = await read({
    limit: 2,
    filter: [
      { column: 'day', is: '>', value: 5 },
      { column: 'name', is: 'contains', value: '1' },
    ],
    columns: ['name'],
  })
  assert.deepEqual(
    filtered.result.schema.map(({ name }) => name),
    ['name'],
  )
  assert.deepEqual(await columnOf(filtered.result, 'name'), ['day 10', 'day 11'], 'the limit counts rows the filter leaves')
  const asked = kernel.lines.findLast(({ message }) => message === 'asked')!.fields!
  assert.equal(asked['limit'], null, 'a source that ignores the filter must not stop too soon')
  assert.deepEqual(await columnOf((await read({ filter: [{ column: 'name', is: 'null' }] })).result, 'day'), [7, 14])
  assert.deepEqual(
    await columnOf((await read({ filter: [{ column: 'name', is: '!=', value: 'day 1' }], limit: 6 })).result, 'day'),
    [2, 3, 4, 5, 6, 8],
    'a null matches nothing',
  )
  assert.deepEqual(
    await columnOf((await read({ filter: [{ column: 'day', is: 'in', value: [3n, 9, 30] }] })).result, 'day'),
    [3, 9],
    'also what JSON cannot say',
  )
  assert.deepEqual(await columnOf((await kernel.readSource('plain', { limit: 2 })).result, 'n'), [0, 1])

  const strict = await kernel.readSource('strict', { columns: ['c', 'a'], filter: [{ column: 'b', is: '=', value: 'x' }] })
  assert.deepEqual(
    strict.result.schema.map(({ name }) => name),
    ['c', 'a'],
    'one that gives just what it is asked for is asked for the column of the filter, too',
  )
  assert.deepEqual(await columnOf(strict.result, 'c'), [7, 9])

  assert.equal((await errorOf(read({ limit: -1 }))).code, 'invalid-call')
  const unknown = await errorOf(read({ columns: ['dya'] }))
  assert.equal(unknown.message, "There is no column 'dya'")
  assert.deepEqual(unknown.at, { slot: 'calendar', plugin: 'calendar', version: '1.0.0', kind: 'source', operation: 'days' })
  assert.deepEqual((await kernel.checkSource('days')).result, { days: 20 })
  assert.deepEqual((await kernel.discoverSource('days')).result, [{ name: 'days', rows: 20, key: ['day'], resumable: true }])
})

test('a stream that is left early ends its generator and frees the slot, as does one whose selection is refused', async (t) => {
  const endless = `export default definePlugin({ setup: (ctx) => ({ source: { endless: source({ read() {
    return reader([{ name: 'n', type: 'float64' }], (async function* () {
      try { for (;;) yield table({ n: new Float64Array(1000) }) } finally { ctx.log.info('left') }
    })())
  } }) } }) })`
  const kernel = await kernelOf(
    t,
    { endless: { code: endless } },
    { slots: { endless: { plugin: 'endless', policy: { concurrency: 1 } } } },
  )
  for (let round = 0; round < 3; round++) {
    const { result } = await kernel.readSource('endless.source.endless', { timeout: 10_000 })
    for await (const one of result) {
      assert.equal(one.numRows, 1000)
      break
    }
    assert.equal(
      (await errorOf(kernel.readSource('endless.source.endless', { columns: ['nothing'], timeout: 10_000 }))).code,
      'invalid-call',
    )
  }
  assert.equal((await columnOf((await kernel.readSource('endless.source.endless', { limit: 3, timeout: 10_000 })).result, 'n')).length, 3)
  await kernel.stop()
  assert.equal(kernel.lines.filter(({ message }) => message === 'left').length, 7, 'its finally has run every time')
})

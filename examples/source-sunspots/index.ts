import { definePlugin, type Field, PluginError, reader, type Reader, source, type SourceCall, table } from '@cardcage/plugin'
import { z } from 'zod'
import { sunspots } from './sunspots.ts'

const streams = { daily: 1, monthly: 30 } as const
const batchRows = 1000
const schema: readonly Field[] = [
  { name: 'time', type: 'timestamp(ms, UTC)', nullable: false },
  { name: 'sunspots', type: 'float64', metadata: { title: 'sunspot number' } },
]

export default definePlugin({
  config: z.object({ rows: z.int().min(1).max(10_000_000).default(4018).describe('Rows of each stream') }),
  setup: (ctx) => ({
    source: {
      sunspots: source({
        title: 'Made-up sunspots',
        description: 'A signal with a period of eleven years, noise and gaps; the same seed gives the same rows.',
        params: z.object({
          seed: z
            .int()
            .min(0)
            .max(2 ** 31 - 1)
            .default(1)
            .describe('Another seed, another signal'),
          gaps: z.number().min(0).max(1).default(0.02).describe('Share of missing values'),
        }),
        check: () => ({ streams: Object.keys(streams).length, rows: ctx.config.rows }),
        discover: () => Object.keys(streams).map((name) => ({ name, schema, rows: ctx.config.rows, key: ['time'], resumable: true })),
        read({ stream = 'daily', limit = Infinity, cursor, params }, call) {
          if (!Object.hasOwn(streams, stream)) {
            const hint = `There are ${Object.keys(streams).join(' and ')}.`
            throw new PluginError('not-found', `There is no stream '${stream}'`, { hint })
          }
          const from = firstRow(cursor)
          const to = Math.min(ctx.config.rows, from + limit)
          return read(from, to, streams[stream as keyof typeof streams], params, call)
        },
      }),
    },
  }),
})

/** Rows `from` to `to` in batches; after each, a cursor from which a later read can go on. */
function read(from: number, to: number, days: number, { seed, gaps }: { seed: number; gaps: number }, call: SourceCall): Reader {
  async function* batches() {
    for (let at = from; at < to; at += batchRows) {
      call.signal.throwIfAborted()
      const rows = Array.from({ length: Math.min(batchRows, to - at) }, (_, i) => at + i)
      const time = rows.map((row) => new Date(Date.UTC(1991, 0, 1) + row * days * 86_400_000))
      yield table({ time, sunspots: rows.map((row) => sunspots(row, days, seed, gaps)) }, schema)
      call.checkpoint(String(at + rows.length))
      call.progress((at + rows.length - from) / (to - from))
    }
  }
  return reader(schema, batches(), { schema: 'declared', rows: Math.max(0, to - from) })
}

function firstRow(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  if (/^\d{1,15}$/u.test(cursor)) return Number(cursor)
  throw new PluginError('invalid-call', `'${cursor}' is no cursor of this source`, {
    hint: 'Give the last one it reported, or none to begin anew.',
  })
}

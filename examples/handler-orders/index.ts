import { definePlugin, handler } from '@cardcage/plugin'
import { z } from 'zod'

/** Kept under one key, so that count, sum and the events already counted never disagree. */
type Totals = { count: number; sum: number; seen: string[] }

const remembered = 1000

export default definePlugin({
  setup: (ctx) => ({
    handler: {
      'order.created': handler({
        title: 'Order totals',
        description: 'Adds up the totals of orders and says so with `sum.changed`; an event delivered twice counts once.',
        data: z.object({ total: z.number().describe('Of the order, in its currency') }),
        async handle({ id, data }, call) {
          const { count, sum } = await ctx.state.update<Totals>('totals', (old = { count: 0, sum: 0, seen: [] }) =>
            old.seen.includes(id) ? old : { count: old.count + 1, sum: old.sum + data.total, seen: [...old.seen, id].slice(-remembered) },
          )
          call.log.info('order counted', { event: id, count, sum })
          ctx.emit('sum.changed', { count, sum })
        },
      }),
    },
  }),
})

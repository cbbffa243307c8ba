import { definePlugin, handler, type PluginContext } from '@cardcage/plugin'
import { z } from 'zod'

const addUp = (ctx: PluginContext) =>
  handler({
    data: z.object({ total: z.number().min(0) }),
    async handle({ id, data }, call) {
      const sum = await ctx.state.update<number>('sum', (before = 0) => before + data.total)
      call.log.info('order counted', { event: id, sum })
      ctx.emit('sum.changed', { sum })
    },
  })

export default definePlugin({ setup: (ctx) => ({ handler: { 'order.created': addUp(ctx) } }) })

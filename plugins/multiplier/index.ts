import { definePlugin, operation, table } from '@cardcage/plugin'
import { z } from 'zod'

export default definePlugin({
  config: z.object({ multiplier: z.number().default(2).describe('Factor') }),
  setup: (ctx) => ({
    analysis: {
      multiply: operation({
        title: 'Multiply',
        description: 'Every value times the configured factor; a missing value stays missing.',
        category: 'arithmetic',
        inputs: { series: { columns: { value: { type: 'number', description: 'What is multiplied' } } } },
        run({ series }) {
          const factor = ctx.config.multiplier
          const value = Array.from(series.numbers('value'), (x) => (Number.isNaN(x) ? null : x * factor))
          const { metadata } = series.column('value').field
          return table({ value }, [{ name: 'value', type: 'float64', nullable: true, ...(metadata ? { metadata } : {}) }])
        },
      }),
    },
  }),
})

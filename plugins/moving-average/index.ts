import { movingMean } from '@cardcage/numeric'
import { definePlugin, type Field, operation, table } from '@cardcage/plugin'
import { z } from 'zod'

export default definePlugin({
  setup: () => ({
    analysis: {
      moving_average: operation({
        title: 'Moving average',
        description: 'Mean of each value and those before it; a window that touches a gap is missing.',
        category: 'statistical',
        inputs: {
          data: {
            columns: {
              time: { type: 'ordered', optional: true, description: 'Carried over unchanged' },
              values: { type: 'number', many: true, description: 'Averaged one by one' },
            },
            minRows: 1,
          },
        },
        params: z.object({ window_size: z.int().min(1).default(10).describe('Rows per window') }),
        run({ data }, { window_size }, call) {
          if (window_size > data.numRows) {
            call.warn(`window_size ${window_size} is larger than the ${data.numRows} rows: every value is missing`)
          }
          const columns: Record<string, ArrayLike<unknown>> = {}
          for (const name of data.names) {
            columns[name] = name === 'time' ? data.column(name) : missing(movingMean(data.numbers(name), window_size))
          }
          const fields = data.schema.map((field) => (field.name === 'time' ? field : averaged(field, window_size)))
          return { tables: { moving_average: table(columns, fields) }, summary: { window_size } }
        },
      }),
    },
  }),
})

function missing(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : value))
}

/** The field of an average: its unit stays, its title says what it is. */
function averaged({ name, metadata }: Field, window: number): Field {
  const title = `${window}-row mean of ${metadata?.['title'] ?? metadata?.['source'] ?? name}`
  return { name, type: 'float64', nullable: true, metadata: { ...metadata, title } }
}

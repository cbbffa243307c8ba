import { definePlugin, source, table } from '@cardcage/plugin'
import { z } from 'zod'

const squares = source({
  title: 'Squares',
  params: z.object({ rows: z.int().min(0).max(1_000_000).default(10).describe('How many') }),
  read({ params, limit = Infinity }) {
    const n = Float64Array.from({ length: Math.min(params.rows, limit) }, (_, i) => i + 1)
    return table({ n, square: n.map((x) => x * x) })
  },
})

export default definePlugin({ setup: () => ({ source: { squares } }) })

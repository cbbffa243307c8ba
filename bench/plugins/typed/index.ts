import { definePlugin, operation } from '@cardcage/plugin'
import { z } from 'zod'

/** Returns its params after the checks. */
const echo = operation({
  inputs: {},
  params: z.object({
    series: z.string(),
    from: z.string(),
    to: z.string(),
    window: z.number().int().min(1).default(10),
    weights: z.array(z.number()),
    note: z.string().default(''),
  }),
  run: (_, params) => ({ summary: params }),
})

export default definePlugin({ setup: () => ({ analysis: { echo } }) })

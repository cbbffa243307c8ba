import { definePlugin, operation, table } from '@cardcage/plugin'
import { z } from 'zod'

const scale = operation({
  title: 'Scale',
  inputs: { data: { columns: { value: 'number' }, minRows: 1 } },
  params: z.object({ by: z.number().default(2).describe('Factor') }),
  run: ({ data }, { by }) => table({ value: data.numbers('value').map((x) => x * by) }),
})

export default definePlugin({ setup: () => ({ analysis: { scale } }) })

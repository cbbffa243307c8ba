import { z } from 'zod'

/** Params of the format `ndjson`. */
export const ndjsonParams = z.object({
  infer: z
    .enum(['sample', 'full'])
    .default('sample')
    .describe('Where columns and their types come from: the first MiB, or all of the data, which is then read twice.'),
  max_record_bytes: z
    .int()
    .min(1024)
    .max(2 ** 28)
    .default(16 * 2 ** 20)
    .describe('Longest line in bytes; a longer one is a reject.'),
})

/** What the params are once checked. */
export type NdjsonParams = z.output<typeof ndjsonParams>

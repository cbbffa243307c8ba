import { z } from 'zod'

const oneByte = /^(auto|tab|\\t|[^"\r\n\u0080-\uffff])$/

/** Params of the formats `csv` and `tsv`; they differ in the default delimiter only. */
export function delimitedParams(delimiter: ',' | 'tab') {
  return z.object({
    delimiter: z
      .string()
      .regex(oneByte)
      .default(delimiter)
      .describe(
        'What stands between cells: one ASCII character, `tab`, or `auto` to look at the first lines for , ; tab |. `auto` writes commas.',
      ),
    quote: z
      .string()
      .regex(/^[^\r\n\u0080-\uffff]?$/)
      .default('"')
      .describe('What encloses cells that hold delimiters or line ends; empty where quotes are ordinary text.'),
    header: z.boolean().default(true).describe('The first record names the columns; without it they are `col_1`, `col_2` …'),
    null_values: z
      .union([z.string(), z.array(z.string())])
      .default([])
      .describe('Unquoted texts that mean a missing value, as the empty cell always does. A quoted empty cell is the empty text.'),
    nan: z
      .string()
      .default('')
      .describe('How NaN is written; empty makes it a missing cell. When reading, this text is NaN besides `NaN` and `nan`.'),
    line_end: z.enum(['lf', 'crlf']).default('lf').describe('Line end to write.'),
    infer: z
      .enum(['sample', 'full'])
      .default('sample')
      .describe('Where column types come from: the first MiB, or all of the data, which is then read twice.'),
    max_record_bytes: z
      .int()
      .min(1024)
      .max(2 ** 28)
      .default(16 * 2 ** 20)
      .describe('Longest record in bytes; a longer one is a reject.'),
  })
}

/** What the params are once checked. */
export type DelimitedParams = z.output<ReturnType<typeof delimitedParams>>

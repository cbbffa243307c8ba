import { definePlugin, format } from '@cardcage/plugin'
import type { Format } from '@cardcage/plugin'
import { delimitedParams } from './params.ts'
import { probeDelimited } from './probe.ts'
import { readDelimited } from './read.ts'
import { writeDelimited } from './write.ts'

export default definePlugin({
  setup: () => ({
    format: {
      csv: delimited(
        ',',
        'Comma-separated values',
        'Delimited text as in RFC 4180; types are inferred, records that do not fit are rejects.',
        ['.csv'],
        ['text/csv'],
      ),
      tsv: delimited('tab', 'Tab-separated values', 'As csv, delimited by tabs.', ['.tsv', '.tab'], ['text/tab-separated-values']),
    },
  }),
})

function delimited(
  delimiter: ',' | 'tab',
  title: string,
  description: string,
  extensions: readonly `.${string}`[],
  mediaTypes: readonly string[],
): Format {
  return format({
    title,
    description,
    extensions,
    mediaTypes,
    params: delimitedParams(delimiter),
    probe: (head, name) => probeDelimited(head, name, delimiter, extensions),
    read: readDelimited,
    write: writeDelimited,
  })
}

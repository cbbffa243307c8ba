import { definePlugin, format } from '@cardcage/plugin'
import { ndjsonParams } from './params.ts'
import { probeNdjson } from './probe.ts'
import { readNdjson } from './read.ts'
import { writeNdjson } from './write.ts'

export default definePlugin({
  setup: () => ({
    format: {
      ndjson: format({
        title: 'JSON lines',
        description: 'One JSON object per line; columns and types are inferred, records that do not fit are rejects.',
        extensions: ['.ndjson', '.jsonl'],
        mediaTypes: ['application/x-ndjson', 'application/jsonl'],
        params: ndjsonParams,
        probe: probeNdjson,
        read: readNdjson,
        write: writeNdjson,
      }),
    },
  }),
})

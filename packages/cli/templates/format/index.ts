import { definePlugin, format, lines as linesOf, reader, table } from '@cardcage/plugin'
import { z } from 'zod'

const schema = [{ name: 'line', type: 'utf8' }]

const lines = format({
  extensions: ['.{{name}}'],
  params: z.object({ comment: z.string().min(1).default('#').describe('Lines that begin so are left out') }),
  read: (source, { params }) => reader(schema, rows(linesOf(source), params.comment), { schema: 'embedded' }),
  async *write(tables) {
    for await (const rows of tables)
      yield new TextEncoder().encode(Array.from(rows.column('line'), (line) => `${line as string}\n`).join(''))
  },
})

async function* rows(batches: AsyncIterable<readonly string[]>, comment: string) {
  for await (const batch of batches) yield table({ line: batch.filter((line) => !line.startsWith(comment)) }, schema)
}

export default definePlugin({ setup: () => ({ format: { lines } }) })

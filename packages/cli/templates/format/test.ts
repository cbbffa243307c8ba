import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKernel } from '@cardcage/kernel'
import { type ByteSource, type Value, reader, table } from '@cardcage/plugin'

const bytes = (text: string): ByteSource => ({
  name: 'a.{{name}}',
  stream: async function* () {
    yield new TextEncoder().encode(text)
  },
})

test('lines are rows, comments are not', async () => {
  await using kernel = await createKernel({ plugins: [import.meta.dirname] })
  const { result } = await kernel.read(bytes('one\n# not this\ntwo\n'), { format: '{{name}}.format.lines' })
  const read: Value[] = []
  for await (const rows of result) read.push(...rows.column('line'))
  assert.deepEqual(read, ['one', 'two'])
})

test('rows are written as lines', async () => {
  await using kernel = await createKernel({ plugins: [import.meta.dirname] })
  const rows = table({ line: ['one', 'two'] })
  const { result } = await kernel.write(reader(rows.schema, [rows]), { format: '{{name}}.format.lines' })
  const written: Uint8Array[] = []
  for await (const chunk of result) written.push(chunk)
  assert.equal(Buffer.concat(written).toString(), 'one\ntwo\n')
})

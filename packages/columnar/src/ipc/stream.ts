import { PluginError, reader } from '@cardcage/plugin/internal'
import type { ByteSource, Reader, Table } from '@cardcage/plugin'
import { ByteQueue } from './byte-queue.ts'
import { damaged } from './damaged.ts'
import { readRecordBatch } from './decode-table.ts'
import { encodeTable } from './encode-table.ts'
import { endOfStream, headers, type Message, readMetadata } from './message.ts'
import { encodeSchema, readSchemaMessage } from './schema.ts'
import { unsupported } from './type-code.ts'

/**
 * Tables as an Arrow IPC stream (`application/vnd.apache.arrow.stream`), batch by batch. The bytes are the tables' own buffers: they must
 * not be changed.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
export async function* writeStream(tables: Reader): AsyncGenerator<Uint8Array, void, undefined> {
  yield encodeSchema(tables.schema)
  for await (const table of tables) yield* encodeTable(table)
  yield endOfStream
}

/**
 * Read an Arrow IPC stream batch by batch: holds one chunk of the source and one batch. Resolves once the schema is read.
 *
 * @throws {PluginError} here and while iterating: `invalid-data` if it is damaged or cut, `unsupported` for compressed or
 * dictionary-encoded streams, `limit-exceeded` for a batch over 2 GiB
 */
export async function readStream(source: ByteSource): Promise<Reader> {
  return readMessages(new ByteQueue(source.stream(), source.name))
}

/** Read the messages of a stream from where a queue stands. */
export async function readMessages(queue: ByteQueue): Promise<Reader> {
  try {
    const first = await nextMessage(queue)
    if (!first) throw damaged('it has no schema')
    const schema = readSchemaMessage(first.message)
    return reader(schema, readBatches(queue, schema), { schema: 'embedded' })
  } catch (error) {
    await queue.close()
    throw error
  }
}

async function* readBatches(queue: ByteQueue, schema: Reader['schema']): AsyncGenerator<Table, void, undefined> {
  try {
    for (let next = await nextMessage(queue); next; next = await nextMessage(queue)) {
      if (next.message.header === headers.dictionaryBatch) throw unsupported('*', 'dictionary-encoded')
      yield readRecordBatch(next.message, next.body, schema)
    }
  } finally {
    await queue.close()
  }
}

const maxMetadataBytes = 1 << 26
const maxBodyBytes = 0x7fffffff

async function nextMessage(queue: ByteQueue): Promise<{ readonly message: Message; readonly body: Uint8Array } | undefined> {
  let length = int32Of(await queue.take(4, true))
  // Before version 0.15 a message had no mark before its length.
  if (length === -1) length = int32Of(await queue.take(4))
  if (length === 0) return undefined
  if (length < 0 || length > maxMetadataBytes)
    throw damaged(`at byte ${queue.offset}, where the length of a message should be, stands ${length}`)
  const message = readMetadata((await queue.take(length))!)
  if (message.bodyLength > maxBodyBytes) {
    throw new PluginError(
      'limit-exceeded',
      `The batch at byte ${queue.offset} has ${message.bodyLength} bytes; more than 2 GiB cannot be read at once`,
      {
        hint: 'Write it in smaller batches.',
      },
    )
  }
  return { message, body: (await queue.take(message.bodyLength))! }
}

function int32Of(bytes: Uint8Array | undefined): number {
  return bytes ? new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true) : 0
}

import { PluginError, reader } from '@cardcage/plugin/internal'
import type { ByteSource, Fields, Reader, Table } from '@cardcage/plugin'
import { ByteQueue } from './byte-queue.ts'
import { damaged } from './damaged.ts'
import { readRecordBatch } from './decode-table.ts'
import { encodeTable } from './encode-table.ts'
import { FlatReader } from './flatbuffer-reader.ts'
import { messageHead, writeFlatbuffer } from './flatbuffer-writer.ts'
import { endOfStream, readMetadata } from './message.ts'
import { encodeSchema, readSchema, schemaNode } from './schema.ts'
import { readMessages } from './stream.ts'
import { unsupported } from './type-code.ts'

/** Where a batch lies in a file. */
interface Block {
  readonly offset: number
  /** Head and metadata of its message. */
  readonly metadataLength: number
  readonly bodyLength: number
}

const magic = new TextEncoder().encode('ARROW1')
const footerEnd = 4 + magic.length

/**
 * Tables as an Arrow IPC file (`application/vnd.apache.arrow.file`, also known as Feather version 2), batch by batch. The bytes are the
 * tables' own buffers: they must not be changed.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
 */
export async function* writeFile(tables: Reader): AsyncGenerator<Uint8Array, void, undefined> {
  const blocks: Block[] = []
  const head = new Uint8Array(8)
  head.set(magic)
  yield head
  const schema = encodeSchema(tables.schema)
  yield schema
  let offset = head.length + schema.length
  for await (const table of tables) {
    const parts = encodeTable(table)
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    const metadataLength = parts[0]!.length
    blocks.push({ offset, metadataLength, bodyLength: length - metadataLength })
    offset += length
    yield* parts
  }
  yield endOfStream
  yield footerOf(tables.schema, blocks)
}

/**
 * Read an Arrow IPC file batch by batch: by its footer where the source has `readAt` and `size`, else as the stream it contains. Resolves
 * once the schema is read.
 *
 * @throws {PluginError} here and while iterating: `invalid-data` if it is damaged or cut, `unsupported` for compressed or
 * dictionary-encoded files, `limit-exceeded` for a batch over 2 GiB
 */
export async function readFile(source: ByteSource): Promise<Reader> {
  if (source.readAt && source.size !== undefined) return readByFooter(source.name, source.size, source.readAt.bind(source))
  const queue = new ByteQueue(source.stream(), source.name)
  try {
    checkMagic((await queue.take(8))!, source.name)
  } catch (error) {
    await queue.close()
    throw error
  }
  return readMessages(queue)
}

type ReadAt = NonNullable<ByteSource['readAt']>

async function readByFooter(name: string, size: number, readAt: ReadAt): Promise<Reader> {
  const exactly: ReadAt = async (offset, length) => {
    if (offset < 0 || offset + length > size) throw damaged(`${name} has ${size} bytes and should have some at ${offset + length}`)
    const bytes = await readAt(offset, length)
    if (bytes.length !== length) throw damaged(`${name} gave ${bytes.length} bytes at ${offset}, not ${length}`)
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  }
  if (size < 8 + footerEnd) throw damaged(`${name} has only ${size} bytes`)
  checkMagic(await exactly(0, 8), name)
  const tail = await exactly(size - footerEnd, footerEnd)
  checkMagic(tail.subarray(4), name)
  const length = new DataView(tail.buffer, tail.byteOffset, 4).getInt32(0, true)
  if (length <= 0 || length > size - 8 - footerEnd) throw damaged(`the footer of ${name} should have ${length} bytes`)
  const flat = new FlatReader(await exactly(size - footerEnd - length, length))
  const footer = flat.root()
  const schema = footer.object(1)
  if (!schema) throw damaged(`${name} has no schema`)
  const fields = readSchema(schema)
  if (footer.structs(2, blockBytes).length > 0) throw unsupported('*', 'dictionary-encoded')
  const { at, length: count } = footer.structs(3, blockBytes)
  const blocks = Array.from({ length: count }, (_, i) => readBlock(flat, at + i * blockBytes))
  return reader(fields, readBlocks(blocks, fields, exactly), { schema: 'embedded' })
}

async function* readBlocks(blocks: readonly Block[], fields: Fields, readAt: ReadAt): AsyncGenerator<Table, void, undefined> {
  for (const block of blocks) {
    const { offset, metadataLength, bodyLength } = block
    if (metadataLength < 4 || bodyLength > 0x7fffffff)
      throw new PluginError('limit-exceeded', `The batch at byte ${offset} is of ${bodyLength} bytes`)
    const bytes = await readAt(offset, metadataLength + bodyLength)
    const marked = bytes[0] === 0xff && bytes[1] === 0xff && bytes[2] === 0xff && bytes[3] === 0xff
    const message = readMetadata(bytes.subarray(marked ? messageHead : 4, metadataLength))
    yield readRecordBatch(message, bytes.subarray(metadataLength), fields)
  }
}

const blockBytes = 24

function readBlock(flat: FlatReader, at: number): Block {
  return { offset: flat.size(at), metadataLength: flat.int32(at + 8), bodyLength: flat.size(at + 16) }
}

function footerOf(schema: Fields, blocks: readonly Block[]): Uint8Array {
  // The metadata length is an int32 followed by four bytes of padding: as a small little-endian int64 it is the same bytes.
  const int64s = blocks.flatMap((block) => [block.offset, block.metadataLength, block.bodyLength])
  const footer = writeFlatbuffer({
    object: [
      { slot: 0, bytes: 2, value: 4 },
      { slot: 1, node: schemaNode(schema) },
      { slot: 2, node: { int64s: [], perStruct: 3 } },
      { slot: 3, node: { int64s, perStruct: 3 } },
    ],
  }).subarray(messageHead)
  const bytes = new Uint8Array(footer.length + footerEnd)
  bytes.set(footer)
  new DataView(bytes.buffer).setInt32(footer.length, footer.length, true)
  bytes.set(magic, footer.length + 4)
  return bytes
}

function checkMagic(bytes: Uint8Array, name: string): void {
  if (magic.every((byte, i) => bytes[i] === byte)) return
  throw new PluginError('invalid-data', `${name} is not an Arrow file: it does not begin and end with ARROW1`, {
    hint: 'An Arrow stream has no such mark: read it as a stream. A file that was cut off has lost its end.',
  })
}

import { damaged } from './damaged.ts'
import { FlatReader, type FlatObject } from './flatbuffer-reader.ts'
import { type FlatNode, messageHead, writeFlatbuffer } from './flatbuffer-writer.ts'

/** Values of `MessageHeader` in Arrow's `Message.fbs`. */
export const headers = { schema: 1, dictionaryBatch: 2, recordBatch: 3 } as const

/** The end of a stream: a message without metadata. */
export const endOfStream: Uint8Array = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)

/** A message in front of its body: mark, length of the metadata, metadata. */
export function writeMessage(header: keyof typeof headers, content: FlatNode, bodyLength: number): Uint8Array {
  const bytes = writeFlatbuffer({
    object: [
      { slot: 0, bytes: 2, value: metadataV5 },
      { slot: 1, bytes: 1, value: headers[header] },
      { slot: 2, node: content },
      { slot: 3, bytes: 8, value: bodyLength },
    ],
  })
  const view = new DataView(bytes.buffer)
  view.setInt32(0, -1, true)
  view.setInt32(4, bytes.length - messageHead, true)
  return bytes
}

/** What a message says of itself. */
export interface Message {
  readonly header: number
  readonly content: FlatObject
  readonly bodyLength: number
}

/** Read the metadata of a message, without its head. @throws `invalid-data` */
export function readMetadata(metadata: Uint8Array): Message {
  const message = new FlatReader(metadata).root()
  if (message.int16(0, 0) < metadataV4) throw damaged('it has a version before 1.0 of the format')
  const content = message.object(2)
  if (!content) throw damaged('it has no content')
  return { header: message.uint8(1, 0), content, bodyLength: message.size(3) }
}

/** Take one whole message apart. @throws `invalid-data` if bytes are missing or left over. */
export function splitMessage(bytes: Uint8Array): { readonly metadata: Uint8Array; readonly body: Uint8Array } {
  if (bytes.length < messageHead) throw damaged(`it has ${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, messageHead)
  const length = view.getInt32(4, true)
  if (view.getInt32(0, true) !== -1) throw damaged('it does not begin with its mark')
  if (length <= 0 || length > bytes.length - messageHead) throw damaged('its metadata is longer than it')
  // Not `subarray`: of a Buffer it is a Buffer, whose `slice` does not copy.
  const part = (from: number, to: number): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from)
  return { metadata: part(messageHead, messageHead + length), body: part(messageHead + length, bytes.length) }
}

const metadataV4 = 3
const metadataV5 = 4

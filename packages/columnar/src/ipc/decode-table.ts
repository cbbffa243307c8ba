import { isAscii, isUtf8 } from 'node:buffer'
import { bitBytes, type Buffers, fixedLayout, type ParsedType, parseType, tableOf, Vector } from '@cardcage/plugin/internal'
import type { Fields, Table } from '@cardcage/plugin'
import { damaged } from './damaged.ts'
import type { FlatReader } from './flatbuffer-reader.ts'
import { headers, type Message, readMetadata, splitMessage } from './message.ts'
import { unsupported } from './type-code.ts'

/** Rows of a batch, or items of a list in it. */
const maxLength = 0x7fffffff
/** Values of a vector that takes no bytes (of type null, or a struct without fields): its length is a mere claim. */
const maxUnbacked = 1 << 24

/**
 * The table of one record batch message of unknown origin. Its columns are views of `bytes`, which must not change any more; where
 * `bytes` does not lie at a multiple of 8 its body is copied once.
 *
 * @throws {PluginError} `invalid-data` if it is damaged or does not fit the fields, `unsupported` if it is compressed
 */
export function decodeTable(bytes: Uint8Array, fields: Fields): Table {
  const { metadata, body } = splitMessage(bytes)
  return readRecordBatch(readMetadata(metadata), body, fields)
}

/** The table of a record batch whose metadata were read. */
export function readRecordBatch(message: Message, body: Uint8Array, fields: Fields): Table {
  if (message.header !== headers.recordBatch) throw damaged(`a record batch is expected, not a message of kind ${message.header}`)
  if (message.bodyLength !== body.length) throw damaged(`its body has ${body.length} bytes, not ${message.bodyLength}`)
  if (message.content.object(3)) throw unsupported('*', 'compressed')
  const numRows = message.content.size(0)
  const reader = new BatchReader(message, body.byteOffset % 8 === 0 ? body : body.slice())
  const vectors = fields.map((field) => {
    const vector = reader.vector(parseType(field.type), field.name)
    if (vector.length !== numRows) throw damaged(`its column '${field.name}' has ${vector.length} rows, not ${numRows}`)
    if (field.nullable === false && vector.nullCount > 0) throw damaged(`its column '${field.name}' has missing values and may have none`)
    return vector
  })
  reader.end()
  if (vectors.length === 0 && numRows > maxUnbacked) throw damaged(`it claims ${numRows} rows without columns`)
  return tableOf(fields, vectors, numRows)
}

/** Takes nodes and buffers in the order in which the fields have them. */
class BatchReader {
  readonly #flat: FlatReader
  readonly #body: Uint8Array
  readonly #nodes: { readonly at: number; readonly length: number }
  readonly #buffers: { readonly at: number; readonly length: number }
  #node = 0
  #buffer = 0

  constructor(message: Message, body: Uint8Array) {
    this.#flat = message.content.flat
    this.#body = body
    this.#nodes = message.content.structs(1, 16)
    this.#buffers = message.content.structs(2, 16)
  }

  vector(type: ParsedType, column: string): Vector {
    if (this.#node === this.#nodes.length) throw damaged(`it has no values for column '${column}'`)
    const at = this.#nodes.at + 16 * this.#node++
    const length = this.#flat.size(at)
    const nullCount = this.#flat.size(at + 8)
    if (length > maxLength || nullCount > length) throw damaged(`its column '${column}' claims ${length} values and ${nullCount} missing`)
    if (type.kind === 'null') return this.#unbacked(new Vector(type, length), column)
    const validity = this.#validity(length, nullCount, column)
    const layout = fixedLayout(type)
    if (layout) {
      const { array, stride } = layout
      const { buffer, byteOffset } = this.#take(length * stride * array.BYTES_PER_ELEMENT, column)
      return new Vector(type, length, { validity, values: new array(buffer, byteOffset, length * stride) })
    }
    switch (type.kind) {
      case 'bool':
        return new Vector(type, length, { validity, values: this.#take(bitBytes(length), column).subarray(0, bitBytes(length)) })
      case 'struct': {
        const children = type.children.map((child) => this.vector(child.type, `${column}.${child.name}`))
        for (const child of children) if (child.length !== length) throw damaged(`the fields of its column '${column}' differ in length`)
        const vector = new Vector(type, length, { validity, children })
        return children.length === 0 ? this.#unbacked(vector, column) : vector
      }
      case 'list': {
        const offsets = this.#offsets(length, column)
        const child = this.vector(type.item, `${column}[]`)
        checkOffsets(offsets, child.length, column)
        return new Vector(type, length, { validity, offsets, children: [child] })
      }
      default: {
        const offsets = this.#offsets(length, column)
        const values = this.#take(0, column)
        checkOffsets(offsets, values.length, column)
        if (type.kind === 'utf8') checkTexts(offsets, values, column)
        return new Vector(type, length, { validity, offsets, values } satisfies Buffers)
      }
    }
  }

  end(): void {
    if (this.#node !== this.#nodes.length || this.#buffer !== this.#buffers.length) throw damaged('it has more columns than its schema')
  }

  #validity(length: number, nullCount: number, column: string): Uint8Array | undefined {
    const bits = this.#take(0, column)
    if (nullCount === 0) return undefined
    if (bits.length < bitBytes(length)) throw damaged(`it does not say which values of column '${column}' are missing`)
    return bits.subarray(0, bitBytes(length))
  }

  #offsets(length: number, column: string): Int32Array {
    // A writer may leave the single offset of no values away.
    const bytes = this.#take(length === 0 ? 0 : 4 * (length + 1), column)
    return bytes.length < 4 ? new Int32Array(1) : new Int32Array(bytes.buffer, bytes.byteOffset, length + 1)
  }

  /** The next buffer, whole; at least `least` bytes. */
  #take(least: number, column: string): Uint8Array {
    if (this.#buffer === this.#buffers.length) throw damaged(`a buffer of column '${column}' is missing`)
    const at = this.#buffers.at + 16 * this.#buffer++
    const offset = this.#flat.size(at)
    const length = this.#flat.size(at + 8)
    if (length === 0 && least === 0) return nothing
    if (offset % 8 !== 0) throw damaged(`a buffer of column '${column}' does not lie at a multiple of 8 bytes`)
    if (offset + length > this.#body.length) throw damaged(`a buffer of column '${column}' lies outside its body`)
    if (length < least) throw damaged(`a buffer of column '${column}' has ${length} bytes where ${least} are needed`)
    return this.#body.subarray(offset, offset + length)
  }

  #unbacked(vector: Vector, column: string): Vector {
    if (vector.length > maxUnbacked) throw damaged(`its column '${column}' claims ${vector.length} values without bytes`)
    return vector
  }
}

const nothing = new Uint8Array()

function checkOffsets(offsets: Int32Array, end: number, column: string): void {
  let last = 0
  for (let i = 0; i < offsets.length; i++) {
    const offset = offsets[i]!
    if (offset < last) throw damaged(`the positions of the values of column '${column}' do not ascend`)
    last = offset
  }
  if (last > end) throw damaged(`the values of column '${column}' lie outside their buffer`)
}

function checkTexts(offsets: Int32Array, bytes: Uint8Array, column: string): void {
  const end = offsets[offsets.length - 1]!
  const used = bytes.subarray(offsets[0], end)
  if (isAscii(used)) return
  const whole = isUtf8(used) && offsets.every((offset) => offset === end || (bytes[offset]! & 0xc0) !== 0x80)
  if (!whole) throw damaged(`a text of column '${column}' is not UTF-8`)
}

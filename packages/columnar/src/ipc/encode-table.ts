import { alignBits, type AnyTable, type FixedArray, fixedLayout, type Vector, vectorsOf } from '@cardcage/plugin/internal'
import { writeMessage } from './message.ts'

/**
 * A table as one Arrow IPC record batch: parts to be written one after the other, the first its metadata. The others are the column
 * buffers as they stand, not copies (only the bits and offsets of a slice are copied), so the table's arrays must not change until they
 * are written; each is padded to 8 bytes.
 */
export function encodeTable(table: AnyTable): Uint8Array[] {
  const batch: Batch = { nodes: [], buffers: [], parts: [new Uint8Array()], bodyLength: 0 }
  for (const vector of vectorsOf(table)) addVector(batch, vector)
  batch.parts[0] = writeMessage(
    'recordBatch',
    {
      object: [
        { slot: 0, bytes: 8, value: table.numRows },
        { slot: 1, node: { int64s: batch.nodes, perStruct: 2 } },
        { slot: 2, node: { int64s: batch.buffers, perStruct: 2 } },
      ],
    },
    batch.bodyLength,
  )
  return batch.parts
}

interface Batch {
  /** Length and null count of every vector, depth first. */
  readonly nodes: number[]
  /** Position in the body and length of every buffer. */
  readonly buffers: number[]
  readonly parts: Uint8Array[]
  bodyLength: number
}

function addVector(batch: Batch, vector: Vector): void {
  const { type, length, nullCount } = vector
  batch.nodes.push(length, nullCount)
  if (type.kind === 'null') return
  if (nullCount > 0) addBuffer(batch, alignBits(vector.validity!, vector.bitOffset, length))
  else addBuffer(batch, nothing)
  if (fixedLayout(type)) addBuffer(batch, bytesOf(vector.values!))
  else if (type.kind === 'bool') addBuffer(batch, alignBits(vector.values as Uint8Array, vector.bitOffset, length))
  else if (type.kind === 'struct') for (const child of vector.children) addVector(batch, child)
  else {
    const offsets = vector.offsets!.subarray(0, length + 1)
    const first = offsets[0]!
    const last = offsets[length]!
    addBuffer(batch, bytesOf(first === 0 ? offsets : offsets.map((offset) => offset - first)))
    if (type.kind === 'list') addVector(batch, vector.children[0]!.slice(first, last))
    else addBuffer(batch, (vector.values as Uint8Array).subarray(first, last))
  }
}

function addBuffer(batch: Batch, bytes: Uint8Array): void {
  batch.buffers.push(batch.bodyLength, bytes.length)
  if (bytes.length === 0) return
  batch.parts.push(bytes)
  const padding = -bytes.length & 7
  if (padding > 0) batch.parts.push(zeros.subarray(0, padding))
  batch.bodyLength += bytes.length + padding
}

const nothing = new Uint8Array()
const zeros = new Uint8Array(8)

function bytesOf(array: FixedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

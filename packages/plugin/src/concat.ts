import { bitBytes, copyBits } from './bits.ts'
import type { AnyTable, Fields, Table } from './data.ts'
import { PluginError } from './error.ts'
import { checkSchema, tableOf, vectorsOf } from './table.ts'
import { parseType } from './data-type.ts'
import { type Buffers, fixedLayout, Vector } from './vector.ts'
import type { ParsedType } from './data-type.ts'

/**
 * Join tables of one schema into one table with copied buffers; a single table keeps its own. No tables make an empty one.
 *
 * @throws {PluginError} `invalid-data` if one does not fit the schema, `limit-exceeded` if texts, bytes or items of a column go over 2 GiB
 */
export function concat(tables: readonly AnyTable[], schema: Fields): Table {
  for (const table of tables) checkSchema(schema, table)
  const parts = tables.map(vectorsOf)
  const numRows = tables.reduce((sum, table) => sum + table.numRows, 0)
  const vectors = schema.map((field, i) =>
    joinVectors(
      parseType(field.type),
      parts.map((vectors) => vectors[i]!),
      field.name,
    ),
  )
  return tableOf(schema, vectors, numRows)
}

/** Join vectors of one type. */
function joinVectors(type: ParsedType, parts: readonly Vector[], column: string): Vector {
  if (parts.length === 1) return parts[0]!
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  if (type.kind === 'null') return new Vector(type, length)
  const validity = parts.some((part) => part.nullCount > 0) ? joinBits(length, parts, validBits) : undefined
  const layout = fixedLayout(type)
  if (layout) {
    const values = new layout.array(length * layout.stride)
    let at = 0
    for (const part of parts) {
      values.set(part.values as never, at)
      at += part.length * layout.stride
    }
    return new Vector(type, length, { validity, values })
  }
  if (type.kind === 'bool')
    return new Vector(type, length, { validity, values: joinBits(length, parts, (part) => part.values as Uint8Array) })
  if (type.kind === 'struct') {
    const children = type.children.map((child, i) =>
      joinVectors(
        child.type,
        parts.map((part) => part.children[i]!),
        column,
      ),
    )
    return new Vector(type, length, { validity, children })
  }
  return new Vector(type, length, { validity, ...joinVariable(type, parts, length, column) })
}

function validBits(part: Vector): Uint8Array | undefined {
  return part.validity
}

function joinBits(length: number, parts: readonly Vector[], bitsOf: (part: Vector) => Uint8Array | undefined): Uint8Array {
  const all = new Uint8Array(bitBytes(length))
  let at = 0
  for (const part of parts) {
    const bits = bitsOf(part)
    if (bits) copyBits(all, at, bits, part.bitOffset, part.length)
    else copyBits(all, at, new Uint8Array(bitBytes(part.length)).fill(255), 0, part.length)
    at += part.length
  }
  return all
}

function joinVariable(type: ParsedType, parts: readonly Vector[], length: number, column: string): Buffers {
  const offsets = new Int32Array(length + 1)
  let row = 0
  let end = 0
  const used = parts.map((part) => {
    const from = part.offsets![0]!
    const to = part.offsets![part.length]!
    if (end + to - from > 0x7fffffff)
      throw new PluginError('limit-exceeded', `Column '${column}' of the joined table would hold more than 2 GiB`)
    for (let i = 0; i < part.length; i++) offsets[++row] = part.offsets![i + 1]! - from + end
    end += to - from
    return type.kind === 'list' ? part.children[0]!.slice(from, to) : (part.values as Uint8Array).subarray(from, to)
  })
  if (type.kind === 'list') return { offsets, children: [joinVectors(type.item, used as Vector[], column)] }
  const values = new Uint8Array(end)
  let at = 0
  for (const bytes of used as Uint8Array[]) {
    values.set(bytes, at)
    at += bytes.length
  }
  return { offsets, values }
}

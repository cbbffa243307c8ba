import { maxTypeDepth, type ParsedType, parseType, printType } from '@cardcage/plugin/internal'
import type { Field, Fields } from '@cardcage/plugin'
import { damaged } from './damaged.ts'
import type { FlatObject } from './flatbuffer-reader.ts'
import type { FlatField, FlatNode } from './flatbuffer-writer.ts'
import { headers, type Message, readMetadata, splitMessage, writeMessage } from './message.ts'
import { readType, unsupported, writeType } from './type-code.ts'

/** Fields a schema may have, those inside lists and structs included. */
const maxFields = 65_536

/**
 * The schema as an Arrow IPC message. A field is nullable unless it says `nullable: false`; its metadata go along.
 *
 * @throws {PluginError} `invalid-data` for an unknown type
 */
export function encodeSchema(fields: Fields): Uint8Array {
  return writeMessage('schema', schemaNode(fields), 0)
}

/**
 * The fields of a schema message of unknown origin. A nullable field has no `nullable`, another has `nullable: false`.
 *
 * @throws {PluginError} `invalid-data` if it is damaged, `unsupported` for types of Arrow that tables here do not have
 */
export function decodeSchema(bytes: Uint8Array): Fields {
  const { metadata, body } = splitMessage(bytes)
  const message = readMetadata(metadata)
  if (body.length !== 0 || message.bodyLength !== 0) throw damaged('a schema has no body')
  return readSchemaMessage(message)
}

/** The fields of a schema message whose metadata were read. */
export function readSchemaMessage(message: Message): Fields {
  if (message.header !== headers.schema) throw damaged('it does not begin with a schema')
  return readSchema(message.content)
}

/** The object `Schema`, as it stands in a message and in the footer of a file. */
export function schemaNode(fields: Fields): FlatNode {
  return { object: [{ slot: 1, node: { nodes: fields.map((field) => fieldNode(field, parseType(field.type))) } }] }
}

/** The fields of an object `Schema`. */
export function readSchema(schema: FlatObject): Fields {
  if (schema.int16(0, 0) !== 0) throw unsupported('*', 'big-endian')
  const state = { left: maxFields }
  const fields: Field[] = []
  const seen = new Set<string>()
  for (const object of schema.objects(1)) {
    const name = object.text(0) ?? ''
    if (seen.has(name)) throw damaged(`two of its columns are called '${name}'`)
    seen.add(name)
    const nullable = object.uint8(1, 0) !== 0
    const metadata = readKeyValues(object)
    const type = printType(checkType(readFieldType(object, name, state, 0)))
    fields.push({ name, type, ...(nullable ? {} : { nullable }), ...(metadata && { metadata }) })
  }
  return fields
}

function fieldNode(field: Field, type: ParsedType): FlatNode {
  const { code, node } = writeType(type)
  const children = type.kind === 'list' ? [{ name: 'item', type: type.item }] : type.kind === 'struct' ? type.children : []
  const object: FlatField[] = [
    { slot: 0, node: { text: field.name } },
    { slot: 1, bytes: 1, value: field.nullable === false ? 0 : 1 },
    { slot: 2, bytes: 1, value: code },
    { slot: 3, node },
    { slot: 5, node: { nodes: children.map((child) => fieldNode({ name: child.name, type: '' }, child.type)) } },
  ]
  const metadata = Object.entries(field.metadata ?? {})
  if (metadata.length > 0) object.push({ slot: 6, node: { nodes: metadata.map(keyValueNode) } })
  return { object }
}

function keyValueNode([key, value]: [string, string]): FlatNode {
  return {
    object: [
      { slot: 0, node: { text: key } },
      { slot: 1, node: { text: value } },
    ],
  }
}

function readFieldType(field: FlatObject, column: string, state: { left: number }, depth: number): ParsedType {
  if (--state.left < 0) throw damaged(`its schema has more than ${maxFields} fields`)
  if (depth > maxTypeDepth) throw damaged(`its column '${column}' is nested deeper than ${maxTypeDepth} levels`)
  if (field.object(4)) throw unsupported(column, 'dictionary-encoded')
  const given = field.object(3)
  if (!given) throw damaged(`its column '${column}' has no type`)
  const children: { name: string; type: ParsedType }[] = []
  for (const child of field.objects(5)) {
    children.push({ name: child.text(0) ?? '', type: readFieldType(child, column, state, depth + 1) })
  }
  return readType(field.uint8(2, 0), given, children, column)
}

function readKeyValues(field: FlatObject): Readonly<Record<string, string>> | undefined {
  const entries: [string, string][] = []
  for (const entry of field.objects(6)) entries.push([entry.text(0) ?? '', entry.text(1) ?? ''])
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** The parser of names knows every limit of a type: what it does not read back was out of one. */
function checkType(type: ParsedType): ParsedType {
  return parseType(printType(type))
}

import { decodeSchema, decodeTable, encodeSchema, encodeTable } from '@cardcage/columnar'
import { type Fields, PluginError, type Reader, reader, type Table } from '@cardcage/plugin'
import { encodeError } from './error.ts'
import { messages } from './message.ts'
import type { Inbound, Outbound } from './stream.ts'

/** Bytes a message of a stream of tables aims at; larger tables are cut by rows. */
const targetBytes = 4 * 1024 * 1024

/** Send one table as a stream of its own. */
export async function sendTable(out: Outbound, table: Table<any>): Promise<void> {
  await sendTables(out, table.schema, [table])
}

/**
 * Send a stream of tables. Ends it in every case: an error of the source travels to the receiver and is not thrown here.
 * Leaves the source early when the receiver wants no more.
 */
export async function sendTables(out: Outbound, schema: Fields, tables: Iterable<Table<any>> | AsyncIterable<Table<any>>): Promise<void> {
  try {
    if (!out.open) return out.end()
    out.send(messages.schema.type, [encodeSchema(schema)])
    for await (const table of tables) {
      for (const piece of pieces(table)) {
        if (!(await out.ready())) return out.end()
        out.send(messages.table.type, piece)
      }
    }
    out.end()
  } catch (error) {
    out.end(JSON.stringify(encodeError(error)))
  }
}

/** Send a stream of bytes; ends it in every case, as `sendTables` does. */
export async function sendBytes(out: Outbound, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of chunks) {
      for (let from = 0; from < chunk.length; from += targetBytes) {
        if (!(await out.ready())) return out.end()
        out.send(messages.bytes.type, [chunk.subarray(from, from + targetBytes)])
      }
    }
    out.end()
  } catch (error) {
    out.end(JSON.stringify(encodeError(error)))
  }
}

/**
 * Receive a stream of tables: resolves once its schema is there.
 *
 * @throws {PluginError} `invalid-data` where the bytes are not Arrow, or what the sender failed with
 */
export async function receiveTables(inbound: Inbound, found?: Reader['found']): Promise<Reader> {
  const first = await inbound.next()
  if (first?.type !== messages.schema.type) {
    inbound.close()
    throw new PluginError('invalid-data', 'A stream of tables did not begin with its schema', { origin: 'plugin' })
  }
  const schema = decodeSchema(first.payload)
  return reader(schema, tables(inbound, schema), found)
}

/** Receive a stream of bytes. */
export async function* receiveBytes(inbound: Inbound): AsyncGenerator<Uint8Array, void, void> {
  try {
    for (let message = await inbound.next(); message; message = await inbound.next()) yield message.payload
  } finally {
    inbound.close()
  }
}

async function* tables(inbound: Inbound, schema: Fields): AsyncGenerator<Table, void, void> {
  try {
    for (let message = await inbound.next(); message; message = await inbound.next()) {
      if (message.type !== messages.table.type) throw new PluginError('invalid-data', 'A stream of tables held something else', { origin: 'plugin' })
      yield decodeTable(message.payload, schema)
    }
  } finally {
    inbound.close()
  }
}

function* pieces(table: Table<any>): Generator<Uint8Array[]> {
  const parts = encodeTable(table)
  let bytes = 0
  for (const part of parts) bytes += part.length
  if (bytes <= targetBytes * 2 || table.numRows < 2) {
    yield parts
    return
  }
  const rows = Math.max(1, Math.floor(table.numRows / Math.ceil(bytes / targetBytes)))
  for (let from = 0; from < table.numRows; from += rows) yield* pieces(table.slice(from, Math.min(table.numRows, from + rows)))
}

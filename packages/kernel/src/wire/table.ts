import { decodeSchema, decodeTable, encodeSchema, encodeTable } from '@cardcage/columnar'
import { type Fields, PluginError, type Reader, reader, type Table } from '@cardcage/plugin'
import type { AnyTable } from '@cardcage/plugin/internal'
import { encodeError } from './error.ts'
import type { Inbound } from './inbound.ts'
import { messages } from './message.ts'
import type { Outbound } from './outbound.ts'

/** Bytes a message of a stream of tables aims at; larger tables are cut by rows. */
const targetBytes = 4 * 1024 * 1024

/** Send one table as a stream of its own. */
export async function sendTable(out: Outbound, table: AnyTable): Promise<void> {
  await sendTables(out, table.schema, [table])
}

/**
 * Send a stream of tables. Ends it in every case: an error of the source travels to the receiver and is not thrown here.
 * Leaves the source early when the receiver wants no more; the stream ends when the source has cleaned up.
 */
export async function sendTables(out: Outbound, schema: Fields, tables: Iterable<AnyTable> | AsyncIterable<AnyTable>): Promise<void> {
  await ending(out, async () => {
    if (!out.open) return
    out.send(messages.schema.type, [encodeSchema(schema)])
    for await (const table of tables) {
      for (const piece of pieces(table)) {
        if (!(await out.ready())) return
        out.send(messages.table.type, piece)
      }
    }
  })
}

/** Send a stream of bytes; ends it in every case, as `sendTables` does. */
export async function sendBytes(out: Outbound, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
  await ending(out, async () => {
    for await (const chunk of chunks) {
      if (!(chunk instanceof Uint8Array))
        throw new PluginError('invalid-data', `A stream of bytes held a ${typeof chunk}`, { origin: 'plugin' })
      for (let from = 0; from < chunk.length; from += targetBytes) {
        if (!(await out.ready())) return
        out.send(messages.bytes.type, [chunk.subarray(from, from + targetBytes)])
      }
    }
  })
}

/**
 * Receive a stream of tables: resolves once its schema is there.
 *
 * @throws {PluginError} `protocol` where the bytes are not Arrow, or what the sender failed with
 */
export async function receiveTables(inbound: Inbound, found?: Reader['found']): Promise<Reader> {
  const first = await inbound.next()
  if (first?.type !== messages.schema.type) throw inbound.broken('it did not begin with a schema')
  const schema = read(inbound, () => decodeSchema(first.payload))
  return reader(schema, tables(inbound, schema), found)
}

/** Receive a stream of bytes. */
export async function* receiveBytes(inbound: Inbound): AsyncGenerator<Uint8Array, void, void> {
  try {
    for (let message = await inbound.next(); message; message = await inbound.next()) {
      if (message.type !== messages.bytes.type) throw inbound.broken('a stream of bytes held tables')
      yield message.payload
    }
  } finally {
    inbound.close()
  }
}

async function* tables(inbound: Inbound, schema: Fields): AsyncGenerator<Table, void, void> {
  try {
    for (let message = await inbound.next(); message; message = await inbound.next()) {
      const { payload } = message
      yield read(inbound, () => decodeTable(payload, schema))
    }
  } finally {
    inbound.close()
  }
}

async function ending(out: Outbound, send: () => Promise<void>): Promise<void> {
  try {
    await send()
    out.end()
  } catch (error) {
    out.end(JSON.stringify(encodeError(error)))
  }
}

function read<T>(inbound: Inbound, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    throw inbound.broken(error)
  }
}

function* pieces(table: AnyTable): Generator<Uint8Array[]> {
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

import { type ByteSource, type Reader, type Table } from '@cardcage/plugin'
import { concat } from '@cardcage/plugin/internal'
import { receiveBytes, receiveTables } from '../../wire/table.ts'
import type { Asking } from './asking.ts'
import type { ServedCall } from './call.ts'

/** The tables that were sent to a call, by input: joined, or as a stream where the input is one. */
export async function given(call: ServedCall): Promise<Record<string, Table | Reader>> {
  const inputs: Record<string, Table | Reader> = {}
  const open = Object.entries(call.message.inputs ?? {}).map(async ([name, { as, channel, found }]) => {
    const stream = await receiveTables(call.input(channel!), found as Reader['found'])
    inputs[name] = as === 'reader' ? stream : await joined(stream)
  })
  await Promise.all(open)
  return inputs
}

async function joined(stream: Reader): Promise<Table> {
  const tables: Table[] = []
  for await (const table of stream) tables.push(table)
  return tables.length === 1 ? tables[0]! : concat(tables, stream.schema)
}

/** An input of bytes, all of it. */
export async function wholeBytes(call: ServedCall, asking: Asking, input: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of byteSource(call, asking, input).stream()) chunks.push(chunk)
  return chunks.length === 1 ? new Uint8Array(chunks[0]!) : new Uint8Array(Buffer.concat(chunks))
}

/** A bytes input of a call, read from the host piece by piece. */
export function byteSource(call: ServedCall, asking: Asking, input: string): ByteSource {
  const { name = 'data', size, readAt } = call.message.inputs?.[input] ?? {}
  return {
    name,
    ...(size === undefined ? {} : { size }),
    async *stream(from) {
      const { channel } = await asking.ask<{ channel: number }>('bytes.stream', { input, from }, call.number)
      yield* receiveBytes(call.input(channel))
    },
    ...(readAt
      ? {
          readAt: async (offset: number, length: number) =>
            (await asking.askBytes('bytes.readAt', { input, offset, length }, call.number)).bytes,
        }
      : {}),
  }
}

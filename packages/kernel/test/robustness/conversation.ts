import { readFileSync } from 'node:fs'
import { type ByteSource, PluginError, table } from '@cardcage/plugin'
import type { LinkRequest, LinkResult, Services } from '../../src/link/link.ts'
import { headerBytes, writeHeader } from '../../src/wire/frame.ts'
import { type MessageName, messages } from '../../src/wire/message.ts'
import { receiveBytes, receiveTables } from '../../src/wire/table.ts'

/** One frame of a recorded conversation: its payload as JSON where it is JSON, else as base64; neither where there is none. */
export interface RecordedFrame {
  readonly from: 'host' | 'runner'
  readonly message: MessageName
  readonly id: number
  readonly channel: number
  readonly json?: unknown
  readonly base64?: string
}

/** The recorded conversation: one instance from `hello` to `stopped`, with a call of every kind. Made by `record.ts`. */
export const conversation: readonly RecordedFrame[] = JSON.parse(
  readFileSync(new URL('fixtures/conversation.json', import.meta.url), 'utf8'),
) as RecordedFrame[]

/** A recorded frame as the bytes it was. */
export function frameBytes({ message, id, channel, json, base64 }: RecordedFrame): Uint8Array {
  const payload = json === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(JSON.stringify(json))
  const bytes = new Uint8Array(headerBytes + payload.length)
  writeHeader(bytes, 0, payload.length, messages[message].type, 0, channel, id)
  bytes.set(payload, headerBytes)
  return bytes
}

/** The calls of the conversation, in order: their numbers are from 1. */
export function conversationCalls(): LinkRequest[] {
  const data = table({ value: [1, 2, 3, 4] })
  const input = { as: 'table' as const, schema: data.schema, tables: [data] }
  const text: ByteSource = {
    name: 'two.csv',
    stream: () => once(Buffer.from('a;1\nb;2\nbroken\n')),
    readAt: (from, length) => Promise.resolve(Buffer.from('a;1\nb;2\n').subarray(from, from + length)),
  }
  const wish = { mediaType: 'image/svg+xml', width: 80, height: 45, theme: 'light', locale: 'en' }
  return [
    { kind: 'analysis', name: 'double', verb: 'run', params: { by: 2 }, inputs: { data: input } },
    { kind: 'analysis', name: 'pieces', verb: 'run', params: {}, inputs: { data: { ...input, as: 'reader' } } },
    { kind: 'analysis', name: 'fails', verb: 'run', params: {}, inputs: {} },
    { kind: 'visualization', name: 'dot', verb: 'run', params: {}, inputs: { data: input }, args: { wish } },
    {
      kind: 'format',
      name: 'pairs',
      verb: 'read',
      params: {},
      inputs: { source: { as: 'bytes', source: text } },
      args: { batchBytes: 1000, batchRows: 10, onReject: 'leave out' },
    },
    { kind: 'format', name: 'pairs', verb: 'write', params: {}, inputs: { data: { ...input, as: 'reader' } } },
    { kind: 'source', name: 'days', verb: 'read', params: {}, args: {} },
    { kind: 'enrichment', name: 'user', verb: 'enrich', args: { subject: { type: 'user', id: '7' } } },
    {
      kind: 'handler',
      name: 'order.*',
      verb: 'handle',
      args: {
        event: { id: '1', type: 'order.created', source: '/test', time: '2026-01-01T00:00:00.000Z', correlation: '1', data: { total: 3 } },
      },
    },
  ]
}

/** Everything a result carries, read to its end. */
export async function readResult(result: LinkResult): Promise<unknown> {
  const {
    tables = {},
    reader,
    channel,
    body,
  } = (result.value ?? {}) as { tables?: Record<string, number>; reader?: number; channel?: number; body?: number }
  const read = async (stream: number) => {
    let rows = 0
    for await (const one of await receiveTables(result.stream(stream))) rows += one.numRows
    return rows
  }
  const readBytes = async (stream: number) => {
    let bytes = 0
    for await (const chunk of receiveBytes(result.stream(stream))) bytes += chunk.length
    return bytes
  }
  const streams = [...Object.values(tables), ...(reader === undefined ? [] : [reader])]
  const single = channel === undefined ? [] : [isBytes(result) ? readBytes(channel) : read(channel)]
  return await Promise.all([...streams.map(read), ...single, ...(body === undefined ? [] : [readBytes(body)])])
}

/** Services that answer what the recorded plugin asks. */
export const conversationServices: Services = {
  log: () => undefined,
  metric: () => undefined,
  emit: () => undefined,
  answer: (what) => Promise.resolve(what === 'state.get' ? { value: 1, revision: 1 } : null),
  fetch: () => Promise.reject(new PluginError('permission-denied', 'No network here')),
}

/** Only the call that writes a format answers with bytes on `channel`: the one without `found`, by its number. */
function isBytes(result: LinkResult): boolean {
  return Object.keys(result.value as object).length === 1
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}

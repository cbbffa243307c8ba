import { reader } from '@cardcage/plugin'
import type { ByteSource, Fields, Format, FormatCall, Plugin, Provides, Reader, Reject, Row, Table } from '@cardcage/plugin'

/** What reading gave. */
export interface Reading {
  readonly schema: Fields
  readonly found: Reader['found']
  readonly tables: readonly Table[]
  readonly rows: readonly Row[]
  readonly rejects: readonly Reject[]
  readonly warnings: readonly string[]
}

/** How to read; chunks of `chunk` bytes, `once`: without `readAt`. */
export interface HowToRead {
  readonly format?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly chunk?: number
  readonly schema?: Fields
  readonly columns?: readonly string[]
  readonly batchRows?: number
  readonly batchBytes?: number
  readonly onReject?: 'leave out' | 'null'
  readonly name?: string
  readonly once?: boolean
}

/** The formats of a plugin, read and written in memory: for tests of what they read, not of how they are called. */
export function formatsInMemory(plugin: Plugin, main: string) {
  const formats = (plugin as unknown as { setup(): Provides }).setup().format!

  async function readBytes(bytes: Uint8Array | string, how: HowToRead = {}): Promise<Reading> {
    const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
    const rejects: Reject[] = []
    const warnings: string[] = []
    const call = testCall({
      reject: (reject) => {
        rejects.push(reject)
        return how.onReject ?? 'leave out'
      },
      warn: (message) => void warnings.push(message),
    })
    const found = await openReader(data, how, call)
    const tables: Table[] = []
    for await (const table of found) tables.push(table)
    return { schema: found.schema, found: found.found, tables, rows: tables.flatMap((table) => [...table]), rejects, warnings }
  }

  async function openReader(data: Uint8Array, how: HowToRead, call: FormatCall): Promise<Reader> {
    const { format = main, params = {}, schema, columns, batchRows = 65536, batchBytes = 2 ** 22 } = how
    const want = { batchRows, batchBytes, ...(schema && { schema }), ...(columns && { columns }), params: parsed(formats[format]!, params) }
    return formats[format]!.read!(bytesSource(data, how), want, call)
  }

  async function writeTables(
    schema: Fields,
    tables: Parameters<typeof reader>[1],
    params: Readonly<Record<string, unknown>> = {},
    format = main,
  ): Promise<string> {
    const chunks: Uint8Array[] = []
    for await (const chunk of formats[format]!.write!(reader(schema, tables), parsed(formats[format]!, params), testCall({})))
      chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }

  function bytesSource(data: Uint8Array, { chunk = 65536, name = `data.${main}`, once = false }: HowToRead = {}): ByteSource {
    return {
      name,
      size: data.length,
      async *stream(from = 0) {
        for (let at = from; at < data.length; at += chunk) yield data.slice(at, at + chunk)
      },
      ...(!once && { readAt: async (offset: number, length: number) => data.slice(offset, offset + length) }),
    }
  }

  return { formats, readBytes, openReader, writeTables, bytesSource }
}

/** A call that nobody cancels, and that takes no rejects unless `own` says what to do with them. */
export function testCall(own: Partial<FormatCall>): FormatCall {
  return {
    id: 'test',
    signal: new AbortController().signal,
    remaining: () => Infinity,
    progress: () => {},
    warn: () => {},
    reserve: async () => ({ release: () => {} }),
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    reject: (reject) => {
      throw new Error(`unexpected reject: ${JSON.stringify(reject)}`)
    },
    ...own,
  }
}

function parsed(format: Format, params: unknown): unknown {
  const result = format.params!['~standard'].validate(params)
  if (result instanceof Promise) throw new Error('params are validated at once')
  if (result.issues) throw new Error(JSON.stringify(result.issues))
  return result.value
}

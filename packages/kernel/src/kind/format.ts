import { type ByteSource, type Json, PluginError, type Reader, reader } from '@cardcage/plugin'
import type { Answer, ReadRequest, WriteRequest } from './request.ts'
import type { LinkRequest } from '../link/link.ts'
import { receiveBytes, receiveTables } from '../wire/table.ts'
import { expectChannel, expectObject, type Target } from './answer.ts'
import { callTarget } from './call-target.ts'
import { bindParams } from './params.ts'
import { columnsToRead, filterAsJson, selector } from './select.ts'

const defaultBatchBytes = 4 * 1024 * 1024
const defaultBatchRows = 65_536

/** Bytes a format is shown to say whether they are its own. */
const headBytes = 64 * 1024

/** Read bytes as a stream of tables; resolves once the schema is known. */
export async function read(target: Target, source: ByteSource, request: ReadRequest): Promise<Answer<Reader>> {
  if (!target.provided.can?.includes('read')) throw new PluginError('unsupported', `${target.name} cannot be read, only written`)
  const params = bindParams(target.provided.params, request.params)
  const { schema, columns, filter, batchBytes = defaultBatchBytes, batchRows = defaultBatchRows, onReject = 'fail', reject } = request
  const args = {
    schema,
    columns: columnsToRead(columns, filter),
    filter: filterAsJson(filter),
    batchBytes,
    batchRows,
    onReject,
  } as unknown as Json
  let rejects = 0
  const sent = {
    params,
    args,
    inputs: { source: { as: 'bytes', source } },
    onReject: (one) => {
      rejects++
      reject?.(one)
    },
  } satisfies Partial<LinkRequest>
  return await callTarget(
    target,
    'read',
    request,
    sent,
    async (called) => {
      const value = expectObject(called.value, 'a reader')
      const stream = await receiveTables(called.result.stream(expectChannel(value['channel'])), value['found'] as Reader['found'])
      const select = selector(stream.schema, columns, filter)
      const said = () => {
        if (rejects > 0) called.warn(`${rejects} ${rejects === 1 ? 'record was' : 'records were'} rejected`)
      }
      return called.answer(reader(select.schema, called.each(stream, select.table, said), stream.found))
    },
    // What the caller has been told of once he must not be told of twice.
    { again: () => source.readAt !== undefined && rejects === 0 },
  )
}

/** Write a stream of tables as bytes. */
export async function write(target: Target, tables: Reader, request: WriteRequest): Promise<Answer<AsyncIterable<Uint8Array>>> {
  if (!target.provided.can?.includes('write')) throw new PluginError('unsupported', `${target.name} cannot be written, only read`)
  const params = bindParams(target.provided.params, request.params)
  const data = { as: 'reader' as const, schema: tables.schema, tables, ...(tables.found ? { found: tables.found } : {}) }
  return await callTarget(target, 'write', request, { params, inputs: { data } }, (called) => {
    const { channel } = expectObject(called.value, 'bytes')
    return called.answer(called.each(receiveBytes(called.result.stream(expectChannel(channel))), (chunk) => chunk))
  })
}

/** How sure a format is that these bytes are its own, 0 to 1. */
export async function probe(target: Target, head: Uint8Array, name: string): Promise<number> {
  const source = { name, size: head.length, stream: () => once(head) }
  const { result } = await callTarget(
    target,
    'probe',
    {},
    { args: { name }, inputs: { head: { as: 'bytes', source } } },
    ({ value, answer }) => answer(typeof value === 'number' ? value : 0),
  )
  return result
}

/** The first bytes of a source. */
export async function headOf(source: ByteSource): Promise<Uint8Array> {
  if (source.readAt) return await source.readAt(0, headBytes)
  throw new PluginError('invalid-call', `${source.name}: its format cannot be told from its name`, {
    hint: 'Name the format; on the command line, call it: `cardcage plugin call csv.format.csv --input FILE`.',
  })
}

async function* once<T>(value: T): AsyncGenerator<T, void, undefined> {
  yield value
}

import { type Json, PluginError, type Reader, reader, type Stream, type Table } from '@cardcage/plugin'
import type { Answer, CallOptions, SourceRequest } from './request.ts'
import { receiveTables } from '../wire/table.ts'
import { expectChannel, expectObject, type Target } from './answer.ts'
import { callTarget } from './call-target.ts'
import { bindParams } from './params.ts'
import { columnsToRead, filterAsJson, selector } from './select.ts'

/** Read a source as a stream of tables; columns, filter and limit are applied once more to what it gives. */
export async function readSource(target: Target, request: SourceRequest): Promise<Answer<Reader>> {
  const { stream: name, columns, filter, limit, cursor, onCheckpoint } = request
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 0))
    throw new PluginError('invalid-call', `limit: ${limit} given, a whole number of rows is possible`)
  const params = bindParams(target.provided.params, request.params)
  // Rows that the filter leaves out do not count: only the host can say when there are enough.
  const args = {
    stream: name,
    columns: columnsToRead(columns, filter),
    filter: filterAsJson(filter),
    limit: filter?.length ? undefined : limit,
    cursor,
  } as unknown as Json
  return await callTarget(target, 'read', request, { params, args, ...(onCheckpoint ? { onCheckpoint } : {}) }, async (called) => {
    const value = expectObject(called.value, 'a reader')
    const stream = await receiveTables(called.result.stream(expectChannel(value['channel'])), value['found'] as Reader['found'])
    const select = selector(stream.schema, columns, filter)
    return called.answer(reader(select.schema, limited(called.each(stream, select.table), limit), stream.found))
  })
}

/** Can the source be reached with its config? Returns what it says of itself. */
export async function checkSource(target: Target, options: CallOptions): Promise<Answer<Readonly<Record<string, Json>>>> {
  return await callTarget(target, 'check', options, {}, ({ value, answer }) => answer(expectObject(value, 'the outcome of a check')))
}

/** What the source can read. */
export async function discoverSource(target: Target, options: CallOptions): Promise<Answer<readonly Stream[]>> {
  return await callTarget(target, 'discover', options, {}, ({ value, answer }) => {
    if (!Array.isArray(value)) throw new PluginError('invalid-data', 'discover did not return a list', { origin: 'plugin' })
    return answer(value as unknown as readonly Stream[])
  })
}

async function* limited(stream: AsyncIterable<Table>, limit = Number.POSITIVE_INFINITY): AsyncGenerator<Table, void, undefined> {
  let left = limit
  if (left === 0) return
  for await (const table of stream) {
    yield table.numRows > left ? table.slice(0, left) : table
    left -= table.numRows
    if (left <= 0) return
  }
}

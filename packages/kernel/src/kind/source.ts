import { type Json, PluginError, type Reader, reader, type Stream, type Table } from '@cardcage/plugin'
import type { Answer, CallOptions, SourceRequest } from './request.ts'
import { receiveTables } from '../wire/table.ts'
import { callTarget, expectChannel, expectObject, stamped, type Target } from './answer.ts'
import { bindParams } from './params.ts'
import { selector } from './select.ts'

/** Read a source as a stream of tables; columns, filter and limit are applied once more to what it gives. */
export async function readSource(target: Target, request: SourceRequest): Promise<Answer<Reader>> {
  const { stream: name, columns, filter, limit, cursor, onCheckpoint } = request
  const params = bindParams(target.provided.params, request.params)
  const args = { stream: name, columns, filter, limit, cursor } as unknown as Json
  const called = await callTarget(target, 'read', request, { params, args, ...(onCheckpoint ? { onCheckpoint } : {}) })
  const value = expectObject(called.value, 'a reader')
  const stream = await receiveTables(called.result.stream(expectChannel(value.channel)), value.found as Reader['found'])
  const select = selector(stream.schema, columns, filter)
  return called.answer(reader(select.schema, limited(stream, limit, select.table, target), stream.found))
}

/** Can the source be reached with its config? Returns what it says of itself. */
export async function checkSource(target: Target, options: CallOptions): Promise<Answer<Readonly<Record<string, Json>>>> {
  const called = await callTarget(target, 'check', options, {})
  return called.answer(expectObject(called.value, 'the outcome of a check'))
}

/** What the source can read. */
export async function discoverSource(target: Target, options: CallOptions): Promise<Answer<readonly Stream[]>> {
  const called = await callTarget(target, 'discover', options, {})
  if (!Array.isArray(called.value)) throw stamped(new PluginError('invalid-data', 'discover did not return a list', { origin: 'plugin' }), target)
  return called.answer(called.value as unknown as readonly Stream[])
}

async function* limited(stream: Reader, limit: number | undefined, change: (table: Table) => Table, target: Target): AsyncGenerator<Table> {
  let left = limit ?? Number.POSITIVE_INFINITY
  try {
    for await (const given of stream) {
      const table = change(given)
      yield table.numRows > left ? table.slice(0, left) : table
      left -= table.numRows
      if (left <= 0) return
    }
  } catch (error) {
    throw stamped(PluginError.from(error), target)
  }
}

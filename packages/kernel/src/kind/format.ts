import { type ByteSource, type Json, PluginError, type Reader, reader } from '@cardcage/plugin'
import type { Answer, ReadRequest, WriteRequest } from './request.ts'
import type { Slot } from '../slot/slot.ts'
import { receiveBytes, receiveTables } from '../wire/table.ts'
import { callTarget, expectChannel, expectObject, stamped, type Target } from './answer.ts'
import { bindParams } from './params.ts'
import { selector } from './select.ts'

const defaultBatchBytes = 4 * 1024 * 1024
const defaultBatchRows = 65_536

/** Bytes a format is shown to say whether they are its own. */
const headBytes = 64 * 1024

/** Read bytes as a stream of tables; resolves once the schema is known. */
export async function read(target: Target, source: ByteSource, request: ReadRequest): Promise<Answer<Reader>> {
  if (!target.provided.can?.includes('read')) throw stamped(new PluginError('unsupported', `${target.name} cannot be read, only written`), target)
  const params = bindParams(target.provided.params, request.params)
  const { schema, columns, filter, batchBytes = defaultBatchBytes, batchRows = defaultBatchRows, onReject = 'fail', reject } = request
  const args = { schema, columns, filter, batchBytes, batchRows, onReject } as unknown as Json
  let rejects = 0
  const called = await callTarget(target, 'read', request, {
    params,
    args,
    inputs: { source: { as: 'bytes', source } },
    onReject: (one) => {
      rejects++
      reject?.(one)
    },
  })
  const value = expectObject(called.value, 'a reader')
  const stream = await receiveTables(called.result.stream(expectChannel(value.channel)), value.found as Reader['found'])
  const select = selector(stream.schema, columns, filter)
  const said = () => {
    if (rejects > 0) called.warn(`${rejects} ${rejects === 1 ? 'record was' : 'records were'} rejected`)
  }
  return called.answer(reader(select.schema, stamping(stream, target, select.table, said), stream.found))
}

/** Write a stream of tables as bytes. */
export async function write(target: Target, tables: Reader, request: WriteRequest): Promise<Answer<AsyncIterable<Uint8Array>>> {
  if (!target.provided.can?.includes('write')) throw stamped(new PluginError('unsupported', `${target.name} cannot be written, only read`), target)
  const params = bindParams(target.provided.params, request.params)
  const input = { as: 'reader' as const, schema: tables.schema, tables, ...(tables.found ? { found: tables.found } : {}) }
  const called = await callTarget(target, 'write', request, { params, inputs: { data: input } })
  return called.answer(stamping(receiveBytes(called.result.stream(expectChannel(expectObject(called.value, 'bytes').channel))), target, (chunk) => chunk))
}

/** How sure a format is that these bytes are its own, 0 to 1. */
export async function probe(target: Target, head: Uint8Array, name: string): Promise<number> {
  const bytes = { name, size: head.length, stream: () => once(head) }
  const called = await callTarget(target, 'probe', {}, { args: { name }, inputs: { head: { as: 'bytes', source: bytes } } })
  return typeof called.value === 'number' ? called.value : 0
}

/** The first bytes of a source. */
export async function headOf(source: ByteSource): Promise<Uint8Array> {
  if (source.readAt) return await source.readAt(0, headBytes)
  throw new PluginError('invalid-call', `${source.name}: its format cannot be told from its name`, { hint: 'Say which format it is.' })
}

/**
 * Of several formats with one extension: a slot the config names, then one that is not built in, then the higher version.
 *
 * @throws {PluginError} `conflict` where that leaves more than one
 */
export function preferred(extension: string, candidates: readonly Target[], builtIn: (slot: Slot) => boolean, compareVersions: (a: string, b: string) => number): Target {
  const own = candidates.filter(({ slot }) => !builtIn(slot))
  const among = own.length > 0 ? own : candidates
  const version = ({ slot }: Target) => slot.parts.manifest.version
  const sorted = among.toSorted((a, b) => compareVersions(version(b), version(a)))
  const [first, second] = sorted
  if (first && second && compareVersions(version(first), version(second)) === 0) {
    throw new PluginError('conflict', `${extension} is offered by ${sorted.map(({ slot, name }) => `${slot.name}.format.${name}`).join(' and ')}`, { hint: 'Name the format you mean.' })
  }
  return first!
}

async function* stamping<A, B>(stream: AsyncIterable<A>, target: Target, change: (value: A) => B, onEnd?: () => void): AsyncGenerator<B> {
  try {
    for await (const value of stream) yield change(value)
    onEnd?.()
  } catch (error) {
    throw stamped(PluginError.from(error), target)
  }
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}


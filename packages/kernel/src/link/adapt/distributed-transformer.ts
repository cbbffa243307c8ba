import { type Format, PluginError, type Provides, type Reader, reader, type Table } from '@cardcage/plugin'
import { type AnyTable, isTable } from '@cardcage/plugin/internal'
import { compareVersion } from './compare-manifest.ts'
import { type Guide, type GuideContext, guideOf } from './guide.ts'
import { guarded, guideError } from './guide-error.ts'
import { notRecord } from './refusal.ts'
import { isRecord, member, textOf, textsOf } from './spelling.ts'

/** Bytes of a piece of what a format has written. */
const pieceBytes = 1024 * 1024

/**
 * The format guide: the plugin is a factory, `create_format` makes the one format of this slot from the host's config, where the slot's config is the
 * section of the plugin. A slot without config has no section.
 */
export async function provideFormat(guide: Guide): Promise<Provides> {
  const metadata = await guide.value('metadata')
  compareVersion(guide, member(metadata, 'version'))
  const said = member(metadata, 'name')
  const name = typeof said === 'string' && said !== '' ? said : guide.ctx.plugin.id
  const made = await guide.call('createFormat', [hostConfig(guide.ctx, name)], 'invalid-config')
  if (typeof made !== 'object' || made === null) throw notRecord('create_format', 'a format', made)
  const format = guideOf(made, guide.ctx, guide.form)
  if (format.has('close')) guide.ctx.defer(async () => void (await format.call('close', [])))
  const description = member(metadata, 'description')
  return {
    format: {
      [name.replace(/[^\w-]+/g, '_')]: {
        ...(typeof description === 'string' ? { description } : {}),
        extensions: textsOf(member(metadata, 'extensions')).map((one): `.${string}` => `.${one.replace(/^\./, '').toLowerCase()}`),
        ...(format.has('readBatches') || format.has('readBatchesFromStream') ? { read: readWith(format) } : {}),
        ...(format.has('writeBatches') ? { write: (tables: Reader) => written(format, tables) } : {}),
      },
    },
  }
}

function hostConfig({ config, plugin }: GuideContext, name: string): object {
  const section = Object.keys(config).length === 0 ? {} : { [plugin.id]: config, [name]: config }
  return { plugins: { plugin_dir: '', enable_plugins: true, plugin_configs: section } }
}

function readWith(format: Guide): NonNullable<Format['read']> {
  return async (source, { schema }) => {
    if (schema && format.has('readBatchesFromStream'))
      return await readerOf(await format.call('readBatchesFromStream', [schema, source.stream()]))
    if (!format.has('readBatches')) {
      throw new PluginError('unsupported', 'This format is only read with a schema: it has read_batches_from_stream and no read_batches', {
        hint: 'Give the schema of the data, or add read_batches to the plugin.',
      })
    }
    const chunks: Uint8Array[] = []
    for await (const chunk of source.stream()) chunks.push(chunk)
    return await readerOf(await format.call('readBatches', [new Uint8Array(Buffer.concat(chunks))]))
  }
}

/** A stream of batches as a reader: its schema is that of the first batch; one without batches is empty. Leaving early ends the plugin's stream. */
async function readerOf(stream: unknown): Promise<Reader> {
  const source = stream as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined
  const iterator = source?.[Symbol.asyncIterator]?.() ?? source?.[Symbol.iterator]?.()
  if (!iterator) throw notRecord('read_batches', 'a stream of record batches', stream)
  const next = async (): Promise<AnyTable | undefined> => {
    const { done, value } = await guarded(() => iterator.next())
    return done ? undefined : batchOf(value)
  }
  const end = async () => void (await guarded(async () => await iterator.return?.()))
  let first: AnyTable | undefined
  try {
    first = await next()
  } catch (error) {
    await end()
    throw error
  }
  async function* batches(): AsyncGenerator<Table> {
    try {
      for (let batch = first; batch; batch = await next()) yield batch
    } finally {
      await end()
    }
  }
  return first ? reader(first.schema, batches()) : reader([], [])
}

/** One item of a stream: a batch; an error in its place, or `{ ok }` and `{ err }`. */
function batchOf(item: unknown): AnyTable {
  if (isTable(item)) return item
  const failed = item instanceof Error ? item : isRecord(item) ? (member(item, 'err') ?? member(item, 'error')) : undefined
  if (failed !== undefined) throw guideError(failed instanceof Error || isRecord(failed) ? failed : new Error(textOf(failed)))
  const batch = member(item, 'ok')
  if (isTable(batch)) return batch
  throw notRecord('stream of record batches', 'a table made by table()', item)
}

async function* written(format: Guide, tables: Reader): AsyncGenerator<Uint8Array> {
  const bytes = await format.call('writeBatches', [tables])
  const chunks = typeof bytes === 'string' ? [Buffer.from(bytes)] : bytes instanceof Uint8Array ? [bytes] : bytes
  if (typeof chunks !== 'object' || chunks === null || !(Symbol.asyncIterator in chunks || Symbol.iterator in chunks))
    throw notRecord('write_batches', 'bytes', bytes)
  for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
    for (let from = 0; from < chunk.length; from += pieceBytes) yield chunk.subarray(from, from + pieceBytes)
  }
}

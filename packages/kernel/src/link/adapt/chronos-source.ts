import { type Call, type Fields, type Json, PluginError, type Reader, reader, type Source, type Stream, type Table } from '@cardcage/plugin'
import { type AnyTable, isTable } from '@cardcage/plugin/internal'
import type { DataSourceConfig } from '@cardcage/plugin/guides'
import { callContext } from './chronos-context.ts'
import type { Guide } from './guide.ts'
import { guideError } from './guide-error.ts'
import { anyParams, schemaOf } from './open-schema.ts'
import { notRecord } from './refusal.ts'
import { bothCases, isRecord, member, textsOf, variantOf } from './spelling.ts'
import { tableOfBatch, tableOfSeries } from './time-series.ts'

type Params = Readonly<Record<string, unknown>>

/** Keys of the config that hold the address, in the order in which they are looked for. */
const urlKeys = ['url', 'connection_string', 'api_url', 'api_endpoint', 'endpoint'] as const

/** A data source of the time-series guide: `import_data`, or its stream of batches where it supports one. */
export async function importSource(guide: Guide): Promise<Source> {
  const [kind] = guide.has('supportedConnections') ? listOf(await guide.call('supportedConnections', [])) : []
  const [format = 'csv'] = guide.has('supportedFormats') ? textsOf(await guide.call('supportedFormats', [])) : []
  const config = (params: Params) => configOf(guide, sourceType(kind), format, params)
  const streams = guide.has('startStreaming') && (!guide.has('supportsStreaming') || (await guide.call('supportsStreaming', [])) !== false)
  const canCheck = guide.has('validateConnection') || guide.has('testConnection')
  return {
    params: schemaOf(anyParams),
    ...(canCheck ? { check: () => checkConnection(guide, config({})) } : {}),
    ...(guide.has('getSchema')
      ? { discover: async () => streamsOf(await guide.call('getSchema', [config({})]), guide.ctx.plugin.id) }
      : {}),
    async read({ params: asked, limit }, call) {
      const params = asked as Params
      const given = config(limit === undefined ? params : { limit, ...params })
      await validateConnection(guide, given)
      const context = callContext(guide, call, params)
      return streams ? await readStream(await guide.call('startStreaming', [given, context])) : await readAll(guide, given, context, call)
    },
  }
}

/** The guide's config of one call: `connection`, `import` and `auth` of the slot's config, everything else and the call's params among the options. */
function configOf(guide: Guide, source_type: string, format: string, params: Params): DataSourceConfig {
  const { connection, import: imported, auth, options, ...rest } = guide.ctx.config
  const flat = urlKeys.map((key) => rest[key]).find((value) => typeof value === 'string')
  const written = typeof connection === 'string' ? { url: connection } : isRecord(connection) ? connection : {}
  return bothCases({
    source_type,
    connection: { url: typeof flat === 'string' ? flat : '', ...written },
    import: { format, value_columns: [], ...(isRecord(imported) ? imported : {}) },
    ...(isRecord(auth) ? { auth } : {}),
    options: { ...rest, ...(isRecord(options) ? options : {}), ...params },
  })
}

function sourceType(kind: unknown): string {
  const { name } = variantOf(kind)
  return name === '' ? 'Custom' : name
}

async function validateConnection(guide: Guide, config: DataSourceConfig): Promise<void> {
  if (guide.has('validateConnection') && (await guide.call('validateConnection', [config])) === false)
    throw new PluginError('invalid-config', 'The plugin says that the connection does not fit')
}

async function checkConnection(guide: Guide, config: DataSourceConfig): Promise<Readonly<Record<string, Json>>> {
  await validateConnection(guide, config)
  const said = guide.has('testConnection') ? await guide.call('testConnection', [config]) : {}
  const error = member(said, 'error')
  if (said === false || member(said, 'connected') === false)
    throw new PluginError('unavailable', typeof error === 'string' ? error : 'The plugin could not connect')
  return isRecord(said) ? (JSON.parse(JSON.stringify(said)) as Record<string, Json>) : {}
}

async function readAll(guide: Guide, config: DataSourceConfig, context: object, call: Call): Promise<AnyTable> {
  const result = await guide.call('importData', [config, context])
  if (isTable(result)) return result
  const series = member(result, 'timeseries')
  if (!Array.isArray(series)) throw notRecord('import_data', 'a result with a list `timeseries`', result)
  for (const warning of textsOf(member(result, 'warnings'))) call.warn(warning)
  const skipped = member(member(result, 'stats'), 'rowsSkipped')
  if (typeof skipped === 'number' && skipped > 0) call.warn(`${skipped} ${skipped === 1 ? 'row was' : 'rows were'} skipped`)
  return tableOfSeries(series)
}

/** Batches as a reader: the first one, read at once, says the schema. */
async function readStream(stream: unknown): Promise<Reader> {
  const call = async (name: string): Promise<unknown> => {
    const method = member(stream, name)
    try {
      return typeof method === 'function' ? await (Reflect.apply(method, stream, []) as unknown) : undefined
    } catch (error) {
      throw guideError(error)
    }
  }
  const next = async (fields?: Fields): Promise<AnyTable | undefined> => {
    if ((await call('hasMore')) === false) return undefined
    const batch = await call('nextBatch')
    if (batch === null || batch === undefined) return undefined
    return isTable(batch) ? batch : tableOfBatch(batch, fields)
  }
  let first: AnyTable | undefined
  try {
    first = await next()
  } catch (error) {
    await call('close')
    throw error
  }
  async function* tables(): AsyncGenerator<Table> {
    try {
      for (let batch = first; batch; batch = await next(first?.schema)) yield batch
    } finally {
      await call('close')
    }
  }
  if (!first) await call('close')
  return reader(first?.schema ?? [], first ? tables() : [])
}

/** Arrow's types by the guide's names of types. */
const types: Readonly<Record<string, string>> = {
  integer: 'int64',
  float: 'float64',
  boolean: 'bool',
  datetime: 'timestamp(ms, UTC)',
  date: 'timestamp(ms, UTC)',
  binary: 'binary',
}

/** Schemas of the guide as streams. */
function streamsOf(said: unknown, plugin: string): readonly Stream[] {
  return listOf(said).map((schema): Stream => {
    const name = member(schema, 'name')
    const rows = member(schema, 'estimatedRows')
    const key = textsOf(member(schema, 'primaryKey'))
    const columns = listOf(member(schema, 'columns') ?? []).map((column) => ({
      name: String(member(column, 'name')),
      type: types[variantOf(member(column, 'dataType')).name.toLowerCase()] ?? 'utf8',
      ...(member(column, 'nullable') === false ? { nullable: false } : {}),
    }))
    return {
      name: typeof name === 'string' && name !== '' ? name : plugin,
      schema: columns,
      ...(typeof rows === 'number' ? { rows } : {}),
      ...(key.length > 0 ? { key } : {}),
    }
  })
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]
}

import { type AnyTable, type ParsedType, parseType, PluginError, table, vectorsOf } from '@cardcage/plugin/internal'
import type { Field, Fields, Json, Table } from '@cardcage/plugin'

/** A table as JSON: on the command line and over HTTP. */
export interface TableJson {
  readonly schema: Fields
  /** Of the whole table, also where it was cut. */
  readonly rows: number
  readonly columns: Readonly<Record<string, readonly Json[]>>
  /** The columns have fewer values than `rows` says. */
  readonly truncated?: true
}

/**
 * A table as JSON. Missing is `null`; NaN is `"nan"`, infinities are `"inf"` and `"-inf"`; integers (also times, timestamps in us and
 * durations, in their unit) are numbers within ±2^53 and text beyond; ns times and decimals are text; dates and timestamps in s or ms are
 * milliseconds since 1970; bytes are base64.
 *
 * @param options.limit most rows in `columns`; default 1,000
 */
export function tableToJson(given: AnyTable, options: { readonly limit?: number } = {}): TableJson {
  const limit = options.limit ?? 1000
  const shown: Table = given.numRows > limit ? given.slice(0, limit) : given
  const types = vectorsOf(shown).map((vector) => vector.type)
  const columns = Object.fromEntries(
    shown.schema.map((field, i) => [field.name, Array.from(shown.column(field.name), (value) => valueToJson(types[i]!, value))]),
  )
  return { schema: given.schema, rows: given.numRows, columns, ...(given.numRows > limit && { truncated: true as const }) }
}

/**
 * The table of a JSON document of unknown origin: the opposite of `tableToJson`. Without a schema the values decide, as in `table()`.
 * Dates and
 * timestamps may be ISO 8601 text too, to the millisecond, UTC where no zone is given. A truncated table has the rows that are there.
 *
 * @throws {PluginError} `invalid-data` if it has not this shape, or a value does not fit its type
 */
export function tableFromJson(json: unknown): Table {
  if (!isRecord(json) || !isRecord(json['columns'])) throw shape('it has no `columns`')
  const columns = json['columns']
  for (const [name, values] of Object.entries(columns)) if (!Array.isArray(values)) throw shape(`column '${name}' is not an array`)
  const schema = json['schema'] === undefined ? undefined : readFields(json['schema'])
  const types = new Map(schema?.map((field) => [field.name, parseType(field.type)]))
  const given = Object.fromEntries(
    Object.entries(columns as Record<string, unknown[]>).map(([name, values]) => {
      const type = types.get(name)
      return [name, type ? values.map((value) => valueFromJson(type, value)) : values]
    }),
  )
  const result = table(given, schema)
  const rows = json['rows']
  if (rows !== undefined && json['truncated'] !== true && rows !== result.numRows && result.schema.length > 0) {
    throw shape(`it claims ${JSON.stringify(rows)} rows and has ${result.numRows}`)
  }
  return result as Table
}

function valueToJson(type: ParsedType, value: unknown): Json {
  if (value === null || value === undefined) return null
  switch (type.kind) {
    case 'list':
      return (value as unknown[]).map((item) => valueToJson(type.item, item))
    case 'struct':
      return Object.fromEntries(
        type.children.map((child) => [child.name, valueToJson(child.type, (value as Record<string, unknown>)[child.name])]),
      )
    default:
      if (typeof value === 'bigint') {
        const asText = ('unit' in type && type.unit === 'ns') || !Number.isSafeInteger(Number(value))
        return asText ? value.toString() : Number(value)
      }
      if (typeof value === 'number') return Number.isFinite(value) ? value : Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.getTime()
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64')
      return value as string | boolean
  }
}

const specialNumbers: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, '-inf': -Infinity }
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const isoTime = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/

/** What does not fit is left as it is: `table()` refuses it and names column and row. */
function valueFromJson(type: ParsedType, value: unknown): unknown {
  switch (type.kind) {
    case 'float':
      return typeof value === 'string' && Object.hasOwn(specialNumbers, value) ? specialNumbers[value] : value
    case 'int':
    case 'time':
    case 'duration':
      return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : value
    case 'date':
    case 'timestamp': {
      const inMilliseconds = type.kind === 'date' || type.unit === 's' || type.unit === 'ms'
      if (typeof value === 'number' && inMilliseconds) return new Date(value)
      if (typeof value !== 'string') return value
      if (!inMilliseconds && /^-?\d{1,20}$/.test(value)) return BigInt(value)
      const [text, date, time = '00:00', zone = 'Z'] = isoTime.exec(value) ?? []
      return text === undefined ? value : new Date(`${date}T${time}${zone}`)
    }
    case 'binary':
    case 'fixed_size_binary':
      return typeof value === 'string' && base64.test(value) ? new Uint8Array(Buffer.from(value, 'base64')) : value
    case 'list':
      return Array.isArray(value) ? value.map((item) => valueFromJson(type.item, item)) : value
    case 'struct': {
      if (!isRecord(value)) return value
      const types = new Map(type.children.map((child) => [child.name, child.type]))
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => {
          const innerType = types.get(name)
          return [name, innerType ? valueFromJson(innerType, inner) : inner]
        }),
      )
    }
    default:
      return value
  }
}

function readFields(schema: unknown): Fields {
  if (!Array.isArray(schema)) throw shape('its `schema` is not an array')
  return schema.map((field: unknown, i): Field => {
    if (!isRecord(field) || typeof field['name'] !== 'string' || typeof field['type'] !== 'string') {
      throw shape(`field ${i + 1} of its schema needs a name and a type`)
    }
    const { name, type, nullable, metadata } = field
    if (nullable !== undefined && typeof nullable !== 'boolean') throw shape(`\`nullable\` of field '${name}' is not a boolean`)
    if (metadata !== undefined && !(isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string'))) {
      throw shape(`the metadata of field '${name}' are not texts by name`)
    }
    return { name, type, ...(nullable !== undefined && { nullable }), ...(metadata && { metadata: metadata as Record<string, string> }) }
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shape(why: string): PluginError {
  return new PluginError('invalid-data', `The JSON is not a table: ${why}`, {
    hint: 'A table is {"schema": [{"name": "x", "type": "float64"}], "rows": 2, "columns": {"x": [1, null]}}.',
  })
}

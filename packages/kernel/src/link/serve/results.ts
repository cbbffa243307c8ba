import { type Analysis, type Figure, type Findings, type Json, PluginError, type Reader, type Table } from '@cardcage/plugin'
import { type AnyTable, isTable } from '@cardcage/plugin/internal'
import { sendBytes, sendTable, sendTables } from '../../wire/table.ts'
import type { ServedCall } from './call.ts'

/** What a served call gives: the value of its `result`, and streams that are sent after it. */
export interface Served {
  readonly value: Json
  readonly streams?: readonly { readonly channel: number; readonly send: () => Promise<void> }[]
}

/** What an analysis returned, on its way. @throws {PluginError} `invalid-data` where it is something else */
export function sendAnalysis(analysis: Analysis, call: ServedCall): Served {
  if (isTable(analysis)) return sendFindings({ result: analysis }, {}, call)
  if (isReader(analysis)) {
    const out = call.output()
    return {
      value: { summary: {}, reader: out.channel },
      streams: [{ channel: out.channel, send: () => sendTables(out, analysis.schema, checked(analysis)) }],
    }
  }
  if (typeof analysis !== 'object' || analysis === null)
    throw notResult(`an analysis returns a table, a reader or {tables, summary}, not ${describe(analysis)}`)
  const { tables = {}, summary = {} } = analysis as Findings
  return sendFindings(tables, summary, call)
}

function sendFindings(tables: Readonly<Record<string, AnyTable>>, summary: Readonly<Record<string, Json>>, call: ServedCall): Served {
  const channels: [string, number][] = []
  const streams = Object.entries(tables).map(([name, table]) => {
    if (!isTable(table)) throw notResult(`tables.${name} was not made by table(): ${describe(table)}`)
    const out = call.output()
    channels.push([name, out.channel])
    return { channel: out.channel, send: () => sendTable(out, table) }
  })
  return { value: { summary: finite(summary, call) as Json, tables: Object.fromEntries(channels) }, streams }
}

/** A non-finite finding is null and a warning. */
function finite(summary: Readonly<Record<string, Json>>, call: ServedCall): Readonly<Record<string, Json>> {
  let changed: Record<string, Json> | undefined
  for (const name in summary) {
    const value = summary[name]
    if (typeof value !== 'number' || Number.isFinite(value)) continue
    call.warn(`${name} is ${String(value)}`)
    changed ??= { ...summary }
    changed[name] = null
  }
  return changed ?? summary
}

/** What a source or a format returned, on its way. @throws {PluginError} `invalid-data` where it is something else */
export function sendReader(stream: unknown, call: ServedCall): Served {
  if (!isReader(stream)) throw notResult(`a reader made by reader() was expected, not ${describe(stream)}`)
  const out = call.output()
  const value = { channel: out.channel, ...(stream.found ? { found: stream.found as Json } : {}) }
  return { value, streams: [{ channel: out.channel, send: () => sendTables(out, stream.schema, checked(stream)) }] }
}

async function* checked(stream: Reader): AsyncGenerator<Table> {
  for await (const table of stream) {
    if (!isTable(table)) throw notResult(`a stream of tables held ${describe(table)}`)
    yield table
  }
}

/** What a plot or an exporter returned, on its way. @throws {PluginError} `invalid-data` where it is something else */
export function sendFigure(figure: Figure, call: ServedCall): Served {
  if (typeof figure !== 'object' || figure === null || typeof figure.mediaType !== 'string')
    throw notResult(`a figure is {mediaType, body, alt}, not ${describe(figure)}`)
  const { mediaType, body, alt, title } = figure
  if (typeof body !== 'string' && !(body instanceof Uint8Array))
    throw notResult(`the body of a figure is text or bytes, not ${describe(body)}`)
  const out = call.output()
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return {
    value: {
      mediaType,
      alt: String(alt),
      ...(title === undefined ? {} : { title: String(title) }),
      text: typeof body === 'string',
      body: out.channel,
    },
    streams: [{ channel: out.channel, send: () => sendBytes(out, [bytes]) }],
  }
}

function isReader(value: unknown): value is Reader {
  return (
    typeof value === 'object' &&
    value !== null &&
    Array.isArray((value as Reader).schema) &&
    typeof (value as Reader)[Symbol.asyncIterator] === 'function'
  )
}

function notResult(what: string): PluginError {
  return new PluginError('invalid-data', `The plugin returned something else than promised: ${what}`, { origin: 'plugin' })
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return typeof value === 'object'
    ? `an object with the keys ${Object.keys(value).slice(0, 8).join(', ') || '(none)'}`
    : `a ${typeof value}`
}

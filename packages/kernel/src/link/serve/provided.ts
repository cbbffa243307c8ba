import {
  type Analysis,
  type ByteSource,
  type Enricher,
  type Exporter,
  type Figure,
  type FigureWish,
  type Findings,
  type Format,
  type FormatCall,
  type Handler,
  type Json,
  type Operation,
  type Plot,
  type PlotCall,
  PluginError,
  type Reader,
  type Reject,
  type Schema,
  type Source,
  type SourceCall,
  type Table,
} from '@cardcage/plugin'
import { concat, isTable } from '@cardcage/plugin/internal'
import { messages } from '../../wire/message.ts'
import { receiveBytes, receiveTables, sendBytes, sendTable, sendTables } from '../../wire/table.ts'
import type { Asking } from './asking.ts'
import type { ServedCall } from './call.ts'

/** What a served call gives: the value of its `result`, and streams that are sent after it. */
export interface Served {
  readonly value: Json
  readonly streams?: readonly { readonly channel: number; readonly send: () => Promise<void> }[]
}

/** One function per kind and verb: receives what was sent, runs the plugin's code, says how its result travels. */
export const serveVerb: Readonly<Record<string, (provided: never, call: ServedCall, asking: Asking) => Promise<Served>>> = {
  'analysis.run': async (operation: Operation, call) => {
    const params = await validated(operation.params, call.message.params ?? {}, 'invalid-call')
    return sendAnalysis(await operation.run((await given(call)) as never, params as never, call), call)
  },
  'analysis.estimate': async (operation: Operation, call) => {
    const { rows } = call.message.args as { rows: Record<string, number> }
    const params = await validated(operation.params, call.message.params ?? {}, 'invalid-call')
    return { value: (operation.estimate?.(rows, params as never) ?? {}) as Json }
  },
  'visualization.run': async (plot: Plot, call) => {
    const params = await validated(plot.params, call.message.params ?? {}, 'invalid-call')
    const wish = call.message.args?.wish as unknown as FigureWish
    return sendFigure(await plot.run((await given(call)) as never, params as never, extended<PlotCall>(call, { wish })), call)
  },
  'visualization.export': async (exporter: Exporter, call, asking) => {
    const { wish, figure } = call.message.args as unknown as { wish: FigureWish & { scale: number }; figure: { mediaType: string; alt: string; title?: string; text: boolean } }
    const body = await wholeBytes(call, asking, 'figure')
    const { text, ...rest } = figure
    return sendFigure(await exporter.export({ ...rest, body: text ? new TextDecoder().decode(body) : body }, wish, call), call)
  },
  'format.probe': async (format: Format, call, asking) => {
    const head = await wholeBytes(call, asking, 'head')
    const sure = format.probe?.(head, String(call.message.args?.name)) ?? 0
    return { value: Number.isFinite(sure) ? Math.min(1, Math.max(0, sure)) : 0 }
  },
  'format.read': async (format: Format, call, asking) => {
    if (!format.read) throw new PluginError('unsupported', `${call.message.name} cannot be read, only written`)
    const params = await validated(format.params, call.message.params ?? {}, 'invalid-call')
    const { onReject, ...want } = call.message.args as { onReject: 'fail' | 'leave out' | 'null'; batchBytes: number; batchRows: number }
    const reject = (reject: Reject) => {
      if (onReject === 'fail') throw rejected(reject)
      asking.say(messages.reject.type, call.number, reject)
      return onReject
    }
    return sendReader(await format.read(byteSource(call, asking, 'source'), { ...want, params: params as never }, extended<FormatCall>(call, { reject })), call)
  },
  'format.write': async (format: Format, call) => {
    if (!format.write) throw new PluginError('unsupported', `${call.message.name} cannot be written, only read`)
    const params = await validated(format.params, call.message.params ?? {}, 'invalid-call')
    const { data } = await given(call)
    const chunks = format.write(data as Reader, params as never, call)
    const out = call.output()
    return { value: { channel: out.channel }, streams: [{ channel: out.channel, send: () => sendBytes(out, chunks) }] }
  },
  'source.check': async (source: Source, call) => ({ value: ((await source.check?.(call)) ?? {}) as Json }),
  'source.discover': async (source: Source, call) => ({ value: ((await source.discover?.(call)) ?? []) as unknown as Json }),
  'source.read': async (source: Source, call, asking) => {
    const params = await validated(source.params, call.message.params ?? {}, 'invalid-call')
    const checkpoint = (cursor: string) => asking.say(messages.checkpoint.type, call.number, { cursor })
    const query = { ...call.message.args, params: params as never }
    const read = await source.read(query, extended<SourceCall>(call, { checkpoint }))
    return isTable(read) ? sendReader({ schema: read.schema, found: { rows: read.numRows }, [Symbol.asyncIterator]: () => once(read) }, call) : sendReader(read, call)
  },
  'enrichment.enrich': async (enricher: Enricher, call) => {
    const { subject } = call.message.args as { subject: { type: string; id: string } }
    return { value: (await enricher.enrich(subject, call)) as unknown as Json }
  },
  'handler.handle': async (handler: Handler, call) => {
    const event = call.message.args?.event as { time: string; data: Json } & Record<string, Json>
    const data = await validated(handler.data, event.data, 'invalid-data')
    await handler.handle({ ...event, time: new Date(event.time), data } as never, call)
    return { value: null }
  },
}

/** The author's own schema, run once more: it may refine and transform what JSON Schema cannot say. */
export async function validated(schema: Schema | undefined, value: unknown, code: 'invalid-call' | 'invalid-data' | 'invalid-config'): Promise<unknown> {
  if (!schema) return value
  const checked = schema['~standard'].validate(value)
  const result = checked instanceof Promise ? await checked : checked
  if (!result.issues) return result.value
  const problems = result.issues.map(({ path, message }) => ({ path: (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.'), message }))
  throw new PluginError(code, problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '), { origin: 'caller', details: { problems } })
}

/** A call with what only its kind has. */
function extended<C>(call: ServedCall, more: Partial<C>): C {
  return {
    id: call.id,
    get signal() {
      return call.signal
    },
    get log() {
      return call.log
    },
    remaining: () => call.remaining(),
    progress: (done: number | undefined, note?: string) => call.progress(done, note),
    warn: (message: string, details?: Json) => call.warn(message, details),
    reserve: (bytes: number) => call.reserve(bytes),
    ...more,
  } as C
}

async function given(call: ServedCall): Promise<Record<string, Table | Reader>> {
  const inputs: Record<string, Table | Reader> = {}
  const open = Object.entries(call.message.inputs ?? {}).map(async ([name, { as, channel, found }]) => {
    const stream = await receiveTables(call.input(channel!), found as Reader['found'])
    inputs[name] = as === 'reader' ? stream : await joined(stream)
  })
  await Promise.all(open)
  return inputs
}

async function joined(stream: Reader): Promise<Table> {
  const tables: Table[] = []
  for await (const table of stream) tables.push(table)
  return tables.length === 1 ? tables[0]! : concat(tables, stream.schema)
}

async function wholeBytes(call: ServedCall, asking: Asking, input: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of byteSource(call, asking, input).stream()) chunks.push(chunk)
  return chunks.length === 1 ? new Uint8Array(chunks[0]!) : new Uint8Array(Buffer.concat(chunks))
}

function sendAnalysis(analysis: Analysis, call: ServedCall): Served {
  if (isTable(analysis)) return sendFindings({ result: analysis }, {}, call)
  if (isReader(analysis)) {
    const out = call.output()
    return { value: { summary: {}, reader: out.channel }, streams: [{ channel: out.channel, send: () => sendTables(out, analysis.schema, checked(analysis)) }] }
  }
  if (typeof analysis !== 'object' || analysis === null) throw notResult(`an analysis returns a table, a reader or {tables, summary}, not ${describe(analysis)}`)
  const { tables = {}, summary = {} } = analysis as Findings
  return sendFindings(tables, summary, call)
}

function sendFindings(tables: Readonly<Record<string, Table<any>>>, summary: Readonly<Record<string, Json>>, call: ServedCall): Served {
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
  const broken = Object.entries(summary).filter(([, value]) => typeof value === 'number' && !Number.isFinite(value))
  if (broken.length === 0) return summary
  for (const [name, value] of broken) call.warn(`${name} is ${String(value)}`)
  const names = new Set(broken.map(([name]) => name))
  return Object.fromEntries(Object.entries(summary).map(([name, value]) => [name, names.has(name) ? null : value]))
}

function sendReader(stream: unknown, call: ServedCall): Served {
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

function sendFigure(figure: Figure, call: ServedCall): Served {
  if (typeof figure !== 'object' || figure === null || typeof figure.mediaType !== 'string') throw notResult(`a figure is {mediaType, body, alt}, not ${describe(figure)}`)
  const { mediaType, body, alt, title } = figure
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) throw notResult(`the body of a figure is text or bytes, not ${describe(body)}`)
  const out = call.output()
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return {
    value: { mediaType, alt: String(alt), ...(title === undefined ? {} : { title: String(title) }), text: typeof body === 'string', body: out.channel },
    streams: [{ channel: out.channel, send: () => sendBytes(out, [bytes]) }],
  }
}

/** A bytes input of a call, read from the host piece by piece. */
function byteSource(call: ServedCall, asking: Asking, input: string): ByteSource {
  const { name = 'data', size, readAt } = call.message.inputs?.[input] ?? {}
  return {
    name,
    ...(size === undefined ? {} : { size }),
    async *stream(from) {
      const { channel } = await asking.ask<{ channel: number }>('bytes.stream', { input, from }, call.number)
      yield* receiveBytes(call.input(channel))
    },
    ...(readAt
      ? { readAt: async (offset: number, length: number) => (await asking.askBytes('bytes.readAt', { input, offset, length }, call.number)).bytes }
      : {}),
  }
}

function rejected(reject: Reject): PluginError {
  const place = `record ${reject.record}${reject.line === undefined ? '' : `, line ${reject.line}`}, bytes ${reject.bytes[0]}–${reject.bytes[1]}`
  const column = reject.column === undefined ? '' : `, column '${reject.column}'`
  return new PluginError('invalid-data', `${place}${column}: ${reject.reason}`, {
    hint: 'Correct the record, or read on without it by asking that rejects be left out.',
    details: { reject: reject as unknown as Json },
  })
}

function isReader(value: unknown): value is Reader {
  return typeof value === 'object' && value !== null && Array.isArray((value as Reader).schema) && typeof (value as Reader)[Symbol.asyncIterator] === 'function'
}

function notResult(what: string): PluginError {
  return new PluginError('invalid-data', `The plugin returned something else than promised: ${what}`, { origin: 'plugin' })
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return typeof value === 'object' ? `an object with the keys ${Object.keys(value).slice(0, 8).join(', ') || '(none)'}` : `a ${typeof value}`
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}

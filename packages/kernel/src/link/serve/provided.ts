import {
  type Awaitable,
  type Enricher,
  type Exporter,
  type FigureWish,
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
  type Source,
  type SourceCall,
} from '@cardcage/plugin'
import { isTable } from '@cardcage/plugin/internal'
import { messages } from '../../wire/message.ts'
import { sendBytes } from '../../wire/table.ts'
import type { Asking } from './asking.ts'
import type { ServedCall } from './call.ts'
import { byteSource, given, wholeBytes } from './given.ts'
import { sendAnalysis, sendFigure, sendReader, type Served } from './results.ts'
import { validated } from './validated.ts'

/** One function per kind and verb: receives what was sent, runs the plugin's code, says how its result travels. */
export const serveVerb: Readonly<Record<string, (provided: never, call: ServedCall, asking: Asking) => Awaitable<Served>>> = {
  // The one that is called most, step by step: nothing waits that need not.
  'analysis.run': (operation: Operation, call) => {
    const { params = {}, inputs } = call.message
    const run = (checked: unknown) =>
      inputs ? given(call).then((tables) => operation.run(tables as never, checked, call)) : operation.run({} as never, checked, call)
    const returned = chain(validated(operation.params, params, 'invalid-call'), run)
    return chain(returned, (analysis) => sendAnalysis(analysis, call))
  },
  'analysis.estimate': async (operation: Operation, call) => {
    const { rows } = call.message.args as { rows: Record<string, number> }
    const params = await validated(operation.params, call.message.params ?? {}, 'invalid-call')
    return { value: (operation.estimate?.(rows, params) ?? {}) as Json }
  },
  'visualization.run': async (plot: Plot, call) => {
    const params = await validated(plot.params, call.message.params ?? {}, 'invalid-call')
    const wish = call.message.args?.wish as unknown as FigureWish
    return sendFigure(await plot.run((await given(call)) as never, params, extended<PlotCall>(call, { wish })), call)
  },
  'visualization.export': async (exporter: Exporter, call, asking) => {
    const { wish, figure } = call.message.args as unknown as {
      wish: FigureWish & { scale: number }
      figure: { mediaType: string; alt: string; title?: string; text: boolean }
    }
    const body = await wholeBytes(call, asking, 'figure')
    const { text, ...rest } = figure
    return sendFigure(await exporter.export({ ...rest, body: text ? new TextDecoder().decode(body) : body }, wish, call), call)
  },
  'format.probe': async (format: Format, call, asking) => {
    const head = await wholeBytes(call, asking, 'head')
    const sure = format.probe?.(head, call.message.args?.name as string) ?? 0
    return { value: Number.isFinite(sure) ? Math.min(1, Math.max(0, sure)) : 0 }
  },
  'format.read': async (format: Format, call, asking) => {
    if (!format.read) throw new PluginError('unsupported', `${call.message.name} cannot be read, only written`)
    const params = await validated(format.params, call.message.params ?? {}, 'invalid-call')
    const { onReject, ...want } = call.message.args as { onReject: 'fail' | 'leave out' | 'null'; batchBytes: number; batchRows: number }
    const reject = (reject: Reject) => {
      if (onReject === 'fail') throw rejected(reject)
      if (!call.ended) asking.say(messages.reject.type, call.number, reject)
      return onReject
    }
    return sendReader(
      await format.read(byteSource(call, asking, 'source'), { ...want, params: params }, extended<FormatCall>(call, { reject })),
      call,
    )
  },
  'format.write': async (format: Format, call) => {
    if (!format.write) throw new PluginError('unsupported', `${call.message.name} cannot be written, only read`)
    const params = await validated(format.params, call.message.params ?? {}, 'invalid-call')
    const { data } = await given(call)
    const chunks = format.write(data as Reader, params, call)
    const out = call.output()
    return { value: { channel: out.channel }, streams: [{ channel: out.channel, send: () => sendBytes(out, chunks) }] }
  },
  'source.check': async (source: Source, call) => ({ value: ((await source.check?.(call)) ?? {}) as Json }),
  'source.discover': async (source: Source, call) => ({ value: ((await source.discover?.(call)) ?? []) as unknown as Json }),
  'source.read': async (source: Source, call, asking) => {
    const params = await validated(source.params, call.message.params ?? {}, 'invalid-call')
    const checkpoint = (cursor: string) => {
      if (!call.ended) asking.say(messages.checkpoint.type, call.number, { cursor: String(cursor) })
    }
    const query = { ...call.message.args, params: params as never }
    const read = await source.read(query, extended<SourceCall>(call, { checkpoint }))
    return isTable(read)
      ? sendReader({ schema: read.schema, found: { rows: read.numRows }, [Symbol.asyncIterator]: () => once(read) }, call)
      : sendReader(read, call)
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

/** Go on with a value: now, or when it is there. */
function chain<A, B>(value: Awaitable<A>, go: (value: A) => Awaitable<B>): Awaitable<B> {
  return isPromise(value) ? value.then((later) => go(later)) : go(value)
}

function isPromise<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
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

function rejected(reject: Reject): PluginError {
  const place = `record ${reject.record}${reject.line === undefined ? '' : `, line ${reject.line}`}, bytes ${reject.bytes[0]}–${reject.bytes[1]}`
  const column = reject.column === undefined ? '' : `, column '${reject.column}'`
  return new PluginError('invalid-data', `${place}${column}: ${reject.reason}`, {
    hint: 'Correct the record, or read on without it by asking that rejects be left out.',
    details: { reject: reject as unknown as Json },
  })
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}

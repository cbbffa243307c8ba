import { type Awaitable, type Definition, type Health, type Json, type Plugin, PluginError, type Provides } from '@cardcage/plugin'
import { describeProvides, jsonSchemaOf } from '../../manifest/describe-provides.ts'
import { decodeError, encodeError, withErrorCause } from '../../wire/error.ts'
import { type Frame, flagMore, maxFrameBytes } from '../../wire/frame.ts'
import type { Inbound } from '../../wire/inbound.ts'
import { decodeJson, encodeJson } from '../../wire/json.ts'
import { messages, protocolFeatures, protocolMajors } from '../../wire/message.ts'
import type { Port } from '../../wire/port.ts'
import type { Assignment } from '../assignment.ts'
import { Asking } from './asking.ts'
import { type CallMessage, currentCall, ServedCall } from './call.ts'
import { createContext, type Registered } from './context.ts'
import { serveVerb } from './provided.ts'
import type { Served } from './results.ts'
import { validated } from './validated.ts'

/** What a runner needs from where it runs. */
export interface RunnerPlace {
  readonly pid: number | undefined
  /** Import the entry module. */
  load(assignment: Assignment): Promise<unknown>
  /** The definition of an entry module in a guide's form. */
  guide(module: unknown, assignment: Assignment): Definition
  /** The instance has stopped, or the host is gone. */
  exit(): void
}

/** Milliseconds cancelled calls have to end before the cleanups of their instance run. */
const drainMilliseconds = 500

/** Serve one instance over a port: the other side of `Session`, the same code in a process of its own and inline. */
export function serve(port: Port, place: RunnerPlace): void {
  const asking = new Asking(port)
  const calls = new Map<number, ServedCall>()
  let onIdle: (() => void) | undefined
  const instanceStreams = new Map<number, Inbound>()
  const instance = new AbortController()
  const registered: Registered = { cleanups: [], checks: new Map(), carries: new Map() }
  const log = asking.logger(0)
  let provides: Provides = {}

  const inbound = (call: number, channel: number): Inbound => {
    if (call !== 0) return calls.get(call)?.input(channel) ?? asking.inbound(call, channel)
    let stream = instanceStreams.get(channel)
    if (!stream) {
      instanceStreams.set(channel, (stream = asking.inbound(0, channel)))
      stream.onEnd = () => instanceStreams.delete(channel)
    }
    return stream
  }
  const start = async (assignment: Assignment): Promise<void> => {
    const definition = definitionOf(await place.load(assignment), assignment, place)
    const config = await validated(definition.config, assignment.config, 'invalid-config')
    const ctx = createContext({ asking, registered, signal: instance.signal, inbound, ...assignment, config })
    provides = (await definition.setup(ctx)) ?? {}
    asking.say(messages.ready.type, 0, {
      provides: describeProvides(provides),
      config: definition.config ? jsonSchemaOf(definition.config, 'config') : undefined,
    })
  }
  const refuse = (error: unknown) => {
    logStack(asking, 0, error)
    asking.say(messages.refused.type, 0, encodeError(withErrorCause(error, 'load')))
  }
  const over = (call: ServedCall) => {
    call.finish()
    calls.delete(call.number)
    if (calls.size === 0) onIdle?.()
  }
  const fail = (call: ServedCall, error: unknown) => {
    logStack(asking, call.number, error)
    call.finish()
    port.sendText(messages.error.type, 0, call.number, JSON.stringify(encodeError(error)))
    over(call)
  }
  const answer = (call: ServedCall, { value, streams = [] }: Served) => {
    const text = resultText(value, streams)
    if (streams.length === 0) call.finish()
    port.sendText(messages.result.type, 0, call.number, text)
    if (streams.length === 0) return over(call)
    call.answered()
    void Promise.all(streams.map(({ send }) => send())).then(() => over(call))
  }
  const run = (call: ServedCall): void => {
    try {
      const result = served(call, provides, asking)
      if ('then' in result) result.then((later) => answer(call, later)).then(undefined, (error: unknown) => fail(call, error))
      else answer(call, result)
    } catch (error) {
      fail(call, error)
    }
  }
  const check = async (id: number): Promise<void> => {
    const probes = [...registered.checks].map(async ([name, probe]): Promise<{ name: string } & Health> => {
      try {
        const { status, note } = (await probe(instance.signal)) ?? { status: 'pass' as const }
        return { name, status, ...(note === undefined ? {} : { note: String(note) }) }
      } catch (error) {
        return { name, status: 'fail', note: PluginError.from(error).message }
      }
    })
    asking.say(messages.checked.type, id, { checks: await Promise.all(probes) })
  }
  const stop = async (): Promise<void> => {
    const carry = await carried(registered, asking)
    for (const call of calls.values()) call.abort('cancelled')
    if (calls.size > 0) await within(drainMilliseconds, new Promise<void>((resolve) => (onIdle = resolve)))
    instance.abort(new PluginError('cancelled', 'The instance is being stopped'))
    for (const cleanup of registered.cleanups.splice(0).reverse()) await quietly(cleanup, asking)
    try {
      asking.say(messages.stopped.type, 0, { carry })
    } catch (error) {
      log.error('Nothing is handed over to the next instance', { error })
      asking.say(messages.stopped.type, 0, { carry: {} })
    }
  }

  port.onEnd = () => place.exit()
  port.onFrame = (frame: Frame) => {
    const { type, id, channel, payload } = frame
    switch (type) {
      case messages.call.type: {
        const call = new ServedCall(id, decodeJson(payload) as CallMessage, asking)
        calls.set(id, call)
        const { inputs } = call.message
        if (inputs) for (const input of Object.values(inputs)) if (input.channel !== undefined) call.input(input.channel)
        currentCall.run(call, run, call)
        return
      }
      case messages.schema.type:
      case messages.table.type:
      case messages.bytes.type:
        if (calls.has(id) || id === 0) inbound(id, channel).push(type, payload, (frame.flags & flagMore) !== 0)
        return
      case messages.end.type:
        if (calls.has(id) || id === 0) inbound(id, channel).finish()
        return
      case messages.fail.type:
        if (calls.has(id) || id === 0) inbound(id, channel).finish(decodeError(decodeJson(payload)))
        return
      case messages.credit.type:
        calls
          .get(id)
          ?.outputOf(channel)
          ?.grant(new DataView(payload.buffer, payload.byteOffset, 4).getUint32(0, true))
        return
      case messages.close.type:
        calls.get(id)?.outputOf(channel)?.close()
        return
      case messages.data.type:
        asking.data(id, channel, payload)
        return
      case messages.answer.type:
        asking.answered(id, channel, decodeJson(payload) as { value?: unknown })
        return
      case messages.cancel.type:
        calls.get(id)?.abort((decodeJson(payload) as { reason: string }).reason === 'timeout' ? 'timeout' : 'cancelled')
        return
      case messages.ping.type:
        port.send(messages.pong.type, 0, id)
        return
      case messages.check.type:
        check(id).catch((error: unknown) => log.error('The health checks failed', { error }))
        return
      case messages.assign.type:
        start(decodeJson(payload) as Assignment).catch(refuse)
        return
      case messages.stop.type:
        void stop()
        return
    }
  }
  asking.say(messages.hello.type, 0, {
    majors: protocolMajors,
    features: protocolFeatures,
    software: `node ${process.version}`,
    pid: place.pid,
  })
}

function served(call: ServedCall, provides: Provides, asking: Asking): Awaitable<Served> {
  const { kind, name, verb } = call.message
  const ofKind = Object.hasOwn(provides, kind) ? (provides[kind as keyof Provides] as Readonly<Record<string, unknown>>) : {}
  const serving = Object.hasOwn(serveVerb, `${kind}.${verb}`) ? serveVerb[`${kind}.${verb}`] : undefined
  if (!Object.hasOwn(ofKind, name) || !serving)
    throw new PluginError('not-found', `The plugin provides no ${kind} called ${name} that can ${verb}`)
  return serving(ofKind[name] as never, call, asking)
}

/** Any definition: the type of its config is its own business. */
// oxlint-disable-next-line typescript/no-explicit-any -- the context is what the type parameter is for, and it may be any
type AnyDefinition = Definition<any>

/** The definition in an entry module: its default export, or the one its manifest names; else what it has of a guide's form. */
function definitionOf(module: unknown, assignment: Assignment, { guide }: RunnerPlace): AnyDefinition {
  const exports = module as Readonly<Record<string, unknown>> | undefined
  const found = exports?.[assignment.form?.export ?? 'default'] as (Plugin & AnyDefinition) | undefined
  if (typeof found === 'object' && found !== null && found['~cardcage'] === 1 && typeof found.setup === 'function') return found
  return guide(module, assignment)
}

function resultText(value: Json, streams: readonly { readonly channel: number }[]): string {
  const text = encodeJson({ value, streams: streams.map(({ channel }) => channel) }, 'The result')
  if (text.length <= maxFrameBytes / 3 || Buffer.byteLength(text) <= maxFrameBytes) return text
  throw new PluginError(
    'limit-exceeded',
    `The findings take ${Buffer.byteLength(text)} bytes as JSON; at most ${maxFrameBytes} are carried`,
    {
      hint: 'Return data as a table: tables are streamed.',
    },
  )
}

/** What the instance hands over to the next one; a part that fails is left out and logged. */
async function carried({ carries }: Registered, asking: Asking): Promise<Record<string, Json>> {
  const saved: [string, Json][] = []
  for (const [name, save] of carries) {
    await quietly(() => void saved.push([name, JSON.parse(encodeJson(save(), `What '${name}' hands over`)) as Json]), asking)
  }
  return Object.fromEntries(saved)
}

/** Where something was thrown that is not meant for the caller, its author finds it in the log. */
function logStack(asking: Asking, call: number, error: unknown): void {
  if (error instanceof Error && !PluginError.is(error) && error.name !== 'AbortError')
    asking.logger(call).error(error.stack ?? error.message)
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, milliseconds)
  await Promise.race([work, late.promise])
  clearTimeout(timer)
}

async function quietly(work: () => Awaitable<void>, asking: Asking): Promise<void> {
  try {
    await work()
  } catch (error) {
    asking.logger(0).error('Something failed while the instance stopped', { error })
  }
}

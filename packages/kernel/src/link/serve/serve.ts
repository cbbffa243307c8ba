import { type Awaitable, type Definition, type Health, type Json, PluginError, type Plugin, type Provides } from '@cardcage/plugin'
import { describeProvides, jsonSchemaOf } from '../../manifest/describe-provides.ts'
import type { Assignment } from '../session.ts'
import { decodeError, encodeError } from '../../wire/error.ts'
import { type Frame, flagMore } from '../../wire/frame.ts'
import { messages, protocolFeatures, protocolMajors } from '../../wire/message.ts'
import type { Port } from '../../wire/port.ts'
import type { Inbound } from '../../wire/stream.ts'
import { Asking } from './asking.ts'
import { type CallMessage, currentCall, ServedCall } from './call.ts'
import { createContext, type Registered } from './context.ts'
import { serveVerb, validated } from './provided.ts'

/** What a runner needs from where it runs. */
export interface RunnerPlace {
  readonly pid: number | undefined
  /** Import the entry module. */
  load(assignment: Assignment): Promise<unknown>
  /** The instance has stopped, or the host is gone. */
  exit(): void
}

const maxResultBytes = 16 * 1024 * 1024

/** Serve one instance over a port: the other side of `Session`, the same code in a process of its own and inline. */
export function serve(port: Port, place: RunnerPlace): void {
  const asking = new Asking(port)
  const calls = new Map<number, ServedCall>()
  const instanceStreams = new Map<number, Inbound>()
  const instance = new AbortController()
  const registered: Registered = { cleanups: [], checks: new Map(), carries: new Map() }
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
  const start = async (assignment: Assignment): Promise<{ provides: unknown; config?: unknown }> => {
    const definition = definitionOf(await place.load(assignment), assignment.entry)
    const config = await validated(definition.config, assignment.config, 'invalid-config')
    const ctx = createContext({ asking, registered, signal: instance.signal, inbound, ...assignment, config })
    provides = (await definition.setup(ctx)) ?? {}
    return { provides: describeProvides(provides), config: definition.config ? jsonSchemaOf(definition.config, 'config') : undefined }
  }
  const run = async (call: ServedCall): Promise<void> => {
    const { kind, name, verb } = call.message
    try {
      const provided = (provides as Record<string, Record<string, unknown> | undefined>)[kind]?.[name]
      const served = serveVerb[`${kind}.${verb}`]
      if (!provided || !served) throw new PluginError('not-found', `The plugin provides no ${kind} called ${name} that can ${verb}`)
      const { value, streams = [] } = await served(provided as never, call, asking)
      const text = stringify(value, streams.map(({ channel }) => channel))
      port.sendText(messages.result.type, 0, call.number, text)
      call.answered()
      await Promise.all(streams.map(({ send }) => send()))
    } catch (error) {
      port.sendText(messages.error.type, 0, call.number, JSON.stringify(encodeError(error)))
    } finally {
      call.finish()
      calls.delete(call.number)
    }
  }
  const check = async (id: number): Promise<void> => {
    const probes = [...registered.checks].map(async ([name, probe]): Promise<{ name: string } & Health> => {
      try {
        return { name, ...((await probe(instance.signal)) ?? { status: 'pass' as const }) }
      } catch (error) {
        return { name, status: 'fail', note: PluginError.from(error).message }
      }
    })
    asking.say(messages.checked.type, id, { checks: await Promise.all(probes) })
  }
  const stop = async (): Promise<void> => {
    const carry = Object.fromEntries(await Promise.all([...registered.carries].map(async ([name, save]): Promise<[string, Json]> => [name, await save()])))
    for (const call of calls.values()) call.abort('cancelled')
    instance.abort(new PluginError('cancelled', 'The instance is being stopped'))
    for (const cleanup of registered.cleanups.splice(0).reverse()) await quietly(cleanup, asking)
    asking.say(messages.stopped.type, 0, { carry })
  }

  port.onEnd = () => place.exit()
  port.onFrame = (frame: Frame) => {
    const { type, id, channel, payload } = frame
    switch (type) {
      case messages.call.type: {
        const call = new ServedCall(id, parse(payload) as CallMessage, asking)
        calls.set(id, call)
        for (const input of Object.values(call.message.inputs ?? {})) if (input.channel !== undefined) call.input(input.channel)
        void currentCall.run(call, run, call)
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
        if (calls.has(id) || id === 0) inbound(id, channel).finish(decodeError(parse(payload)))
        return
      case messages.credit.type:
        calls.get(id)?.outputs.get(channel)?.grant(new DataView(payload.buffer, payload.byteOffset, 4).getUint32(0, true))
        return
      case messages.close.type:
        calls.get(id)?.outputs.get(channel)?.close()
        return
      case messages.data.type:
        asking.data(id, channel, payload)
        return
      case messages.answer.type:
        asking.answered(id, channel, parse(payload) as { value?: unknown })
        return
      case messages.cancel.type:
        calls.get(id)?.abort((parse(payload) as { reason: string }).reason === 'timeout' ? 'timeout' : 'cancelled')
        return
      case messages.ping.type:
        port.send(messages.pong.type, 0, id)
        return
      case messages.check.type:
        void check(id)
        return
      case messages.assign.type:
        start(parse(payload) as Assignment).then(
          (ready) => asking.say(messages.ready.type, 0, ready),
          (error: unknown) => asking.say(messages.refused.type, 0, encodeError(error)),
        )
        return
      case messages.stop.type:
        void stop()
        return
    }
  }
  asking.say(messages.hello.type, 0, { majors: protocolMajors, features: protocolFeatures, software: `node ${process.version}`, pid: place.pid })
}

/** The definition in an entry module's default export. */
function definitionOf(module: unknown, entry: string): Definition<any> {
  const found = (module as { default?: unknown })?.default as (Plugin & Definition<any>) | undefined
  if (typeof found === 'object' && found !== null && found['~cardcage'] === 1 && typeof found.setup === 'function') return found
  throw new PluginError('invalid-manifest', `${entry} does not export a plugin`, {
    hint: 'End the entry module with `export default definePlugin({ setup: … })`.',
    details: { cause: 'load' },
  })
}

function stringify(value: Json, streams: readonly number[]): string {
  let text: string
  try {
    text = JSON.stringify({ value, streams })
  } catch (error) {
    throw new PluginError('invalid-data', `The result is not JSON: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`, {
      cause: error,
      origin: 'plugin',
      hint: 'Findings are plain JSON values; put data into tables.',
    })
  }
  if (text.length <= maxResultBytes / 3 || Buffer.byteLength(text) <= maxResultBytes) return text
  throw new PluginError('limit-exceeded', `The findings take ${Buffer.byteLength(text)} bytes as JSON; at most ${maxResultBytes} are carried`, {
    hint: 'Return data as a table: tables are streamed.',
  })
}

async function quietly(cleanup: () => Awaitable<void>, asking: Asking): Promise<void> {
  try {
    await cleanup()
  } catch (error) {
    asking.logger(0).error('A cleanup failed', { error })
  }
}

function parse(payload: Uint8Array): unknown {
  return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString())
}

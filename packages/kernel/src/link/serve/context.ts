import { type Awaitable, type Health, type Json, type KeyValue, type Meter, PluginError, type PluginContext } from '@cardcage/plugin'
import type { Inbound } from '../../wire/inbound.ts'
import { messages } from '../../wire/message.ts'
import { receiveBytes } from '../../wire/table.ts'
import type { Asking } from './asking.ts'
import { currentCall } from './call.ts'

/** What an instance has registered through its context. */
export interface Registered {
  readonly cleanups: (() => Awaitable<void>)[]
  readonly checks: Map<string, (signal: AbortSignal) => Awaitable<Health | void>>
  readonly carries: Map<string, () => Json>
}

/** What a context is made from. */
export interface ContextParts {
  readonly asking: Asking
  readonly registered: Registered
  readonly signal: AbortSignal
  readonly plugin: { readonly id: string; readonly version: string }
  readonly slot: string
  readonly config: unknown
  readonly dataDir: string
  readonly active: readonly string[]
  readonly carry: Readonly<Record<string, Json>>
  /** An input stream of a call, or of the instance (0). */
  inbound(call: number, channel: number): Inbound
}

/** A context of whatever config. */
// oxlint-disable-next-line typescript/no-explicit-any -- what config a plugin has is known to its own code only
type AnyContext = PluginContext<any>

/** Make the `ctx` of one instance. */
export function createContext(parts: ContextParts): AnyContext {
  const { asking, registered, carry } = parts
  const here = () => currentCall.getStore()?.number ?? 0
  return Object.freeze<AnyContext>({
    plugin: Object.freeze({ ...parts.plugin }),
    slot: parts.slot,
    config: parts.config as object,
    dataDir: parts.dataDir,
    signal: parts.signal,
    log: asking.logger(0),
    metrics: meter(asking, here),
    fetch: (input, init) => brokered(parts, here(), input, init),
    cache: keyValue(asking, here, 'cache'),
    state: keyValue(asking, here, 'state'),
    has: (plugin) => parts.active.includes(plugin),
    emit(type, data, subject) {
      if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(type))
        throw new PluginError('invalid-call', `Event type '${type}' is not dotted lower case`, { hint: "Write it like 'order.created'." })
      asking.say(messages.emit.type, here(), { type, data, subject })
    },
    check: (name, probe) => void registered.checks.set(name, probe),
    carry<T extends Json>(name: string, save: () => T): T | undefined {
      registered.carries.set(name, save)
      return Object.hasOwn(carry, name) ? (carry[name] as T) : undefined
    },
    defer: (cleanup) => void registered.cleanups.push(cleanup),
  })
}

function meter(asking: Asking, here: () => number): Meter {
  const measure = (metric: string, name: string, labels: Readonly<Record<string, string>> | undefined) => (value: number) => {
    if (Number.isFinite(value)) asking.say(messages.metric.type, here(), { metric, name: String(name), labels: asText(labels), value })
  }
  return {
    counter: (name, labels) => {
      const add = measure('counter', name, labels)
      return { add: (n = 1) => add(n) }
    },
    gauge: (name, labels) => ({ record: measure('gauge', name, labels) }),
    histogram: (name, labels) => ({ record: measure('histogram', name, labels) }),
  }
}

function asText(labels: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(labels ?? {}).map(([name, value]) => [name, String(value)]))
}

/** State and cache: `update` swaps only what has not changed meanwhile, and tries again where it has. */
function keyValue(asking: Asking, here: () => number, store: 'cache' | 'state'): KeyValue<{ ttl?: number }> {
  const ask = <T>(verb: string, question: Record<string, unknown>) => asking.ask<T>(`${store}.${verb}`, question, here())
  return {
    async get<T extends Json>(key: string) {
      return (await ask<{ value?: T }>('get', { key })).value
    },
    async set(key, value, options) {
      await ask('set', { key, value, ...options })
    },
    async update<T extends Json>(key: string, change: (old: T | undefined) => T) {
      for (;;) {
        const { value: old, revision } = await ask<{ value?: T; revision: number }>('get', { key })
        const value = change(old)
        if (await ask<boolean>('swap', { key, value, revision })) return value
      }
    },
    async delete(key) {
      await ask('delete', { key })
    },
    keys: (prefix) => ask<readonly string[]>('keys', { prefix }),
  }
}

async function brokered(
  parts: ContextParts,
  call: number,
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<Response> {
  const request = new Request(input, init)
  request.signal.throwIfAborted()
  const body = request.body ? new Uint8Array(await request.arrayBuffer()) : undefined
  const answered = parts.asking.ask<{ url: string; status: number; statusText: string; headers: [string, string][]; channel?: number }>(
    'fetch',
    { url: request.url, method: request.method, headers: [...request.headers] },
    call,
    body,
  )
  const aborted = Promise.withResolvers<never>()
  request.signal.addEventListener('abort', () => aborted.reject(request.signal.reason as Error), { once: true })
  aborted.promise.catch(() => undefined)
  // Who has gone does not read: the host must not keep the body for him.
  const dropped = () =>
    void answered.then(
      ({ channel }) => channel === undefined || parts.inbound(call, channel).close(),
      () => undefined,
    )
  request.signal.addEventListener('abort', dropped, { once: true })
  const answer = await Promise.race([answered, aborted.promise])
  const stream = answer.channel === undefined ? null : ReadableStream.from(receiveBytes(parts.inbound(call, answer.channel)))
  const empty = answer.status === 204 || answer.status === 205 || answer.status === 304
  const response = new Response(empty ? null : (stream as never), {
    status: answer.status,
    statusText: answer.statusText,
    headers: answer.headers,
  })
  Object.defineProperty(response, 'url', { value: answer.url })
  return response
}

import { type ErrorCause, type Health, type Json, PluginError, type Reject } from '@cardcage/plugin'
import type { JsonSchema } from '../manifest/manifest.ts'
import type { ProvidedByKind } from '../manifest/provides.ts'
import { decodeError, encodeError } from '../wire/error.ts'
import { type Frame, flagMore } from '../wire/frame.ts'
import { messageName, messages, protocolFeatures, protocolMajors } from '../wire/message.ts'
import type { Port } from '../wire/port.ts'
import { Inbound, Outbound } from '../wire/stream.ts'
import { sendBytes, sendTables } from '../wire/table.ts'
import { answerQuestion } from './answer.ts'
import type { LinkInput, LinkRequest, LinkResult, Services } from './link.ts'

/** What a runner is told to be. */
export interface Assignment {
  plugin: { id: string; version: string }
  slot: string
  entry: string
  sources: Readonly<Record<string, string>>
  zod: string
  config: Json
  dataDir: string
  active: readonly string[]
  carry: Readonly<Record<string, Json>>
}

/** Most warnings of one call that are kept. */
const maxWarnings = 1000

/** Most questions an instance may have open. */
const maxQuestions = 1024

/** Milliseconds in which an event loop that is alive answers `ping`. */
const promptMilliseconds = 10

/** Bytes that may wait for an instance that does not read. */
const maxPending = 48 * 1024 * 1024

/** A call that has been sent and has not ended. */
class PendingCall {
  readonly request: LinkRequest
  readonly id: number
  readonly resolve: (result: LinkResult) => void
  readonly reject: (error: PluginError) => void
  readonly outputs = new Map<number, Inbound>()
  readonly inputs = new Map<number, Outbound>()
  readonly sources = new Map<string, LinkInput>()
  readonly cleanups: (() => void)[] = []
  controller: AbortController | undefined
  answered = false
  settled = false
  warnings = 0
  deadline: NodeJS.Timeout | undefined
  lateTimer: NodeJS.Timeout | undefined
  ended = Promise.withResolvers<void>()

  constructor(id: number, request: LinkRequest, resolve: (result: LinkResult) => void, reject: (error: PluginError) => void) {
    this.id = id
    this.request = request
    this.resolve = resolve
    this.reject = reject
  }

  get signal(): AbortSignal {
    return (this.controller ??= new AbortController()).signal
  }
}

/**
 * The host's side of the protocol over one port. Nothing the other side sends makes it throw: a violation ends the session, once, through `onViolation`.
 */
export class Session {
  readonly #port: Port
  readonly #services: Services
  readonly #calls = new Map<number, PendingCall>()
  readonly #checks = new Map<number, (checks: readonly ({ name: string } & Health)[]) => void>()
  readonly #instance = new AbortController()
  readonly #instanceCleanups: (() => void)[] = []
  readonly #ready = Promise.withResolvers<{ provides: ProvidedByKind; config?: JsonSchema }>()
  readonly #stopped = Promise.withResolvers<Readonly<Record<string, Json>>>()
  #questionData = new Map<string, Uint8Array[]>()
  #questions = 0
  #nextId = 1
  #phase: 'hello' | 'assigned' | 'ready' | 'stopping' | 'over' = 'hello'
  #assignment: Assignment | undefined
  #pongs = new Map<number, () => void>()
  readonly #late = new Set<PendingCall>()
  readonly #instanceStreams = new Map<number, Outbound>()
  /** Kind, name and number of the call sent last; for the death certificate. */
  lastCall: string | undefined
  /** A call went over its deadline or grace and the event loop does not answer: the process must be ended. */
  onStuck: (cause: 'deadline' | 'grace', call: string) => void = () => undefined
  /** The other side broke the protocol. */
  onViolation: (cause: ErrorCause, reason: string) => void = () => undefined
  /** Milliseconds a cancelled call may still run. */
  grace = 500

  constructor(port: Port, services: Services) {
    this.#port = port
    this.#services = services
    port.onFrame = (frame) => this.#receive(frame)
    this.#ready.promise.catch(() => undefined)
    this.#stopped.promise.catch(() => undefined)
  }

  /** Calls that have not ended. */
  get open(): number {
    return this.#calls.size
  }

  /** Resolves when no call is over its deadline any more; `undefined` when none is. */
  late(): Promise<unknown> | undefined {
    if (this.#late.size === 0) return undefined
    return Promise.all([...this.#late].map((call) => call.ended.promise))
  }

  /** Tell the runner what it is; resolves when `setup` has returned. */
  async assign(assignment: Assignment): Promise<{ provides: ProvidedByKind; config?: JsonSchema }> {
    this.#assignment = assignment
    return await this.#ready.promise
  }

  /** One call. */
  call(request: LinkRequest): Promise<LinkResult> {
    if (this.#phase !== 'ready') return Promise.reject(new PluginError('unavailable', 'The plugin is stopping'))
    if (request.signal?.aborted) return Promise.reject(new PluginError('cancelled', 'The call was cancelled before it began'))
    if (this.#port.pending > maxPending) {
      return Promise.reject(new PluginError('unavailable', 'The plugin does not read what it is sent', { hint: 'Try again when it has caught up.' }))
    }
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      const call = new PendingCall(id, request, resolve, reject)
      this.#calls.set(id, call)
      this.lastCall = `${request.kind}.${request.name} (call ${id})`
      const inputs: Record<string, Json> = {}
      if (request.inputs) {
        let channel = 0
        for (const [name, input] of Object.entries(request.inputs)) {
          call.sources.set(name, input)
          if (input.as === 'bytes') {
            inputs[name] = { as: 'bytes', name: input.source.name, ...(input.source.size === undefined ? {} : { size: input.source.size }), readAt: input.source.readAt !== undefined }
          } else {
            inputs[name] = { as: input.as, channel: ++channel, ...(input.found ? { found: input.found as Json } : {}) }
            call.inputs.set(channel, new Outbound(this.#port, id, channel))
          }
        }
      }
      const { kind, name, verb, params, args, timeout, whole, correlation } = request
      this.#port.sendText(messages.call.type, 0, id, JSON.stringify({ kind, name, verb, params, args, inputs: request.inputs ? inputs : undefined, remaining: timeout, whole, correlation }))
      for (const [name, input] of call.sources) {
        if (input.as === 'bytes') continue
        const { channel } = inputs[name] as { channel: number }
        void sendTables(call.inputs.get(channel)!, input.schema, input.tables)
      }
      this.#watch(call)
    })
  }

  /** Run the health checks; those that do not answer in time fail. */
  async check(timeout: number): Promise<readonly ({ name: string } & Health)[]> {
    if (this.#phase !== 'ready') return []
    const id = this.#nextId++
    return await new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#checks.delete(id)
        resolve([{ name: 'answer', status: 'fail', note: `no answer in ${timeout} ms` }])
      }, timeout)
      this.#checks.set(id, (checks) => {
        clearTimeout(timer)
        resolve(checks)
      })
      this.#port.send(messages.check.type, 0, id)
    })
  }

  /** Ask the runner to undo everything. */
  async stop(): Promise<Readonly<Record<string, Json>>> {
    if (this.#phase === 'over') return {}
    if (this.#phase === 'ready') this.#phase = 'stopping'
    this.#port.send(messages.stop.type, 0, 0)
    return await this.#stopped.promise
  }

  /** The connection or the process is gone: everything open fails with `error`; a call may have its own. */
  end(error: PluginError, own?: (call: LinkRequest) => PluginError): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.#instance.abort(error)
    for (const cleanup of this.#instanceCleanups.splice(0)) cleanup()
    this.#ready.reject(error)
    this.#stopped.resolve({})
    for (const done of this.#checks.values()) done([{ name: 'answer', status: 'fail', note: error.message }])
    this.#checks.clear()
    for (const call of [...this.#calls.values()]) {
      const mine = own?.(call.request) ?? error
      this.#settle(call, mine)
      for (const stream of call.outputs.values()) stream.finish(mine)
      this.#finish(call)
    }
    this.#port.close()
  }

  #watch(call: PendingCall): void {
    const { timeout, signal } = call.request
    if (timeout !== undefined && Number.isFinite(timeout)) {
      call.deadline = setTimeout(() => this.#overdue(call, 'deadline'), timeout)
      call.cleanups.push(() => clearTimeout(call.deadline))
    }
    if (signal) {
      const abort = () => this.#overdue(call, 'grace')
      signal.addEventListener('abort', abort, { once: true })
      call.cleanups.push(() => signal.removeEventListener('abort', abort))
    }
  }

  /** The consumer of a stream waits for the plugin: it may, as long as the timeout says. While the plugin itself waits for input it is not its fault. */
  #patience(call: PendingCall): () => void {
    const { timeout } = call.request
    if (timeout === undefined || !Number.isFinite(timeout)) return () => undefined
    const check = () => {
      if ([...call.inputs.values()].some((input) => input.starving)) timer = setTimeout(check, timeout)
      else this.#overdue(call, 'deadline')
    }
    let timer = setTimeout(check, timeout)
    return () => clearTimeout(timer)
  }

  /** The deadline has come or the caller has gone: tell the plugin, answer the caller, and end a process that does not let go. */
  #overdue(call: PendingCall, why: 'deadline' | 'grace'): void {
    if (!this.#calls.has(call.id) || this.#late.has(call)) return
    this.#late.add(call)
    const name = `${call.request.kind}.${call.request.name}`
    const error =
      why === 'deadline'
        ? new PluginError('timeout', `${name} was not done after ${call.request.timeout} ms`, { details: { cause: 'deadline' } })
        : PluginError.from(abortError(call.request.signal?.reason, name))
    this.#port.sendText(messages.cancel.type, 0, call.id, JSON.stringify({ reason: why === 'deadline' ? 'timeout' : 'cancelled' }))
    const stuck = () => {
      if (this.#calls.has(call.id)) this.onStuck(why, name)
    }
    call.lateTimer = setTimeout(stuck, this.grace)
    if (why === 'deadline') {
      const prompt = setTimeout(stuck, promptMilliseconds)
      this.#pongs.set(call.id, () => clearTimeout(prompt))
      this.#port.send(messages.ping.type, 0, call.id)
      call.cleanups.push(() => clearTimeout(prompt))
    }
    this.#settle(call, error)
    for (const stream of call.outputs.values()) if (!stream.ended) stream.finish(error)
  }

  #settle(call: PendingCall, error: PluginError): void {
    if (call.settled) return
    call.settled = true
    call.reject(error)
  }

  #finish(call: PendingCall): void {
    if (!this.#calls.delete(call.id)) return
    this.#late.delete(call)
    clearTimeout(call.lateTimer)
    this.#pongs.delete(call.id)
    for (const cleanup of call.cleanups.splice(0)) cleanup()
    for (const input of call.inputs.values()) input.close()
    call.controller?.abort()
    call.ended.resolve()
  }

  #finishIfDone(call: PendingCall): void {
    if (!call.answered) return
    for (const stream of call.outputs.values()) if (!stream.ended) return
    this.#finish(call)
  }

  #receive(frame: Frame): void {
    if (this.#phase === 'over') return
    try {
      const problem = this.#handle(frame)
      if (problem) this.#violate(problem, `${messageName(frame.type) ?? `type ${frame.type}`} (call ${frame.id}, channel ${frame.channel})`)
    } catch (error) {
      this.#violate('payload', `${messageName(frame.type) ?? `type ${frame.type}`}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #violate(cause: ErrorCause, reason: string): void {
    if (this.#phase === 'over') return
    this.onViolation(cause, reason)
  }

  #handle(frame: Frame): ErrorCause | undefined {
    const { type, id, channel, payload } = frame
    if (type >= messages.schema.type && type <= messages.close.type) return this.#handleStream(frame)
    if (frame.flags !== 0) return 'frame'
    switch (type) {
      case messages.result.type:
      case messages.error.type: {
        const call = this.#calls.get(id)
        if (!call || call.answered) return 'order'
        call.answered = true
        if (type === messages.error.type) {
          this.#settle(call, decodeError(parse(payload)))
          for (const stream of call.outputs.values()) stream.close()
          call.outputs.clear()
        } else this.#result(call, parse(payload))
        this.#finishIfDone(call)
        return undefined
      }
      case messages.log.type: {
        const { level, message, fields } = record(parse(payload))
        if (typeof message !== 'string') return 'payload'
        this.#services.log(logLevel(level), message.slice(0, 4096), id, isRecord(fields) ? (fields as Record<string, Json>) : undefined)
        return undefined
      }
      case messages.ask.type:
        return this.#ask(id, channel, payload)
      case messages.data.type: {
        const key = `${id}/${channel}`
        const parts = this.#questionData.get(key) ?? []
        if (parts.length >= 4 || this.#questionData.size >= 16) return 'frame'
        parts.push(Buffer.from(payload))
        this.#questionData.set(key, parts)
        return undefined
      }
      case messages.progress.type:
      case messages.warn.type:
      case messages.reject.type:
      case messages.checkpoint.type:
        return this.#oneWay(type, id, payload)
      case messages.metric.type: {
        const { metric, name, labels, value } = record(parse(payload))
        if (typeof name !== 'string' || typeof value !== 'number') return 'payload'
        this.#services.metric(metric === 'gauge' || metric === 'histogram' ? metric : 'counter', name, isRecord(labels) ? (labels as Record<string, string>) : {}, value)
        return undefined
      }
      case messages.emit.type: {
        const { type: name, data, subject } = record(parse(payload))
        if (typeof name !== 'string') return 'payload'
        this.#services.emit(name, (data ?? null) as Json, typeof subject === 'string' ? subject : undefined, this.#calls.get(id)?.request.correlation)
        return undefined
      }
      case messages.pong.type:
        this.#pongs.get(id)?.()
        return undefined
      case messages.checked.type: {
        const done = this.#checks.get(id)
        if (!done) return 'order'
        this.#checks.delete(id)
        const { checks } = record(parse(payload))
        done(Array.isArray(checks) ? checks.filter(isRecord).slice(0, 100).map(healthOf) : [])
        return undefined
      }
      case messages.hello.type:
        return this.#hello(payload)
      case messages.ready.type: {
        if (this.#phase !== 'assigned') return 'order'
        const { provides, config } = record(parse(payload))
        if (!isRecord(provides)) return 'payload'
        this.#phase = 'ready'
        this.#ready.resolve({ provides: provides as ProvidedByKind, ...(isRecord(config) ? { config: config as JsonSchema } : {}) })
        return undefined
      }
      case messages.refused.type:
        if (this.#phase !== 'assigned') return 'order'
        this.#ready.reject(decodeError(parse(payload)))
        return undefined
      case messages.stopped.type: {
        const { carry } = record(parse(payload))
        this.#stopped.resolve(isRecord(carry) ? (carry as Record<string, Json>) : {})
        return undefined
      }
      default:
        return 'garbage'
    }
  }

  #hello(payload: Uint8Array): ErrorCause | undefined {
    if (this.#phase !== 'hello' || !this.#assignment) return 'order'
    const { majors } = record(parse(payload))
    const offered = Array.isArray(majors) ? majors.filter((major) => typeof major === 'number') : []
    const major = protocolMajors.findLast((one) => offered.includes(one))
    if (major === undefined) {
      this.#ready.reject(
        new PluginError('incompatible', `The runner speaks wire protocol ${offered.join(', ') || '(none)'}, this host speaks ${protocolMajors.join(', ')}`, {
          hint: 'Install a runner and a host of the same release of Cardcage.',
        }),
      )
      return undefined
    }
    this.#phase = 'assigned'
    this.#port.sendText(messages.hello.type, 0, 0, JSON.stringify({ majors: [major], features: protocolFeatures }))
    this.#port.sendText(messages.assign.type, 0, 0, JSON.stringify(this.#assignment))
    return undefined
  }

  #result(call: PendingCall, json: unknown): void {
    const { value, streams } = record(json)
    const channels = Array.isArray(streams) ? streams : []
    for (const channel of channels) {
      if (typeof channel !== 'number' || !Number.isInteger(channel) || channel < 0x8000 || channel > 0xffff || call.outputs.has(channel)) {
        throw new TypeError(`stream ${JSON.stringify(channel)}`)
      }
      const inbound = new Inbound(this.#port, call.id, channel)
      inbound.onEnd = () => this.#finishIfDone(call)
      if (!call.request.whole) inbound.onWait = () => this.#patience(call)
      call.outputs.set(channel, inbound)
    }
    if (call.settled) {
      for (const stream of call.outputs.values()) stream.close()
      return
    }
    if (!call.request.whole) clearTimeout(call.deadline)
    call.settled = true
    call.resolve({
      value: (value ?? null) as Json,
      stream: (channel) => {
        const stream = call.outputs.get(channel)
        if (!stream) throw new PluginError('protocol', `The result names stream ${channel}, which does not exist`, { details: { cause: 'order' } })
        return stream
      },
      close: () => {
        for (const stream of call.outputs.values()) stream.close()
      },
      ended: call.ended.promise,
    })
  }

  #handleStream({ type, id, channel, payload, flags }: Frame): ErrorCause | undefined {
    const call = this.#calls.get(id)
    if (type === messages.credit.type || type === messages.close.type) {
      const out = id === 0 ? this.#instanceStreams.get(channel) : call?.inputs.get(channel)
      if (!out) return call || id < this.#nextId ? undefined : 'order'
      if (type === messages.close.type) out.close()
      else {
        if (payload.length !== 4) return 'payload'
        out.grant(new DataView(payload.buffer, payload.byteOffset, 4).getUint32(0, true))
      }
      return undefined
    }
    const stream = call?.outputs.get(channel)
    if (!call || !stream) return 'order'
    if (type === messages.end.type) stream.finish()
    else if (type === messages.fail.type) stream.finish(decodeError(parse(payload)))
    else return stream.push(type, payload, (flags & flagMore) !== 0)
    return undefined
  }

  #oneWay(type: number, id: number, payload: Uint8Array): ErrorCause | undefined {
    const call = this.#calls.get(id)
    if (!call) return 'order'
    const json = record(parse(payload))
    const { request } = call
    if (type === messages.progress.type) {
      const { done, note } = json
      request.onProgress?.({ ...(typeof done === 'number' ? { done: Math.min(1, Math.max(0, done)) } : {}), ...(typeof note === 'string' ? { note } : {}) })
    } else if (type === messages.warn.type) {
      if (++call.warnings <= maxWarnings) request.onWarn?.({ message: String(json.message).slice(0, 4096), ...(json.details === undefined ? {} : { details: json.details as Json }) })
    } else if (type === messages.checkpoint.type) request.onCheckpoint?.(String(json.cursor))
    else request.onReject?.(json as unknown as Reject)
    return undefined
  }

  #ask(id: number, channel: number, payload: Uint8Array): ErrorCause | undefined {
    const call = id === 0 ? undefined : this.#calls.get(id)
    const question = record(parse(payload))
    const key = `${id}/${channel}`
    const data = this.#questionData.get(key)
    this.#questionData.delete(key)
    if (++this.#questions > maxQuestions) return 'flood'
    const send = (answer: Json, bytes?: Uint8Array) => {
      this.#questions--
      if (this.#phase === 'over') return
      if (bytes) this.#port.send(messages.data.type, channel, id, bytes)
      this.#port.sendText(messages.answer.type, channel, id, JSON.stringify(answer))
    }
    // A call that has answered is still there while its output streams are open, and may ask for what they are made of.
    if (id !== 0 && (!call || (call.settled && !call.answered))) {
      send({ error: encodeError(new PluginError('cancelled', 'The call that asked has ended')) })
      return undefined
    }
    const scope = call
      ? { signal: call.signal, defer: (cleanup: () => void) => void call.cleanups.push(cleanup) }
      : { signal: this.#instance.signal, defer: (cleanup: () => void) => void this.#instanceCleanups.push(cleanup) }
    void answerQuestion(question, data, {
      services: this.#services,
      scope,
      sources: call?.sources ?? new Map(),
      openBytes: (chunks) => this.#openBytes(call, chunks),
    }).then(
      ({ value, bytes }) => send({ value }, bytes),
      (error: unknown) => send({ error: encodeError(error) }),
    )
    return undefined
  }

  /** Begin a stream of bytes to the runner. Outside a call it belongs to the instance, whose id is 0. */
  #openBytes(call: PendingCall | undefined, chunks: AsyncIterable<Uint8Array>): number {
    const inputs = call?.inputs ?? this.#instanceStreams
    let channel = 0x4000
    while (inputs.has(channel)) channel++
    const out = new Outbound(this.#port, call?.id ?? 0, channel)
    inputs.set(channel, out)
    void sendBytes(out, chunks).then(() => inputs.delete(channel))
    return channel
  }

}

function parse(payload: Uint8Array): unknown {
  return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString())
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function record(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new TypeError('not an object')
  return value
}

function logLevel(level: unknown): 'debug' | 'info' | 'warn' | 'error' {
  return level === 'debug' || level === 'warn' || level === 'error' ? level : 'info'
}

function healthOf(check: Record<string, unknown>): { name: string } & Health {
  const { name, status, note } = check
  return { name: String(name), status: status === 'pass' || status === 'warn' ? status : 'fail', ...(typeof note === 'string' ? { note } : {}) }
}

function abortError(reason: unknown, name: string): unknown {
  return PluginError.is(reason) ? reason : new PluginError('cancelled', `${name} was cancelled`)
}

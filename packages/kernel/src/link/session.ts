import { type ErrorCause, type Json, PluginError } from '@cardcage/plugin'
import type { JsonSchema } from '../manifest/manifest.ts'
import type { ProvidedByKind } from '../manifest/provides.ts'
import { decodeError } from '../wire/error.ts'
import { type Frame, flagMore } from '../wire/frame.ts'
import { frameFault } from '../wire/frame-fault.ts'
import { decodeJson, decodeObject, isObject } from '../wire/json.ts'
import { messageName, messages, protocolFeatures, protocolMajors } from '../wire/message.ts'
import type { Port } from '../wire/port.ts'
import type { Assignment } from './assignment.ts'
import { type Checked, HealthChecks } from './health-checks.ts'
import type { LinkRequest, LinkResult, Services } from './link.ts'
import { oneWayTypes, takeOneWay } from './one-way.ts'
import { cancelled, PendingCall } from './pending-call.ts'
import { Questions } from './questions.ts'

/** Bytes that may wait for an instance that does not read. */
const maxPending = 48 * 1024 * 1024

/** What an instance says when it has become ready; not checked yet. */
export interface Ready {
  readonly provides: ProvidedByKind
  readonly config?: JsonSchema
}

/**
 * The host's side of the protocol over one port. Nothing the other side sends makes it throw: a violation ends the session, once, through `onViolation`.
 *
 * `hello → assigned → ready → stopping → over`; from assigned also `→ refused → over`.
 */
export class Session {
  readonly #port: Port
  readonly #services: Services
  readonly #questions: Questions
  readonly #calls = new Map<number, PendingCall>()
  readonly #late = new Set<PendingCall>()
  readonly #checks = new HealthChecks()
  readonly #ready = Promise.withResolvers<Ready>()
  readonly #stopped = Promise.withResolvers<Readonly<Record<string, Json>>>()
  #nextId = 1
  #last: PendingCall | undefined
  #phase: 'hello' | 'assigned' | 'refused' | 'ready' | 'stopping' | 'over' = 'hello'
  #asked = false
  #broken = false
  #assignment: Assignment | undefined
  /** A call went over its deadline or grace and does not let go: the process must be ended. */
  onStuck: (cause: 'deadline' | 'grace', call: string) => void = () => undefined
  /** The runner has said `hello`: from now on code of the plugin may run. */
  onHello: () => void = () => undefined
  /** A call is over its deadline, or taken back: it has `grace` milliseconds to give a sign of life and end. */
  onLate: () => void = () => undefined
  /** The other side broke the protocol. */
  onViolation: (cause: ErrorCause, reason: string) => void = () => undefined
  /** Milliseconds a cancelled call may still run. */
  grace = 500

  constructor(port: Port, services: Services) {
    this.#port = port
    this.#services = services
    this.#questions = new Questions(port, services)
    port.onFrame = (frame) => this.#receive(frame)
    this.#ready.promise.catch(() => undefined)
  }

  /** Kind, name and number of the call sent last; for the death certificate. */
  get lastCall(): string | undefined {
    return this.#last && `${this.#last.title} (call ${this.#last.id})`
  }

  /** The port it speaks through. */
  get port(): Port {
    return this.#port
  }

  /** Calls that have not ended. */
  get open(): number {
    return this.#calls.size
  }

  /** Resolves when no call is over its deadline any more; `undefined` when none is. */
  late(): Promise<unknown> | undefined {
    return this.#late.size === 0 ? undefined : Promise.all([...this.#late].map(({ ended }) => ended))
  }

  /** Tell the runner what it is; resolves when `setup` has returned. */
  async assign(assignment: Assignment): Promise<Ready> {
    this.#assignment = assignment
    return await this.#ready.promise
  }

  /** One call. */
  call(request: LinkRequest): Promise<LinkResult> {
    try {
      return this.#send(request).result
    } catch (error) {
      return Promise.reject(PluginError.from(error))
    }
  }

  #send(request: LinkRequest): PendingCall {
    if (this.#phase !== 'ready') throw new PluginError('unavailable', 'The plugin is stopping')
    if (request.signal?.aborted) throw cancelled(request.signal, `${request.kind}.${request.name}`)
    if (this.#port.pending > maxPending) {
      throw new PluginError('unavailable', 'The plugin does not read what it is sent', { hint: 'Try again when it has caught up.' })
    }
    const call = new PendingCall(this.#nextId++, request, this)
    call.send()
    this.#calls.set(call.id, call)
    this.#last = call
    return call
  }

  /** A call is over its deadline, or taken back, and still runs. */
  isLate(call: PendingCall): void {
    this.#late.add(call)
    this.onLate()
  }

  /** A call is over on both sides. */
  over(call: PendingCall): void {
    this.#calls.delete(call.id)
    this.#late.delete(call)
  }

  /** A call does not let go. */
  stuck(why: 'deadline' | 'grace', call: PendingCall): void {
    if (this.#phase !== 'over') this.onStuck(why, call.title)
  }

  /** The other side broke a rule: nothing it sends counts any more. */
  violate(cause: ErrorCause, reason: string): void {
    if (this.#phase === 'over' || this.#broken) return
    this.#broken = true
    this.onViolation(cause, reason)
  }

  /** Run the health checks; those that do not answer in time fail. */
  async check(timeout: number): Promise<readonly Checked[]> {
    if (this.#phase !== 'ready') return []
    const id = this.#nextId++
    const checked = this.#checks.wait(id, timeout)
    this.#port.send(messages.check.type, 0, id)
    return await checked
  }

  /** Ask the runner to undo everything; resolves with what it hands over. */
  async stop(): Promise<Readonly<Record<string, Json>>> {
    if (this.#phase === 'over') return {}
    if (!this.#asked) {
      this.#asked = true
      if (this.#phase === 'ready') this.#phase = 'stopping'
      this.#port.send(messages.stop.type, 0, 0)
    }
    return await this.#stopped.promise
  }

  /** The connection or the process is gone: everything open fails with `error`; calls may have their own. */
  end(error: PluginError, ofCalls: PluginError = error): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.#questions.end(error)
    this.#ready.reject(error)
    this.#stopped.resolve({})
    this.#checks.end(error.message)
    for (const call of this.#calls.values()) call.lost(ofCalls)
    this.#port.close()
  }

  #receive(frame: Frame): void {
    if (this.#phase === 'over' || this.#broken) return
    try {
      const fault = frameFault(frame, 'runner') ?? this.#handle(frame)
      if (fault) this.violate(fault, describe(frame))
    } catch (error) {
      this.violate('payload', `${describe(frame)}: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`)
    }
  }

  #handle(frame: Frame): ErrorCause | undefined {
    const { type, id, payload } = frame
    if (id >= this.#nextId || (this.#questions.awaitsAsk && type !== messages.ask.type)) return 'order'
    if (type >= messages.schema.type && type <= messages.close.type) return this.#handleStream(frame)
    const call = this.#calls.get(id)
    if (oneWayTypes.has(type)) return takeOneWay(frame, call, this.#services)
    switch (type) {
      case messages.result.type:
        return call ? call.answered(decodeObject(payload)) : 'order'
      case messages.error.type:
        return call ? call.failed(decodeObject(payload)) : 'order'
      case messages.ask.type:
        return this.#questions.ask(frame, call)
      case messages.data.type:
        return this.#questions.data(frame)
      case messages.pong.type:
        call?.pong()
        return undefined
      case messages.checked.type:
        return this.#checks.answered(id, payload)
      case messages.hello.type:
        return this.#hello(payload)
      case messages.ready.type:
        return this.#becameReady(payload)
      case messages.refused.type:
        if (this.#phase !== 'assigned') return 'order'
        this.#phase = 'refused'
        this.#ready.reject(decodeError(decodeJson(payload)))
        return undefined
      case messages.stopped.type: {
        if (!this.#asked) return 'order'
        const { carry } = decodeObject(payload)
        this.#stopped.resolve(isObject(carry) ? (carry as Record<string, Json>) : {})
        return undefined
      }
      default:
        return 'garbage'
    }
  }

  #hello(payload: Uint8Array): ErrorCause | undefined {
    if (this.#phase !== 'hello' || !this.#assignment) return 'order'
    const { majors } = decodeObject(payload)
    const offered = Array.isArray(majors) ? majors.filter((major) => typeof major === 'number').slice(0, 16) : []
    const major = protocolMajors.findLast((one) => offered.includes(one))
    if (major === undefined) {
      this.#phase = 'refused'
      this.#ready.reject(
        new PluginError(
          'incompatible',
          `The runner speaks wire protocol ${offered.join(', ') || '(none)'}, this host speaks ${protocolMajors.join(', ')}`,
          {
            hint: 'Install a runner and a host of the same release of Cardcage.',
          },
        ),
      )
      return undefined
    }
    this.#phase = 'assigned'
    this.onHello()
    this.#port.sendText(messages.hello.type, 0, 0, JSON.stringify({ majors: [major], features: protocolFeatures }))
    this.#port.sendText(messages.assign.type, 0, 0, JSON.stringify(this.#assignment))
    return undefined
  }

  #becameReady(payload: Uint8Array): ErrorCause | undefined {
    if (this.#phase !== 'assigned') return 'order'
    const { provides, config } = decodeObject(payload)
    if (!isObject(provides)) return 'payload'
    this.#phase = 'ready'
    this.#ready.resolve({ provides: provides, ...(isObject(config) ? { config: config as JsonSchema } : {}) })
    return undefined
  }

  #handleStream({ type, id, channel, payload, flags }: Frame): ErrorCause | undefined {
    const call = this.#calls.get(id)
    if (type === messages.credit.type || type === messages.close.type) {
      const out = id === 0 ? this.#questions.stream(channel) : call?.inputs.get(channel)
      if (type === messages.close.type) out?.close()
      else return out?.grant(new DataView(payload.buffer, payload.byteOffset, 4).getUint32(0, true))
      return undefined
    }
    const stream = call?.output(channel)
    if (!stream) return 'order'
    if (type !== messages.end.type && type !== messages.fail.type) return stream.push(type, payload, (flags & flagMore) !== 0)
    if (stream.ended) return 'order'
    stream.finish(type === messages.fail.type ? decodeError(decodeJson(payload)) : undefined)
    return undefined
  }
}

function describe({ type, id, channel, payload }: Frame): string {
  return `${messageName(type) ?? `type ${type}`} (call ${id}, channel ${channel}, ${payload.length} bytes)`
}

import { type ErrorCause, type Json, PluginError } from '@cardcage/plugin'
import { decodeError } from '../wire/error.ts'
import { Inbound } from '../wire/inbound.ts'
import { messages } from '../wire/message.ts'
import { Outbound } from '../wire/outbound.ts'
import type { Port } from '../wire/port.ts'
import { sendTables } from '../wire/table.ts'
import { callMessage } from './call-message.ts'
import type { LinkInput, LinkRequest, LinkResult } from './link.ts'
import { quietly } from './quietly.ts'
import { noStream, ResultStreams } from './result-streams.ts'

/** Longest time a timer of Node can wait. */
const longestTimer = 0x7fffffff

/** Milliseconds in which an event loop that is alive answers `ping`; more where a hasty end would hit other calls. */
const promptMilliseconds = { alone: 10, shared: 100 }

/** Nothing to go through. */
const none: readonly never[] = []

/** What a call that is over waits for. */
const over = Promise.resolve()

/** What a call needs of the session it belongs to. */
export interface CallSession {
  readonly port: Port
  /** Milliseconds a cancelled call may still run. */
  readonly grace: number
  /** Calls that have not ended. */
  readonly open: number
  /** The call is over its deadline, or taken back, and still runs. */
  isLate(call: PendingCall): void
  /** The call is over on both sides. */
  over(call: PendingCall): void
  /** The call does not let go: the process must be ended. */
  stuck(why: 'deadline' | 'grace', call: PendingCall): void
  /** The other side broke a rule. */
  violate(cause: ErrorCause, reason: string): void
}

/**
 * A call that has been sent and has not ended on both sides. `sent → answered → over`; its caller may have been settled long before, by the deadline or by
 * taking it back.
 */
export class PendingCall implements LinkResult {
  readonly id: number
  readonly request: LinkRequest
  readonly result: Promise<LinkResult>
  readonly #session: CallSession
  #inputs: Map<number, Outbound> | undefined
  #outputs: ResultStreams | undefined
  #settle!: { readonly resolve: (result: LinkResult) => void; readonly reject: (error: PluginError) => void }
  #end: PromiseWithResolvers<void> | undefined
  #controller: AbortController | undefined
  #cleanups: (() => void)[] | undefined
  #phase: 'sent' | 'answered' | 'over' = 'sent'
  #settled = false
  #late = false
  #deadline: NodeJS.Timeout | undefined
  #prompt: NodeJS.Timeout | undefined
  #grace: NodeJS.Timeout | undefined
  /** Warnings so far. */
  warnings = 0
  /** What the result says. */
  value: Json = null

  constructor(id: number, request: LinkRequest, session: CallSession) {
    this.id = id
    this.request = request
    this.#session = session
    this.result = new Promise((resolve, reject) => (this.#settle = { resolve, reject }))
  }

  /** Is it over on both sides? */
  get done(): boolean {
    return this.#phase === 'over'
  }

  /** Resolves when it is over on both sides. */
  get ended(): Promise<void> {
    if (this.#phase === 'over') return over
    return (this.#end ??= Promise.withResolvers()).promise
  }

  /** Streams that are sent to it, by channel. */
  get inputs(): Map<number, Outbound> {
    return (this.#inputs ??= new Map())
  }

  /** Kind and name, for people. */
  get title(): string {
    return `${this.request.kind}.${this.request.name}`
  }

  /** Aborts when the call is over. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#phase === 'over') this.#controller.abort()
    }
    return this.#controller.signal
  }

  /** Has its caller got a result or an error? */
  get settled(): boolean {
    return this.#settled
  }

  /** Is it over its deadline, or taken back, and still runs? */
  get late(): boolean {
    return this.#late && this.#phase !== 'over'
  }

  /** Send the call and its tables, and watch its deadline and signal. @throws {PluginError} `limit-exceeded` where params and arguments are too large */
  send(): void {
    this.#session.port.sendText(messages.call.type, 0, this.id, callMessage(this.request))
    if (this.request.inputs) this.#sendInputs(this.request.inputs)
    this.#watch()
  }

  #sendInputs(inputs: Readonly<Record<string, LinkInput>>): void {
    Object.values(inputs).forEach((input, index) => {
      if (input.as === 'bytes') return
      const out = new Outbound(this.#session.port, this.id, index + 1)
      this.inputs.set(index + 1, out)
      void sendTables(out, input.schema, input.tables)
    })
  }

  /** Run when the call is over; at once if it is. */
  defer(cleanup: () => void): void {
    if (this.#phase === 'over') quietly(cleanup)
    else (this.#cleanups ??= []).push(cleanup)
  }

  /** The stream of a result by its channel. */
  output(channel: number): Inbound | undefined {
    return this.#outputs?.get(channel)
  }

  /** `result` has come. @throws what does not fit in it; returns the violation */
  answered({ value = null, streams = [] }: { value?: unknown; streams?: unknown }): ErrorCause | undefined {
    if (this.#phase !== 'sent') return 'order'
    if (!Array.isArray(streams)) return 'payload'
    if (streams.length > 0) {
      this.#outputs = ResultStreams.open(streams, (channel) => this.#open(channel))
      if (!this.#outputs) return 'payload'
    }
    this.#phase = 'answered'
    if (this.#settled) {
      this.close()
    } else {
      if (!this.request.whole) clearTimeout(this.#deadline)
      this.#give(value as Json)
    }
    this.#overIfDone()
    return undefined
  }

  /** `error` has come. Returns the violation. */
  failed(json: unknown): ErrorCause | undefined {
    if (this.#phase !== 'sent') return 'order'
    this.#phase = 'answered'
    this.#reject(decodeError(json))
    this.#overIfDone()
    return undefined
  }

  /** The event loop of the other side answers. */
  pong(): void {
    clearTimeout(this.#prompt)
  }

  /** Nobody waits for the call any more: the plugin is told, the caller and his streams get `error`, and a process that does not let go is ended. */
  abandon(why: 'deadline' | 'grace', error: PluginError): void {
    if (this.#phase === 'over' || this.#late) return
    this.#dismiss(why)
    this.#reject(error)
    this.#outputs?.cut(error)
  }

  /** The connection is gone: caller and streams get `error`; what has come of a stream that is not complete does not count. */
  lost(error: PluginError): void {
    this.#reject(error)
    this.#over()
    this.#outputs?.cut(error)
  }

  /** A stream the result names. @throws {PluginError} `protocol` where there is none */
  stream(channel: number): Inbound {
    if (!this.#outputs) throw noStream(channel)
    return this.#outputs.take(channel)
  }

  /** Want none of the result's streams. */
  close(): void {
    this.#outputs?.close()
  }

  #give(value: Json): void {
    this.#settled = true
    this.value = value
    this.#settle.resolve(this)
    const outputs = this.#outputs
    if (outputs) setImmediate(() => outputs.closeUntaken())
  }

  #reject(error: PluginError): void {
    if (this.#settled) return
    this.#settled = true
    this.#settle.reject(error)
  }

  #open(channel: number): Inbound {
    const stream = new Inbound(this.#session.port, this.id, channel)
    stream.onEnd = () => this.#overIfDone()
    stream.onClose = () => this.#left()
    stream.onBroken = (reason) => this.#session.violate('payload', `stream ${channel} of ${this.title}: ${reason}`)
    if (!this.request.whole) stream.onWait = () => this.#patience()
    return stream
  }

  #watch(): void {
    const { timeout, signal } = this.request
    if (timeout !== undefined && Number.isFinite(timeout))
      this.#deadline = setTimeout(() => this.#overdue(), Math.min(timeout, longestTimer))
    if (!signal) return
    const abort = () => this.abandon('grace', cancelled(signal, this.title))
    signal.addEventListener('abort', abort, { once: true })
    this.defer(() => signal.removeEventListener('abort', abort))
  }

  #overdue(): void {
    this.abandon(
      'deadline',
      new PluginError('timeout', `${this.title} was not done after ${Math.round(this.request.asked ?? this.request.timeout!)} ms`, {
        details: { cause: 'deadline' },
      }),
    )
  }

  /** The consumer of a stream waits for the plugin: it may, as long as the timeout says. While the plugin itself waits for input it is not its fault. */
  #patience(): () => void {
    const { timeout } = this.request
    if (timeout === undefined || !Number.isFinite(timeout)) return () => undefined
    const wait = Math.min(timeout, longestTimer)
    const check = () => {
      if ([...(this.#inputs?.values() ?? none)].some((input) => input.starving)) timer = setTimeout(check, wait)
      else this.#overdue()
    }
    let timer = setTimeout(check, wait)
    return () => clearTimeout(timer)
  }

  /** The consumer wants no more of a stream. When he wants none of them, the call has nobody to work for. */
  #left(): void {
    if (!this.#late && this.#phase === 'answered' && this.#outputs?.left) this.#dismiss('grace')
  }

  #dismiss(why: 'deadline' | 'grace'): void {
    this.#late = true
    this.#session.isLate(this)
    const { port, grace, open } = this.#session
    const stuck = () => {
      if (this.#phase !== 'over') this.#session.stuck(why, this)
    }
    port.sendText(messages.cancel.type, 0, this.id, JSON.stringify({ reason: why === 'deadline' ? 'timeout' : 'cancelled' }))
    this.#grace = setTimeout(stuck, grace)
    if (why !== 'deadline') return
    this.#prompt = setTimeout(stuck, open > 1 ? promptMilliseconds.shared : promptMilliseconds.alone)
    port.send(messages.ping.type, 0, this.id)
  }

  #overIfDone(): void {
    if (this.#phase === 'answered' && (this.#outputs?.ended ?? true)) this.#over()
  }

  #over(): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    clearTimeout(this.#deadline)
    clearTimeout(this.#prompt)
    clearTimeout(this.#grace)
    const cleanups = this.#cleanups
    this.#cleanups = undefined
    for (const cleanup of cleanups ?? none) quietly(cleanup)
    for (const input of this.#inputs?.values() ?? none) input.close()
    this.#controller?.abort()
    this.#session.over(this)
    this.#end?.resolve()
  }
}

/** Why a caller's signal was aborted, as an error. */
export function cancelled(signal: AbortSignal, title: string): PluginError {
  return PluginError.is(signal.reason) ? signal.reason : new PluginError('cancelled', `${title} was cancelled`)
}

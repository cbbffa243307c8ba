import { AsyncLocalStorage } from 'node:async_hooks'
import { type Call, type Json, type Logger, PluginError } from '@cardcage/plugin'
import type { Inbound } from '../../wire/inbound.ts'
import { messages } from '../../wire/message.ts'
import type { Outbound } from '../../wire/outbound.ts'
import type { Asking } from './asking.ts'

/** Longest time a timer of Node can wait. */
const longestTimer = 0x7fffffff

/** Milliseconds between two messages of progress. */
const progressEvery = 50

/** The call whose code is running; what is asked or emitted meanwhile belongs to it. */
export const currentCall = new AsyncLocalStorage<ServedCall>()

/** A call as the host sent it. */
export interface CallMessage {
  readonly kind: string
  readonly name: string
  readonly verb: string
  readonly params?: Json
  readonly args?: Readonly<Record<string, Json>>
  readonly inputs?: Readonly<Record<string, CallInput>>
  readonly remaining?: number
  readonly whole?: boolean
  readonly correlation?: string
}

/** An input as it was announced. */
export interface CallInput {
  readonly as: 'table' | 'reader' | 'bytes'
  readonly channel?: number
  readonly name?: string
  readonly size?: number
  readonly readAt?: boolean
  readonly found?: Json
}

/** One call on the runner's side: what the plugin sees as `Call`, and its streams. */
export class ServedCall implements Call {
  readonly message: CallMessage
  readonly number: number
  #inputs: Map<number, Inbound> | undefined
  #outputs: Map<number, Outbound> | undefined
  readonly #asking: Asking
  #deadline: number
  #controller: AbortController | undefined
  #timer: NodeJS.Timeout | undefined
  #aborted: unknown
  #lastProgress = Number.NEGATIVE_INFINITY
  #log: Logger | undefined
  ended = false

  constructor(number: number, message: CallMessage, asking: Asking) {
    this.number = number
    this.message = message
    this.#asking = asking
    this.#deadline = message.remaining === undefined ? Number.POSITIVE_INFINITY : performance.now() + message.remaining
  }

  get id(): string {
    return String(this.number)
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted)
      else if (this.#deadline !== Number.POSITIVE_INFINITY && !this.ended) {
        this.#timer = setTimeout(() => this.abort('timeout'), Math.min(longestTimer, this.remaining()))
        this.#timer.unref()
      }
    }
    return this.#controller.signal
  }

  get log(): Logger {
    return (this.#log ??= this.#asking.logger(this.number))
  }

  remaining(): number {
    return Math.max(0, this.#deadline - performance.now())
  }

  progress(done: number | undefined, note?: string): void {
    const now = performance.now()
    if (this.ended || (now - this.#lastProgress < progressEvery && done !== 1)) return
    this.#lastProgress = now
    this.#asking.say(messages.progress.type, this.number, {
      done: typeof done === 'number' && done >= 0 ? done : undefined,
      note: note === undefined ? undefined : String(note),
    })
  }

  warn(message: string, details?: Json): void {
    if (!this.ended) this.#asking.say(messages.warn.type, this.number, { message: String(message), details })
  }

  async reserve(bytes: number): Promise<{ release(): void }> {
    const share = await this.#asking.ask<number>('reserve', { bytes }, this.number)
    let released = false
    return {
      release: () => {
        if (released || this.ended) return
        released = true
        this.#asking.ask('release', { share }, this.number).catch(() => undefined)
      },
    }
  }

  /** Abort the signal, now or when it is first looked at. */
  abort(reason: 'timeout' | 'cancelled'): void {
    if (this.#aborted !== undefined) return
    this.#aborted = new PluginError(reason, reason === 'timeout' ? 'The deadline of the call has come' : 'The caller took the call back')
    this.#controller?.abort(this.#aborted)
  }

  /** An input stream, opened on first use. */
  input(channel: number): Inbound {
    this.#inputs ??= new Map()
    let inbound = this.#inputs.get(channel)
    if (!inbound) this.#inputs.set(channel, (inbound = this.#asking.inbound(this.number, channel)))
    return inbound
  }

  /** An output stream by its channel. */
  outputOf(channel: number): Outbound | undefined {
    return this.#outputs?.get(channel)
  }

  /** A new output stream. */
  output(): Outbound {
    this.#outputs ??= new Map()
    const out = this.#asking.outbound(this.number, 0x8000 + this.#outputs.size)
    this.#outputs.set(out.channel, out)
    return out
  }

  /** The result is on its way: the deadline was for it, unless it is for the streams as well. */
  answered(): void {
    if (this.message.whole) return
    this.#deadline = Number.POSITIVE_INFINITY
    clearTimeout(this.#timer)
  }

  /** The call has ended: nothing of it may go on. */
  finish(): void {
    this.ended = true
    clearTimeout(this.#timer)
    if (this.#inputs) for (const inbound of this.#inputs.values()) inbound.close()
  }
}

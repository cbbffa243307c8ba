import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ErrorCause, PluginError } from '@cardcage/plugin'
import { encodeError } from '../wire/error.ts'
import { type Frame, maxFrameBytes } from '../wire/frame.ts'
import { decodeObject } from '../wire/json.ts'
import { messages } from '../wire/message.ts'
import { Outbound } from '../wire/outbound.ts'
import type { Port } from '../wire/port.ts'
import { sendBytes } from '../wire/table.ts'
import { answerQuestion } from './answer.ts'
import { ByteBudget } from './byte-budget.ts'
import type { QuestionScope, Services } from './link.ts'
import type { PendingCall } from './pending-call.ts'
import { quietly } from './quietly.ts'

/** Most questions an instance may have open. */
const maxQuestions = 1024

/** Questions that are begun in one turn of the event loop. */
const perTurn = 16

/** Bytes of answers that may wait for an instance that does not read. */
const maxUnread = 16 * 1024 * 1024

/** Bytes asked for by `readAt` that are held at once. */
const readAhead = 32 * 1024 * 1024

/** Channels of the streams of bytes that answers begin. */
const firstStream = 0x4000
const streams = 0x4000

/** The host's side of what an instance asks: bounded in number, in bytes and in work per turn, so that one who asks much waits and nobody else does. */
export class Questions {
  readonly #port: Port
  readonly #services: Services
  readonly #instance = new AbortController()
  readonly #cleanups: (() => void)[] = []
  readonly #instanceStreams = new Map<number, Outbound>()
  readonly #budget = new ByteBudget(readAhead)
  #data: { readonly id: number; readonly channel: number; readonly bytes: Uint8Array } | undefined
  #open = 0
  #begun = 0
  #stream = 0
  #over = false

  constructor(port: Port, services: Services) {
    this.#port = port
    this.#services = services
  }

  /** Does the next frame have to be the `ask` of bytes that have come? */
  get awaitsAsk(): boolean {
    return this.#data !== undefined
  }

  /** Bytes of the question that follows. */
  data({ id, channel, payload }: Frame): ErrorCause | undefined {
    if (this.#data) return 'order'
    this.#data = { id, channel, bytes: Buffer.from(payload) }
    return undefined
  }

  /** A question. Returns the violation; @throws what is not JSON */
  ask({ id, channel, payload }: Frame, call: PendingCall | undefined): ErrorCause | undefined {
    const question = decodeObject(payload)
    const data = this.#data
    this.#data = undefined
    if (data && (data.id !== id || data.channel !== channel)) return 'order'
    if (this.#open >= maxQuestions) return 'flood'
    this.#open++
    void this.#answer(question, data?.bytes, id, channel, call).finally(() => this.#open--)
    return undefined
  }

  /** A stream to the runner that an answer began, outside a call. */
  stream(channel: number): Outbound | undefined {
    return this.#instanceStreams.get(channel)
  }

  /** The instance is gone. */
  end(error: PluginError): void {
    this.#over = true
    this.#instance.abort(error)
    for (const cleanup of this.#cleanups.splice(0)) quietly(cleanup)
    for (const stream of this.#instanceStreams.values()) stream.close()
  }

  async #answer(
    question: Record<string, unknown>,
    data: Uint8Array | undefined,
    id: number,
    channel: number,
    call: PendingCall | undefined,
  ): Promise<void> {
    const give = await this.#turn(question)
    try {
      if (this.#over) return
      if (id !== 0 && !call) throw new PluginError('cancelled', 'The call that asked has ended')
      const { value, bytes } = await answerQuestion(question, data, {
        services: this.#services,
        scope: this.#scope(call),
        sources: call?.request.inputs ?? {},
        openBytes: (chunks) => this.#openBytes(call, chunks),
      })
      const text = JSON.stringify({ value })
      if (text.length > maxFrameBytes / 3 && Buffer.byteLength(text) > maxFrameBytes) {
        throw new PluginError(
          'limit-exceeded',
          `The answer to ${String(question.what)} takes ${Buffer.byteLength(text)} bytes; at most ${maxFrameBytes} are carried`,
        )
      }
      if (bytes) this.#port.send(messages.data.type, channel, id, bytes.subarray(0, maxFrameBytes))
      this.#port.sendText(messages.answer.type, channel, id, text)
    } catch (error) {
      if (!this.#over) this.#port.sendText(messages.answer.type, channel, id, JSON.stringify({ error: encodeError(error) }))
    } finally {
      void this.#port.drained().then(give)
    }
  }

  /** Wait until a question may be begun; returns what is called when its answer has left. */
  async #turn({ what, length }: Record<string, unknown>): Promise<() => void> {
    while (!this.#over && (this.#begun >= perTurn || this.#port.pending > maxUnread))
      await (this.#begun >= perTurn ? nextTurn() : this.#port.drained())
    if (this.#begun++ === 0) setImmediate(() => (this.#begun = 0))
    return what === 'bytes.readAt' && typeof length === 'number' && length > 0 ? await this.#budget.take(length) : () => undefined
  }

  #scope(call: PendingCall | undefined): QuestionScope {
    if (call) return { signal: call.signal, defer: (cleanup) => call.defer(cleanup) }
    return { signal: this.#instance.signal, defer: (cleanup) => void (this.#over ? quietly(cleanup) : this.#cleanups.push(cleanup)) }
  }

  /** Begin a stream of bytes to the runner. Outside a call it belongs to the instance, whose id is 0. A number is not used again soon: late credit may be under way. */
  #openBytes(call: PendingCall | undefined, chunks: AsyncIterable<Uint8Array>): number {
    const open = call?.inputs ?? this.#instanceStreams
    if (open.size >= streams) throw new PluginError('limit-exceeded', `More than ${streams} streams of bytes are open`)
    let channel: number
    do channel = firstStream + (this.#stream++ % streams)
    while (open.has(channel))
    const out = new Outbound(this.#port, call?.id ?? 0, channel)
    open.set(channel, out)
    if (this.#over || call?.signal.aborted) out.close()
    void sendBytes(out, chunks).then(() => open.delete(channel))
    return channel
  }
}

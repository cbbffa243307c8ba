import { PluginError } from '@cardcage/plugin'
import { maxFrameBytes } from './frame.ts'
import { messages } from './message.ts'
import type { Port } from './port.ts'
import { maxMessageBytes, messageCost, type StreamFault, windowBytes } from './window.ts'

/** Credit is granted in pieces of at least so much: a sender that waits has sent more than that. */
const grantedAt = windowBytes / 4

/** One message of a stream. */
export interface StreamMessage {
  readonly type: number
  readonly payload: Uint8Array
}

/** The receiving end of a stream: keeps what has come, grants credit as it is taken. */
export class Inbound {
  readonly #port: Port
  readonly #call: number
  readonly channel: number
  readonly #queue: StreamMessage[] = []
  readonly #parts: Uint8Array[] = []
  #partBytes = 0
  #partType = 0
  #expected: number | undefined
  #allowed = windowBytes
  #taken = 0
  #state: 'open' | 'ended' | 'failed' = 'open'
  #error: PluginError | undefined
  #cut: PluginError | undefined
  #closed = false
  #wake: (() => void) | undefined
  /** Called once when the sender has ended the stream. */
  onEnd: () => void = () => undefined
  /** Called once when the consumer wants no more and the sender has not ended. */
  onClose: () => void = () => undefined
  /** Called when what came cannot be read. */
  onBroken: (reason: string) => void = () => undefined
  /** Called when the consumer begins to wait for the sender; returns what is called when it need not wait any more. */
  onWait: (() => () => void) | undefined

  constructor(port: Port, call: number, channel: number) {
    this.#port = port
    this.#call = call
    this.channel = channel
  }

  /** Has the sender ended it? */
  get ended(): boolean {
    return this.#state !== 'open'
  }

  /** Does the consumer want no more? */
  get closed(): boolean {
    return this.#closed
  }

  /** A frame has come. Returns the violation where the sender broke the rules of order, credit or size. */
  push(type: number, payload: Uint8Array, more: boolean): StreamFault | undefined {
    if (this.#state !== 'open') return 'order'
    if (more && payload.length !== maxFrameBytes) return 'frame'
    const begins = this.#partBytes === 0
    if (begins ? !this.#fits(type) : type !== this.#partType) return 'order'
    if (this.#partBytes + payload.length > maxMessageBytes) return 'frame'
    if (type !== messages.schema.type) {
      if (begins && this.#allowed <= 0) return 'credit'
      this.#allowed -= payload.length + (begins ? messageCost : 0)
    }
    if (more || !begins) {
      this.#partType = type
      this.#partBytes += payload.length
      if (!this.#closed) this.#parts.push(payload)
      if (more) return undefined
      payload = Buffer.concat(this.#parts)
      this.#parts.length = 0
      this.#partBytes = 0
    }
    if (this.#closed) return undefined
    this.#queue.push({ type, payload: ownMemory(payload) })
    this.#rouse()
    return undefined
  }

  /** The sender has ended it. */
  finish(error?: PluginError): void {
    if (this.#state !== 'open') return
    this.#state = error ? 'failed' : 'ended'
    this.#error = error
    this.#rouse()
    this.onEnd()
  }

  /** The next message; `undefined` at the end. @throws the error the stream ended with */
  async next(): Promise<StreamMessage | undefined> {
    for (;;) {
      if (this.#cut) throw this.#cut
      const message = this.#queue.shift()
      if (message) {
        if (message.type !== messages.schema.type) this.#take(message.payload.length + messageCost)
        return message
      }
      if (this.#error && !this.#closed) throw this.#error
      if (this.#state === 'ended' || this.#closed) return undefined
      const waited = this.onWait?.()
      await new Promise<void>((resolve) => (this.#wake = resolve))
      waited?.()
    }
  }

  /** The consumer gets `error` at once; what is there and what still comes is dropped. */
  cut(error: PluginError): void {
    if (this.#closed) return
    this.#cut = error
    this.close()
  }

  /** What came cannot be read: tells the session and gives the error for the consumer. */
  broken(why: unknown): PluginError {
    const reason = why instanceof Error ? why.message : String(why)
    this.close()
    this.onBroken(reason)
    return new PluginError('protocol', `A stream of the plugin cannot be read: ${reason}`, {
      cause: why,
      details: { cause: 'payload', reason },
    })
  }

  /** Want no more: what is under way is dropped, the sender is told. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#queue.length = 0
    this.#parts.length = 0
    if (this.#state === 'open') {
      this.#port.send(messages.close.type, this.channel, this.#call)
      this.onClose()
    }
    this.#rouse()
  }

  /** A stream is a schema and then tables, or bytes. */
  #fits(type: number): boolean {
    if (this.#expected !== undefined) return type === this.#expected
    if (type === messages.table.type) return false
    this.#expected = type === messages.schema.type ? messages.table.type : messages.bytes.type
    return true
  }

  #take(cost: number): void {
    this.#taken += cost
    if (this.#state !== 'open' || this.#closed || this.#taken < grantedAt) return
    const payload = new Uint8Array(4)
    new DataView(payload.buffer).setUint32(0, this.#taken, true)
    this.#allowed += this.#taken
    this.#taken = 0
    this.#port.send(messages.credit.type, this.channel, this.#call, payload)
  }

  #rouse(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}

/** A small payload must not keep the large chunk alive in which it came. */
function ownMemory(payload: Uint8Array): Uint8Array {
  return payload.length * 2 < payload.buffer.byteLength ? new Uint8Array(payload) : payload
}

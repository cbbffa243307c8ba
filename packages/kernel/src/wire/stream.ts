import { PluginError } from '@cardcage/plugin'
import { messages } from './message.ts'
import type { Port } from './port.ts'

/** Bytes that may be under way on a stream before its receiver has taken any. */
export const windowBytes = 8 * 1024 * 1024

/** Largest single message of a stream: one table with one row that cannot be cut further. */
export const maxMessageBytes = 64 * 1024 * 1024

/** The sending end of a stream: waits for credit, one message at a time. */
export class Outbound {
  readonly #port: Port
  readonly #call: number
  readonly channel: number
  #credit = windowBytes
  #closed = false
  #wake: (() => void) | undefined

  constructor(port: Port, call: number, channel: number) {
    this.#port = port
    this.#call = call
    this.channel = channel
  }

  /** False once the receiver wants no more. */
  get open(): boolean {
    return !this.#closed
  }

  /** Is it the receiver that waits for something to be sent? */
  get starving(): boolean {
    return !this.#closed && this.#credit > 0
  }

  /** Wait until something may be sent; false when the receiver wants no more. */
  async ready(): Promise<boolean> {
    while (this.#credit <= 0 && !this.#closed) await new Promise<void>((resolve) => (this.#wake = resolve))
    return !this.#closed
  }

  /** Send one message of the stream. Call `ready` before. @throws {PluginError} `limit-exceeded` above 64 MiB */
  send(type: number, parts: readonly Uint8Array[]): void {
    let bytes = 0
    for (const part of parts) bytes += part.length
    if (bytes > maxMessageBytes) {
      throw new PluginError('limit-exceeded', `One row takes ${bytes} bytes; at most ${maxMessageBytes} fit into a message`, {
        hint: 'Split the value, or keep it in a file and pass its name.',
      })
    }
    if (type !== messages.schema.type) this.#credit -= bytes
    this.#port.send(type, this.channel, this.#call, ...parts)
  }

  /** End the stream, as it should or with an error. */
  end(error?: string): void {
    if (error === undefined) this.#port.send(messages.end.type, this.channel, this.#call)
    else this.#port.sendText(messages.fail.type, this.channel, this.#call, error)
    this.close()
  }

  /** The receiver has taken so many bytes. */
  grant(bytes: number): void {
    this.#credit += bytes
    this.#rouse()
  }

  /** The receiver wants no more, or is gone. */
  close(): void {
    this.#closed = true
    this.#rouse()
  }

  #rouse(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}

/** The receiving end of a stream: keeps what has come, grants credit as it is taken. */
export class Inbound {
  readonly #port: Port
  readonly #call: number
  readonly channel: number
  readonly #queue: { type: number; payload: Uint8Array }[] = []
  #partial: Uint8Array[] = []
  #partialBytes = 0
  #allowed = windowBytes
  #taken = 0
  #state: 'open' | 'ended' | 'failed' = 'open'
  #error: PluginError | undefined
  #closed = false
  #wake: (() => void) | undefined
  /** Called once when the sender has ended the stream. */
  onEnd: () => void = () => undefined
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

  /**
   * A frame has come. Returns the violation where the sender broke the rules of credit or size.
   */
  push(type: number, payload: Uint8Array, more: boolean): 'credit' | 'frame' | 'order' | undefined {
    if (this.#state !== 'open') return 'order'
    if (this.#partialBytes === 0 && this.#allowed <= 0) return 'credit'
    if (this.#partialBytes + payload.length > maxMessageBytes) return 'frame'
    if (type !== messages.schema.type) this.#allowed -= payload.length
    if (more || this.#partialBytes > 0) {
      this.#partial.push(payload)
      this.#partialBytes += payload.length
      if (more) return undefined
      payload = Buffer.concat(this.#partial)
      this.#partial = []
      this.#partialBytes = 0
    }
    if (!this.#closed) {
      this.#queue.push({ type, payload })
      this.#rouse()
    }
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
  async next(): Promise<{ type: number; payload: Uint8Array } | undefined> {
    for (;;) {
      const message = this.#queue.shift()
      if (message) {
        if (message.type !== messages.schema.type) this.#take(message.payload.length)
        return message
      }
      if (this.#state === 'failed') throw this.#error
      if (this.#state === 'ended' || this.#closed) return undefined
      const waited = this.onWait?.()
      await new Promise<void>((resolve) => (this.#wake = resolve))
      waited?.()
    }
  }

  /** Want no more: what is under way is dropped, the sender is told. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#queue.length = 0
    if (this.#state === 'open') {
      this.#allowed = Number.POSITIVE_INFINITY
      this.#port.send(messages.close.type, this.channel, this.#call)
    }
    this.#rouse()
  }

  #take(bytes: number): void {
    this.#taken += bytes
    if (this.#state !== 'open' || (this.#taken < windowBytes / 4 && this.#queue.length > 0)) return
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

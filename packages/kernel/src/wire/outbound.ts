import { PluginError } from '@cardcage/plugin'
import { messages } from './message.ts'
import type { Port } from './port.ts'
import { maxMessageBytes, messageCost, type StreamFault, windowBytes } from './window.ts'

/** The sending end of a stream: waits for credit, one message at a time. */
export class Outbound {
  readonly #port: Port
  readonly #call: number
  readonly channel: number
  #credit = windowBytes
  #closed = false
  #ended = false
  #wake: (() => void) | undefined

  constructor(port: Port, call: number, channel: number) {
    this.#port = port
    this.#call = call
    this.channel = channel
  }

  /** False once the receiver wants no more, or the stream has ended. */
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
    if (type !== messages.schema.type) this.#credit -= bytes + messageCost
    this.#port.send(type, this.channel, this.#call, ...parts)
  }

  /** End the stream once, as it should or with an error as JSON. */
  end(error?: string): void {
    if (this.#ended) return
    this.#ended = true
    if (error === undefined) this.#port.send(messages.end.type, this.channel, this.#call)
    else this.#port.sendText(messages.fail.type, this.channel, this.#call, error)
    this.close()
  }

  /** The receiver has taken so much. Returns the violation where that is more than was sent. */
  grant(bytes: number): StreamFault | undefined {
    if (this.#credit + bytes > windowBytes) return 'credit'
    this.#credit += bytes
    this.#rouse()
    return undefined
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

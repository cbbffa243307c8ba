import { PluginError } from '@cardcage/plugin/internal'

/** Takes an asynchronous stream of chunks in pieces of any size; what it gives are copies at their own place in memory. */
export class ByteQueue {
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #name: string
  #chunk: Uint8Array = new Uint8Array()
  #at = 0
  #offset = 0

  constructor(chunks: AsyncIterable<Uint8Array>, name: string) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#name = name
  }

  /** Position of the next byte in the stream. */
  get offset(): number {
    return this.#offset
  }

  /** The next `length` bytes; at the very end, where not one is left, `undefined` if `mayEnd`. @throws `invalid-data` if the stream ends before */
  async take(length: number, mayEnd = false): Promise<Uint8Array | undefined> {
    let bytes = new Uint8Array(Math.min(length, firstBytes))
    let filled = 0
    while (filled < length) {
      if (this.#at === this.#chunk.length) {
        const next = await this.#chunks.next()
        if (next.done === true) {
          if (mayEnd && filled === 0) return undefined
          throw new PluginError('invalid-data', `${this.#name} ends at byte ${this.#offset}, in the middle of an Arrow message`, {
            hint: 'The file was not written or copied to its end.',
            details: { offset: this.#offset },
          })
        }
        this.#chunk = next.value
        this.#at = 0
        continue
      }
      const more = Math.min(length - filled, this.#chunk.length - this.#at)
      if (filled + more > bytes.length) bytes = enlarge(bytes, filled, Math.min(length, Math.max(filled + more, 2 * bytes.length)))
      bytes.set(this.#chunk.subarray(this.#at, this.#at + more), filled)
      filled += more
      this.#at += more
      this.#offset += more
    }
    return bytes
  }

  /** Ends the stream. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}

/** Memory taken on the mere word of a length; more is taken as bytes arrive. */
const firstBytes = 16 << 20

function enlarge(bytes: Uint8Array, filled: number, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length)
  larger.set(bytes.subarray(0, filled))
  return larger
}

import type { ByteSource } from '@cardcage/plugin'

/**
 * A sliding window over a byte source. `fill` always reads on until the window is full or the source ends, so what the window holds
 * depends on its size alone and never on how the source cuts its chunks.
 */
export class ByteWindow {
  /** The window's memory; only `from` to `to` hold unread bytes. */
  bytes: Uint8Array
  from = 0
  to = 0
  /** Offset in the source of `bytes[0]`. */
  base = 0
  /** True once the source has ended: nothing comes after `to`. */
  ended = false
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  /** @param size capacity in bytes. */
  constructor(source: ByteSource, size: number) {
    this.bytes = new Uint8Array(size)
    this.#chunks = source.stream()[Symbol.asyncIterator]()
  }

  /** Move the unread bytes to the front and fill the rest of the window. */
  async fill(): Promise<void> {
    if (this.from > 0) {
      this.bytes.copyWithin(0, this.from, this.to)
      this.base += this.from
      this.to -= this.from
      this.from = 0
    }
    while (!this.ended && this.to < this.bytes.length) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next()
        if (next.done) this.ended = true
        else this.#rest = next.value
        continue
      }
      const part = this.#rest.subarray(0, this.bytes.length - this.to)
      this.bytes.set(part, this.to)
      this.to += part.length
      this.#rest = this.#rest.subarray(part.length)
    }
  }

  /** Change the capacity to at least what is unread; contents stay. */
  resize(size: number): void {
    const unread = this.bytes.subarray(this.from, this.to)
    const bytes = new Uint8Array(Math.max(size, unread.length))
    bytes.set(unread)
    this.base += this.from
    this.bytes = bytes
    this.to = unread.length
    this.from = 0
  }

  /** Stop reading; releases the source. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}

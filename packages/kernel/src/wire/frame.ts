/** Bytes of a frame's header: `u32 length · u8 type · u8 flags · u16 channel · u32 id`, little-endian; `length` is that of the payload. */
export const headerBytes = 12

/** Largest payload of one frame. */
export const maxFrameBytes = 16 * 1024 * 1024

/** Payloads up to this size are shared with their chunk, larger ones have memory of their own where they span chunks. */
const smallPayload = 4096

/** Flag: the payload goes on in the next frame of the same type, id and channel. */
export const flagMore = 1

/** One frame as it was read. A small `payload` may share memory that is used again: copy what is kept. */
export interface Frame {
  readonly type: number
  readonly flags: number
  readonly channel: number
  readonly id: number
  readonly payload: Uint8Array
}

/** Write a frame's header into `target` at `offset`. */
export function writeHeader(
  target: Uint8Array,
  offset: number,
  length: number,
  type: number,
  flags: number,
  channel: number,
  id: number,
): void {
  target[offset] = length & 255
  target[offset + 1] = (length >>> 8) & 255
  target[offset + 2] = (length >>> 16) & 255
  target[offset + 3] = length >>> 24
  target[offset + 4] = type
  target[offset + 5] = flags
  target[offset + 6] = channel & 255
  target[offset + 7] = channel >>> 8
  target[offset + 8] = id & 255
  target[offset + 9] = (id >>> 8) & 255
  target[offset + 10] = (id >>> 16) & 255
  target[offset + 11] = id >>> 24
}

/**
 * Cut a stream of bytes into frames. Keeps at most one unfinished frame; a payload that spans chunks is copied once, into memory of its own.
 * Never throws on what it is fed: `onError` is called once with the reason, and everything after is ignored.
 */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void
  readonly #onError: (reason: string) => void
  #rest: Uint8Array | undefined
  #large: { frame: { type: number; flags: number; channel: number; id: number }; payload: Uint8Array; have: number } | undefined
  readonly #reused: boolean
  #broken = false

  /** @param reused the memory of a chunk is used again after `feed`: what is kept of it is copied */
  constructor(onFrame: (frame: Frame) => void, onError: (reason: string) => void, reused = false) {
    this.#onFrame = onFrame
    this.#onError = onError
    this.#reused = reused
  }

  /** Bytes of a frame that has begun and is not complete. */
  get unfinished(): boolean {
    return this.#rest !== undefined || this.#large !== undefined
  }

  /** Stop reading: what comes after is ignored. */
  stop(): void {
    this.#broken = true
    this.#rest = undefined
    this.#large = undefined
  }

  /** Take the next bytes. */
  feed(chunk: Uint8Array): void {
    let bytes: Uint8Array | undefined = chunk
    if (this.#large) bytes = this.#fill(bytes)
    if (!bytes || this.#broken) return
    if (this.#rest) {
      bytes = Buffer.concat([this.#rest, bytes])
      this.#rest = undefined
    }
    let at = 0
    while (bytes.length - at >= headerBytes) {
      const length = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
      if (length > maxFrameBytes) return this.#fail(`a frame of ${length} bytes, at most ${maxFrameBytes} are allowed`)
      const type = bytes[at + 4]!
      const flags = bytes[at + 5]!
      const channel = bytes[at + 6]! | (bytes[at + 7]! << 8)
      const id = (bytes[at + 8]! | (bytes[at + 9]! << 8) | (bytes[at + 10]! << 16) | (bytes[at + 11]! << 24)) >>> 0
      const from = at + headerBytes
      if (bytes.length - from < length) {
        if (length > smallPayload) {
          const payload = Buffer.allocUnsafeSlow(length)
          payload.set(bytes.subarray(from))
          this.#large = { frame: { type, flags, channel, id }, payload, have: bytes.length - from }
          return
        }
        break
      }
      at = from + length
      const payload = bytes.subarray(from, at)
      this.#onFrame({ type, flags, channel, id, payload: this.#reused && length > smallPayload ? new Uint8Array(payload) : payload })
      if (this.#broken) return
    }
    if (at < bytes.length) this.#rest = this.#reused ? new Uint8Array(bytes.subarray(at)) : bytes.subarray(at)
  }

  #fill(bytes: Uint8Array): Uint8Array | undefined {
    const large = this.#large!
    const take = Math.min(bytes.length, large.payload.length - large.have)
    large.payload.set(take === bytes.length ? bytes : bytes.subarray(0, take), large.have)
    large.have += take
    if (large.have < large.payload.length) return undefined
    this.#large = undefined
    this.#onFrame({ ...large.frame, payload: large.payload })
    return take < bytes.length ? bytes.subarray(take) : undefined
  }

  #fail(reason: string): void {
    this.stop()
    this.#onError(reason)
  }
}

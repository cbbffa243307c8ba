import { PluginError } from '@cardcage/plugin'
import type { Inbound } from '../wire/inbound.ts'

/** Channels of the streams of a result. */
const first = 0x8000
const last = 0xffff

/** The streams one result has named, by channel. */
export class ResultStreams {
  readonly #streams = new Map<number, Inbound>()
  readonly #taken = new Set<number>()

  /** Open those a result names. `undefined` where they are no channels of a result, or one is named twice. */
  static open(channels: readonly unknown[], open: (channel: number) => Inbound): ResultStreams | undefined {
    const streams = new ResultStreams()
    if (channels.length > last - first) return undefined
    for (const channel of channels) {
      if (typeof channel !== 'number' || !Number.isInteger(channel) || channel < first || channel > last) return undefined
      if (streams.#streams.has(channel)) return undefined
      streams.#streams.set(channel, open(channel))
    }
    return streams
  }

  /** Has the sender ended all of them? */
  get ended(): boolean {
    return this.#every((stream) => stream.ended)
  }

  /** Does nobody want any of them any more? */
  get left(): boolean {
    return this.#every((stream) => stream.ended || stream.closed)
  }

  get(channel: number): Inbound | undefined {
    return this.#streams.get(channel)
  }

  /** One that will be read. @throws {PluginError} `protocol` where there is none */
  take(channel: number): Inbound {
    const stream = this.#streams.get(channel)
    if (!stream) throw noStream(channel)
    this.#taken.add(channel)
    return stream
  }

  /** Want none of them. */
  close(): void {
    for (const stream of this.#streams.values()) stream.close()
  }

  /** Want none of those nobody has taken. */
  closeUntaken(): void {
    for (const [channel, stream] of this.#streams) if (!this.#taken.has(channel)) stream.close()
  }

  /** Who reads those that are not complete gets `error`. */
  cut(error: PluginError): void {
    for (const stream of this.#streams.values()) if (!stream.ended) stream.cut(error)
  }

  #every(holds: (stream: Inbound) => boolean): boolean {
    for (const stream of this.#streams.values()) if (!holds(stream)) return false
    return true
  }
}

/** A result names a stream that does not exist. */
export function noStream(channel: number): PluginError {
  return new PluginError('protocol', `The result names stream ${channel}, which does not exist`, { details: { cause: 'order' } })
}

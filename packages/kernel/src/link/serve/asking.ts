import { type Json, type Logger, PluginError } from '@cardcage/plugin'
import { decodeError } from '../../wire/error.ts'
import { maxFrameBytes } from '../../wire/frame.ts'
import { Inbound } from '../../wire/inbound.ts'
import { encodeJson } from '../../wire/json.ts'
import { messages } from '../../wire/message.ts'
import { Outbound } from '../../wire/outbound.ts'
import type { Port } from '../../wire/port.ts'

/** Longest message of a log line, in characters. */
const maxLine = 4096

/** Everything the runner sends that is not an answer: one-way messages and questions. */
export class Asking {
  readonly #port: Port
  readonly #open = new Map<string, { resolve: (value: never) => void; reject: (error: PluginError) => void; data?: Uint8Array }>()
  #channel = 0

  constructor(port: Port) {
    this.#port = port
  }

  /** Send a one-way message. @throws {PluginError} `invalid-data` for what is not JSON, `limit-exceeded` above 16 MiB */
  say(type: number, call: number, content: unknown): void {
    const text = encodeJson(content, 'What is sent')
    if (text.length > maxFrameBytes / 3 && Buffer.byteLength(text) > maxFrameBytes) {
      throw new PluginError(
        'limit-exceeded',
        `What is sent takes ${Buffer.byteLength(text)} bytes as JSON; at most ${maxFrameBytes} are carried`,
      )
    }
    this.#port.sendText(type, 0, call, text)
  }

  /** Ask the host. @throws {PluginError} what the host refuses with */
  async ask<T = Json>(what: string, question: Readonly<Record<string, unknown>>, call: number, body?: Uint8Array): Promise<T> {
    return (await this.askBytes<T>(what, question, call, body)).value
  }

  /** Ask the host for something that may come with bytes. */
  askBytes<T = Json>(
    what: string,
    question: Readonly<Record<string, unknown>>,
    call: number,
    body?: Uint8Array,
  ): Promise<{ value: T; bytes: Uint8Array }> {
    return new Promise((resolve, reject) => {
      do this.#channel = (this.#channel % 0xffff) + 1
      while (this.#open.has(`${call}/${this.#channel}`))
      const channel = this.#channel
      const text = encodeJson({ ...question, what }, `The question ${what}`)
      const bytes = Buffer.byteLength(text) + (body?.length ?? 0)
      if (bytes > maxFrameBytes)
        throw new PluginError('limit-exceeded', `${what}: ${bytes} bytes, at most ${maxFrameBytes} can be sent at once`)
      this.#open.set(`${call}/${channel}`, { resolve, reject })
      if (body) this.#port.send(messages.data.type, channel, call, body)
      this.#port.sendText(messages.ask.type, channel, call, text)
    })
  }

  /** Bytes that belong to the answer that follows. */
  data(call: number, channel: number, bytes: Uint8Array): void {
    const open = this.#open.get(`${call}/${channel}`)
    if (open) open.data = bytes.slice()
  }

  /** The host has answered. */
  answered(call: number, channel: number, answer: { value?: unknown; error?: unknown }): void {
    const open = this.#open.get(`${call}/${channel}`)
    if (!open) return
    this.#open.delete(`${call}/${channel}`)
    if (answer.error === undefined) open.resolve({ value: answer.value, bytes: open.data ?? new Uint8Array(0) } as never)
    else open.reject(decodeError(answer.error))
  }

  /** A logger whose lines belong to a call, or to the instance (0). Never throws: what JSON cannot say is written as text. */
  logger(call: number): Logger {
    const line = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
      const text = String(message).slice(0, maxLine)
      try {
        this.say(messages.log.type, call, { level, message: text, fields: plain(fields) })
      } catch (error) {
        this.say(messages.log.type, call, { level, message: text, fields: { left_out: String(error) } })
      }
    }
    return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
  }

  /** The receiving end of a stream from the host. */
  inbound(call: number, channel: number): Inbound {
    return new Inbound(this.#port, call, channel)
  }

  /** The sending end of a stream to the host. */
  outbound(call: number, channel: number): Outbound {
    return new Outbound(this.#port, call, channel)
  }
}

/** Fields of a log line as JSON: an error says its message, what JSON cannot say is written as text. */
function plain(fields: Readonly<Record<string, unknown>> | undefined): Record<string, Json> | undefined {
  if (!fields) return undefined
  const entries = Object.entries(fields).map(([name, value]): [string, Json] => {
    if (value instanceof Error) return [name, { name: value.name, message: value.message }]
    if (typeof value === 'bigint') return [name, String(value)]
    try {
      return [name, JSON.parse(encodeJson(value, name)) as Json]
    } catch {
      return [name, String(value)]
    }
  })
  return Object.fromEntries(entries)
}

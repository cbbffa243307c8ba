import { type Json, type Logger, PluginError } from '@cardcage/plugin'
import { decodeError } from '../../wire/error.ts'
import { messages } from '../../wire/message.ts'
import type { Port } from '../../wire/port.ts'
import { Inbound, Outbound } from '../../wire/stream.ts'

const maxJsonBytes = 16 * 1024 * 1024

/** Everything the runner sends that is not an answer: one-way messages and questions. */
export class Asking {
  readonly #port: Port
  readonly #open = new Map<string, { resolve: (value: never) => void; reject: (error: PluginError) => void; data?: Uint8Array }>()
  #channel = 0

  constructor(port: Port) {
    this.#port = port
  }

  /** Send a one-way message. What is not JSON is left out. */
  say(type: number, call: number, content: unknown): void {
    const text = stringify(content)
    if (text !== undefined && text.length <= maxJsonBytes) this.#port.sendText(type, 0, call, text)
  }

  /** Ask the host. @throws {PluginError} what the host refuses with */
  async ask<T = Json>(what: string, question: Readonly<Record<string, unknown>>, call: number, body?: Uint8Array): Promise<T> {
    return (await this.askBytes<T>(what, question, call, body)).value
  }

  /** Ask the host for something that may come with bytes. */
  askBytes<T = Json>(what: string, question: Readonly<Record<string, unknown>>, call: number, body?: Uint8Array): Promise<{ value: T; bytes: Uint8Array }> {
    return new Promise((resolve, reject) => {
      do this.#channel = (this.#channel % 0xffff) + 1
      while (this.#open.has(`${call}/${this.#channel}`))
      const channel = this.#channel
      const text = JSON.stringify({ ...question, what })
      if (text.length + (body?.length ?? 0) > maxJsonBytes) {
        return reject(new PluginError('limit-exceeded', `${what}: ${text.length + (body?.length ?? 0)} bytes, at most ${maxJsonBytes} can be sent at once`))
      }
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

  /** A logger whose lines belong to a call, or to the instance (0). */
  logger(call: number): Logger {
    const line = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
      this.say(messages.log.type, call, { level, message: String(message), fields: plain(fields) })
    return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
  }

  inbound(call: number, channel: number): Inbound {
    return new Inbound(this.#port, call, channel)
  }

  outbound(call: number, channel: number): Outbound {
    return new Outbound(this.#port, call, channel)
  }
}

function stringify(content: unknown): string | undefined {
  try {
    return JSON.stringify(content)
  } catch {
    return undefined
  }
}

/** Fields of a log line as JSON: an error says its message, what JSON cannot say is written as text. */
function plain(fields: Readonly<Record<string, unknown>> | undefined): Record<string, Json> | undefined {
  if (!fields) return undefined
  const entries = Object.entries(fields).map(([name, value]): [string, Json] => {
    if (value instanceof Error) return [name, { name: value.name, message: value.message }]
    if (typeof value === 'bigint') return [name, String(value)]
    const text = stringify(value)
    return [name, text === undefined ? String(value) : (JSON.parse(text) as Json)]
  })
  return Object.fromEntries(entries)
}

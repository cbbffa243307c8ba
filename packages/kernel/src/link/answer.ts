import { type Json, PluginError } from '@cardcage/plugin'
import type { LinkInput, QuestionScope, Services } from './link.ts'

/** Most bytes one `readAt` gives. */
const maxReadAt = 16 * 1024 * 1024

/** What an answer may need besides the question. */
export interface QuestionContext {
  readonly services: Services
  readonly scope: QuestionScope
  /** The inputs of the call by name. */
  readonly sources: Readonly<Record<string, LinkInput>>
  /** Begin a stream of bytes to the runner; returns its channel. */
  openBytes(chunks: AsyncIterable<Uint8Array>): number
}

/**
 * Answer a question of an instance: bytes of an input, a fetch, or what the slot's services know.
 *
 * @throws {PluginError} what the instance is told instead of an answer
 */
export async function answerQuestion(
  question: Readonly<Record<string, unknown>>,
  data: Uint8Array | undefined,
  context: QuestionContext,
): Promise<{ value: Json; bytes?: Uint8Array }> {
  const what = String(question.what)
  if (what === 'bytes.stream' || what === 'bytes.readAt') return await bytes(what, question, context)
  if (what === 'fetch') {
    const response = await context.services.fetch(
      {
        url: String(question.url),
        method: typeof question.method === 'string' ? question.method : 'GET',
        headers: pairs(question.headers),
        body: data,
      },
      context.scope.signal,
    )
    const head = { url: response.url, status: response.status, statusText: response.statusText, headers: [...response.headers] as Json }
    return { value: response.body ? { ...head, channel: context.openBytes(response.body) } : head }
  }
  return { value: await context.services.answer(what, question as Record<string, Json>, context.scope) }
}

async function bytes(
  what: string,
  question: Readonly<Record<string, unknown>>,
  context: QuestionContext,
): Promise<{ value: Json; bytes?: Uint8Array }> {
  const name = String(question.input)
  const input = Object.hasOwn(context.sources, name) ? context.sources[name] : undefined
  if (input?.as !== 'bytes') throw new PluginError('not-found', `The call has no input of bytes called ${name}`)
  if (what === 'bytes.stream') {
    const from = typeof question.from === 'number' && question.from > 0 ? question.from : undefined
    return { value: { channel: context.openBytes(input.source.stream(from)) } }
  }
  const { offset, length } = question
  if (!input.source.readAt) throw new PluginError('unsupported', `${input.source.name} can only be read from its beginning`)
  if (!isCount(offset) || !isCount(length)) {
    throw new PluginError('invalid-call', `readAt(${String(offset)}, ${String(length)}): both are bytes, not negative`)
  }
  return { value: null, bytes: await input.source.readAt(offset, Math.min(length, maxReadAt)) }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function pairs(value: unknown): (readonly [string, string])[] {
  if (!Array.isArray(value)) return []
  return value
    .filter((pair): pair is [unknown, unknown] => Array.isArray(pair) && pair.length === 2)
    .map(([name, text]) => [String(name), String(text)])
}

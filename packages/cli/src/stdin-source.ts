import { PluginError } from '@cardcage/plugin'
import type { ByteSource } from '@cardcage/plugin'

/** Bytes of the beginning that are kept, so that they can be looked at before they are read. */
const headBytes = 64 * 1024

/** Stdin with its first bytes already read. */
export interface Stdin {
  /** The first bytes: at most 64 KiB and what came with them. */
  readonly head: Uint8Array
  /** All of it; the head may be read again and again, what follows once. */
  readonly source: ByteSource
}

/**
 * Begin to read a stream of bytes, such as the process's stdin.
 *
 * @throws {PluginError} `invalid-call` where stdin is a terminal: nothing would come
 */
export async function openStdin(stream: NodeJS.ReadStream = process.stdin): Promise<Stdin> {
  if (stream.isTTY)
    throw new PluginError('invalid-call', '--input - reads stdin, and stdin is the terminal', {
      hint: 'Pipe something into it, or name a file.',
    })
  const rest = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const parts: Uint8Array[] = []
  for (let size = 0; size < headBytes; size += parts.at(-1)?.length ?? 0) {
    const { done, value } = await rest.next()
    if (done) break
    parts.push(value)
  }
  const head = Buffer.concat(parts)
  return { head, source: { name: 'stdin', stream: (from = 0) => replay(head, rest, from) } }
}

/** All bytes of a source as text. @throws {PluginError} `invalid-data` where they are not UTF-8, `limit-exceeded` above 256 MiB */
export async function textOf(source: ByteSource): Promise<string> {
  const most = 256 * 2 ** 20
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let size = 0
  let text = ''
  try {
    for await (const chunk of source.stream()) {
      size += chunk.length
      if (size > most)
        throw new PluginError('limit-exceeded', `${source.name} is JSON of more than 256 MiB`, {
          hint: 'Give it as CSV or NDJSON: those are read in bounded memory.',
        })
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  } catch (thrown) {
    if (thrown instanceof TypeError) throw new PluginError('invalid-data', `${source.name} is not UTF-8`, { cause: thrown })
    throw thrown
  }
}

async function* replay(head: Uint8Array, rest: AsyncIterator<Uint8Array>, from: number): AsyncIterable<Uint8Array> {
  if (from < head.length) yield head.subarray(from)
  let at = head.length
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    const end = at + next.value.length
    if (end > from) yield next.value.subarray(Math.max(0, from - at))
    at = end
  }
}

import { createReadStream, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PluginError } from '@cardcage/plugin'
import type { ByteSource } from '@cardcage/plugin'

/**
 * All of a stream of bytes, such as the process's stdin, as a source that can be read again and again and at any place: formats look at its beginning
 * before they read it. It is kept in a temporary file that has no name any more, so that nothing is left however the process ends.
 *
 * @throws {PluginError} `invalid-call` where stdin is a terminal: nothing would come
 */
export async function stdinSource(input: NodeJS.ReadStream = process.stdin): Promise<Required<ByteSource>> {
  if (input.isTTY) {
    throw new PluginError('invalid-call', '--input - reads stdin, and stdin is the terminal', {
      origin: 'caller',
      hint: 'Pipe something into it, or name a file.',
    })
  }
  const folder = mkdtempSync(join(tmpdir(), 'cardcage-stdin-'))
  const file = openSync(join(folder, 'stdin'), 'wx+', 0o600)
  rmSync(folder, { recursive: true })
  let size = 0
  for await (const chunk of input as AsyncIterable<Uint8Array>) {
    for (let from = 0; from < chunk.length; from += writeSync(file, chunk, from));
    size += chunk.length
  }
  return {
    name: 'stdin',
    size,
    stream: (from = 0) => createReadStream('', { fd: file, start: from, autoClose: false, highWaterMark: 1024 * 1024 }),
    readAt(offset, length) {
      const bytes = new Uint8Array(Math.min(length, Math.max(0, size - offset)))
      return Promise.resolve(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset)))
    },
  }
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
      if (size > most) {
        throw new PluginError('limit-exceeded', `${source.name} is JSON of more than 256 MiB`, {
          hint: 'Give it as CSV or NDJSON: those are read in bounded memory.',
        })
      }
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  } catch (thrown) {
    if (thrown instanceof TypeError)
      throw new PluginError('invalid-data', `${source.name} is not UTF-8`, { cause: thrown, origin: 'caller' })
    throw thrown
  }
}

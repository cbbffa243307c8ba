import { createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { fileError } from './file-error.ts'

/**
 * Write a file whole or not at all: the bytes go to a neighbour that takes its place at the end. What is no regular file (`/dev/stdout`, a pipe)
 * is written directly.
 *
 * @throws {PluginError} `not-found`, `forbidden`, `invalid-call`, `limit-exceeded` with the path
 */
export async function writeFileWhole(
  path: string,
  chunks: string | Uint8Array | AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const there = await stat(path).catch(() => undefined)
  const direct = there !== undefined && !there.isFile()
  const target = direct ? path : `${path}.${process.pid}.partial`
  const content = typeof chunks === 'string' || chunks instanceof Uint8Array ? [chunks] : chunks
  try {
    await pipeline(content, createWriteStream(target), { signal })
    if (!direct) await rename(target, path)
  } catch (thrown) {
    if (!direct) await rm(target, { force: true }).catch(() => {})
    throw fileError(thrown, 'write', path)
  }
}

import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { type ByteSource, PluginError } from '@cardcage/plugin'

/**
 * A file as bytes to read.
 *
 * @throws {PluginError} `not-found` where it does not exist, `permission-denied` where it may not be read, `invalid-call` for a folder
 */
export async function fileSource(path: string): Promise<ByteSource> {
  const handle = await opened(path)
  const about = await handle.stat().finally(() => handle.close())
  return {
    name: path,
    ...(about.isFile() ? { size: about.size } : {}),
    stream: (from = 0) => createReadStream(path, { start: from, highWaterMark: 1024 * 1024 }),
    ...(about.isFile() ? { readAt: (offset: number, length: number) => readAt(path, offset, length) } : {}),
  }
}

async function opened(path: string): Promise<Awaited<ReturnType<typeof open>>> {
  try {
    if ((await stat(path)).isDirectory()) throw new PluginError('invalid-call', `${path} is a folder, not a file`, { details: { path } })
    return await open(path)
  } catch (error) {
    if (PluginError.is(error)) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new PluginError('not-found', `${path} does not exist`, { cause: error, hint: 'Check the path.', details: { path } })
    if (code === 'EACCES' || code === 'EPERM') {
      throw new PluginError('permission-denied', `${path} may not be read`, { cause: error, origin: 'caller', hint: 'Check who may read the file.', details: { path } })
    }
    throw new PluginError('unavailable', `${path} cannot be opened: ${message}`, { cause: error, details: { path } })
  }
}

async function readAt(path: string, offset: number, length: number): Promise<Uint8Array> {
  const handle = await open(path)
  try {
    const buffer = new Uint8Array(length)
    let read = 0
    while (read < length) {
      const { bytesRead } = await handle.read(buffer, read, length - read, offset + read)
      if (bytesRead === 0) break
      read += bytesRead
    }
    return buffer.subarray(0, read)
  } finally {
    await handle.close()
  }
}

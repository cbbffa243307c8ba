import { constants, createReadStream } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { type ByteSource, PluginError } from '@cardcage/plugin'

/**
 * A file as bytes to read.
 *
 * @throws {PluginError} `not-found` where it does not exist, `permission-denied` where it may not be read, `invalid-call` for a folder
 */
export async function fileSource(path: string): Promise<ByteSource> {
  const about = await explained(path, () => stat(path))
  if (about.isDirectory())
    throw new PluginError('invalid-call', `${path} is a folder, not a file`, { hint: 'Name a file in it.', details: { path } })
  // A pipe that is opened twice has lost its writer.
  await explained(path, async () => (about.isFile() ? await (await open(path)).close() : await access(path, constants.R_OK)))
  return {
    name: path,
    ...(about.isFile() ? { size: about.size } : {}),
    stream: (from = 0) => chunks(path, from),
    ...(about.isFile() ? { readAt: (offset: number, length: number) => explained(path, () => readAt(path, offset, length)) } : {}),
  }
}

async function* chunks(path: string, from: number): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream(path, { ...(from > 0 ? { start: from } : {}), highWaterMark: 1024 * 1024 }) as AsyncIterable<Uint8Array>
  } catch (error) {
    throw explain(path, error)
  }
}

async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw explain(path, error)
  }
}

/** What the system says of a file, as an error for people. */
function explain(path: string, error: unknown): PluginError {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new PluginError('not-found', `${path} does not exist`, { cause: error, hint: 'Check the path.', details: { path } })
  if (code === 'EACCES' || code === 'EPERM') {
    return new PluginError('permission-denied', `${path} may not be read`, {
      cause: error,
      origin: 'caller',
      hint: 'Check who may read the file.',
      details: { path },
    })
  }
  return new PluginError('unavailable', `${path} cannot be read: ${message}`, { cause: error, details: { path } })
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

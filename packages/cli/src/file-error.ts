import { PluginError } from '@cardcage/plugin'
import type { ErrorCode } from '@cardcage/plugin'

const known: Readonly<Record<string, readonly [code: ErrorCode, what: string, hint: string]>> = {
  ENOENT: ['not-found', 'there is no such file or folder', 'Check the path; a relative one is looked up from the working directory.'],
  ENOTDIR: ['not-found', 'a part of the path is not a folder', 'Check the path.'],
  EISDIR: ['invalid-call', 'it is a folder', 'Name a file in it.'],
  EEXIST: ['conflict', 'it exists already', 'Choose another place, or remove it first.'],
  EACCES: ['forbidden', 'this user may not', 'Change its permissions, or choose another place.'],
  EPERM: ['forbidden', 'this user may not', 'Change its permissions, or choose another place.'],
  EROFS: ['forbidden', 'the file system is read-only', 'Choose another place.'],
  ENOSPC: ['limit-exceeded', 'no space is left on the device', 'Make room, or choose another place.'],
}

/** A failure of the file system as an error that names the path; anything else as it is. */
export function fileError(thrown: unknown, doing: string, path: string): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  const [errorCode, what, hint] = known[code] ?? []
  if (errorCode === undefined) return thrown
  return new PluginError(errorCode, `Cannot ${doing} ${path}: ${what}`, {
    cause: thrown,
    origin: 'caller',
    details: { file: path },
    ...(hint === undefined ? {} : { hint }),
  })
}

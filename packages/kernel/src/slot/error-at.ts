import type { PluginError } from '@cardcage/plugin'
import { copyError } from '../policy/copy-error.ts'

/**
 * The error with the place it came from. A new one: the error of a process that ended is shared by all its calls, and each has a place of its own.
 * What the error says of its place already is kept.
 */
export function errorAt(error: PluginError, at: Readonly<Record<string, string>>): PluginError {
  if (Object.keys(at).every((key) => Object.hasOwn(error.at, key))) return error
  return copyError(error, { at: { ...at, ...error.at } })
}

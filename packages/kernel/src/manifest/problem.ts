import { PluginError } from '@cardcage/plugin'
import type { Json } from '@cardcage/plugin'

/** Something wrong with a plugin before any of its code has run: a line of `validate`, a reason why a slot failed. */
export interface Problem {
  /** Absolute path of the file or folder it is about. */
  readonly file: string
  /** Counted from 1; absent where it is about the whole file. */
  readonly line?: number
  /** Key in the manifest: `permissions.net[0]`. */
  readonly key?: string
  /** A warning does not keep the plugin from starting. */
  readonly severity: 'error' | 'warning'
  readonly code: 'invalid-manifest' | 'incompatible' | 'conflict' | 'not-found'
  /** What is wrong, with the value. */
  readonly message: string
  /** What to do about it. */
  readonly fix: string
}

/** Is there one that keeps the plugin from starting? */
export function hasError(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error')
}

/** `path/plugin.json:4 version: message`. */
export function printProblem({ file, line, key, message }: Problem): string {
  return `${file}${line === undefined ? '' : `:${line}`}${key === undefined ? ':' : ` ${key}:`} ${message}`
}

/** The errors among the problems as one error: the first in its message and hint, all in `details.problems`. `undefined` if there is none. */
export function problemsAsError(problems: readonly Problem[]): PluginError | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (!first) return undefined
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  const details: Json = { problems: errors.map((problem) => ({ ...problem })) }
  return new PluginError(first.code, `${printProblem(first)}${more}`, { hint: first.fix, details })
}

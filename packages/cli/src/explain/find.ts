import { errorCauses, errorTable } from '@cardcage/plugin'
import type { ErrorEntry } from '@cardcage/plugin'
import { nearest } from '@cardcage/plugin/internal'
import { usageEntry } from '../usage-error.ts'
import { errorExamples } from './error-examples.ts'
import type { ErrorExample } from './error-examples.ts'

/** All that is known of one code. The code `usage` is of the command line alone and has no HTTP status. */
export interface Explained extends Omit<ErrorEntry, 'http'> {
  readonly code: string
  readonly http?: number
  readonly example: ErrorExample
}

/** What a word after `explain` stands for. */
export type Found =
  | { readonly as: 'code'; readonly code: Explained }
  /** A name several codes share, an exit code or an HTTP status. */
  | { readonly as: 'alias' | 'exit' | 'http'; readonly codes: readonly Explained[] }
  | { readonly as: 'cause'; readonly cause: string; readonly meaning: string }
  /** An exit code that is of no error. */
  | { readonly as: 'other'; readonly exit: number; readonly meaning: string }
  | { readonly as: 'nothing'; readonly nearest: readonly string[] }

/** Every code, in the order of the table. */
export const explained: readonly Explained[] = Object.entries({ ...errorTable, usage: usageEntry }).map(([code, entry]) => ({
  code,
  ...entry,
  example: errorExamples[code as keyof typeof errorExamples],
}))

/** Every cause with its meaning. */
export const causes: readonly (readonly [cause: string, meaning: string])[] = Object.entries(errorCauses)

/** Exit codes that no error has. */
const otherExits: Readonly<Record<number, string>> = {
  0: 'Exit code 0: it went well.',
  10: 'Exit code 10: `plugin dev validate` or `doctor` found something that is wrong, and printed it.',
  143: 'Exit code 143: SIGTERM ended the command.',
}

/** Find a code, a guide’s name, a cause, an exit code or an HTTP status. Case, spaces, `-` and `_` do not count. */
export function find(wanted: string): Found {
  if (/^\d+$/.test(wanted)) return findNumber(Number(wanted))
  const name = plain(wanted)
  const code = explained.find((one) => plain(one.code) === name)
  const cause = causes.find(([one]) => plain(one) === name)
  const named = code ? [code] : explained.filter(({ aliases }) => aliases.some((alias) => plain(alias) === name))
  if (named.length === 1) return { as: 'code', code: named[0]! }
  if (named.length > 1) return { as: 'alias', codes: named }
  if (cause) return { as: 'cause', cause: cause[0], meaning: cause[1] }
  const names = [...explained.flatMap(({ code: one, aliases }) => [one, ...aliases]), ...causes.map(([one]) => one)]
  return { as: 'nothing', nearest: nearest(wanted, new Set(names)) }
}

function findNumber(wanted: number): Found {
  const byExit = explained.filter(({ exit }) => exit === wanted)
  if (byExit.length > 0) return { as: 'exit', codes: byExit }
  const byStatus = explained.filter(({ http }) => http === wanted)
  if (byStatus.length > 0) return { as: 'http', codes: byStatus }
  const meaning = otherExits[wanted]
  return meaning === undefined ? { as: 'nothing', nearest: [] } : { as: 'other', exit: wanted, meaning }
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '')
}

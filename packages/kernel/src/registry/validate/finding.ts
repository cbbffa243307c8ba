import type { Problem } from '../../manifest/problem.ts'

/** Something `validate` has to say: a problem, or a `note` that only says what could be better. */
export interface Finding extends Omit<Problem, 'severity' | 'code'> {
  /** Only an error makes a plugin invalid. */
  readonly severity: 'error' | 'warning' | 'note'
  /** Of the error the plugin would fail with. */
  readonly code: Problem['code']
}

/** Notes something at a key of the manifest, given as its canonical path. */
export type NoteKey = (severity: Finding['severity'], keys: readonly string[], message: string, fix: string, code?: Finding['code']) => void

/** Notes something about a file or folder. */
export type NoteFile = (severity: Finding['severity'], file: string, message: string, fix: string, line?: number) => void

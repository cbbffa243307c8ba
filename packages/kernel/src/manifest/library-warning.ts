import type { Requirement } from './manifest.ts'
import type { Problem } from './problem.ts'

/** The one warning about libraries a manifest names and this host does not look for; there is at least one. */
export function libraryWarning(place: Pick<Problem, 'file' | 'key' | 'line'>, requires: readonly Requirement[]): Problem {
  const names = requires.map(({ name }) => name)
  const shown = names.length > 6 ? [...names.slice(0, 6), '…'] : names
  return {
    ...place,
    severity: 'warning',
    code: 'invalid-manifest',
    message: `${names.length === 1 ? 'the library' : 'the libraries'} ${shown.join(', ')} ${names.length === 1 ? 'means' : 'mean'} nothing here: Python's are kept and not looked for`,
    fix: 'Name packages of npm in package.json, plugins in "dependencies", and remove the others.',
  }
}

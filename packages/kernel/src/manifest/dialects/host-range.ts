import { type HostName, hostVersion } from '../host-table.ts'
import { own } from '../schema-node.ts'
import { commonRange, isInRange, rangeBetween, semverRange } from '../version-range.ts'
import type { Translation } from './translation.ts'

/** How a key narrows the versions of the host. */
export type Bound = 'lowest' | 'highest' | 'range'

/**
 * The range of host versions that keys of a guide's manifest ask for; all of them must hold, both ends are included, `null` is open. Problems with it are told at
 * the key that the emulated host does not fit.
 */
export function putHostRange(t: Translation, name: HostName, keys: Readonly<Record<string, Bound>>): void {
  const found: { readonly key: string; readonly range: string }[] = []
  for (const [key, bound] of Object.entries(keys)) {
    const written = own(t.raw, key) ?? undefined
    if (written === undefined) continue
    const range = typeof written === 'string' ? rangeOf(bound, written) : undefined
    if (range === undefined)
      t.wrong(
        [key],
        written,
        bound === 'range' ? 'a range of versions' : 'a version',
        bound === 'range' ? 'Write it as in ">=2.0.0".' : 'Write three numbers in quotes, as in "2.0.0".',
      )
    else found.push({ key, range })
  }
  if (found.length === 0) return
  const misfit = found.find(({ range }) => !isInRange(hostVersion(name), range)) ?? found[0]!
  t.stands('host_version', [misfit.key])
  t.set('host_version', { name, range: commonRange(found.map(({ range }) => range)) })
  for (const { key } of found) t.note({ from: key, to: 'host_version.range' })
}

function rangeOf(bound: Bound, written: string): string | undefined {
  if (bound === 'range') return semverRange(written)
  if (!/^\s*v?\d/.test(written)) return undefined
  return bound === 'lowest' ? rangeBetween(written, undefined) : rangeBetween(undefined, written)
}

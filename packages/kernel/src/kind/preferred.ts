import { PluginError } from '@cardcage/plugin'
import rcompare from 'semver/functions/rcompare.js'
import { printAddress } from './address.ts'
import type { Target } from './answer.ts'

/**
 * Which of several that offer the same: the slot the config names first, then one that is not built in, then the higher version.
 *
 * @param what for people: `.csv`, `image/png from image/svg+xml`
 * @throws {PluginError} `conflict` with the candidates where that leaves more than one
 */
export function preferred(what: string, candidates: readonly Target[]): Target | undefined {
  const sorted = candidates.toSorted(byPreference)
  const best = sorted.filter((one) => byPreference(sorted[0]!, one) === 0)
  if (best.length < 2) return best[0]
  const names = best.map(({ slot, kind, name }) => printAddress({ slot: slot.name, kind, name }))
  throw new PluginError('conflict', `${what} is offered by ${names.join(' and ')}`, {
    hint: 'Name the one you mean, or name its slot in the config: the first one named there is taken.',
    details: { candidates: names },
  })
}

function byPreference(a: Target, b: Target): number {
  const one = a.slot.parts
  const other = b.slot.parts
  if (one.rank !== other.rank) return one.rank - other.rank
  if (one.builtIn !== other.builtIn) return one.builtIn ? 1 : -1
  return rcompare(one.manifest.version, other.manifest.version)
}

import { isDeepStrictEqual } from 'node:util'
import type { Provided, ProvidedByKind } from '@cardcage/kernel'
import type { Finding } from './finding.ts'

/**
 * Where a manifest says something else than the code; what it leaves out is learnt from the code.
 *
 * @param file the manifest
 */
export function differingProvides(written: ProvidedByKind, provided: ProvidedByKind, file: string): readonly Finding[] {
  const fix = 'Write what the code says, or leave "provides" out: it is then learnt from the plugin.'
  const note = (key: string, message: string): Finding => ({ file, key, severity: 'error', code: 'invalid-manifest', message, fix })
  const [recorded, real] = [flat(written), flat(provided)]
  return [
    ...[...real.keys()]
      .filter((key) => !recorded.has(key))
      .map((key) => note(key, 'the plugin provides this and the manifest does not say so')),
    ...[...recorded].flatMap(([key, one]) => {
      const other = real.get(key)
      if (other === undefined) return [note(key, 'the manifest says this is provided and the plugin does not provide it')]
      const differing = Object.entries(one).filter(([name, value]) => !isDeepStrictEqual(value, other[name as keyof Provided]))
      return differing.map(([name]) => note(`${key}.${name}`, 'the manifest says something else than the plugin'))
    }),
  ]
}

/** Everything provided by its key in the manifest: `provides.analysis.scale`. */
function flat(provides: ProvidedByKind): ReadonlyMap<string, Provided> {
  return new Map(
    Object.entries(provides).flatMap(([kind, byName]) => Object.entries(byName).map(([name, one]) => [`provides.${kind}.${name}`, one])),
  )
}

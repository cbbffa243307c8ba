import type { Json } from '@cardcage/plugin'
import { kinds } from '../manifest/manifest.ts'
import type { Provided, ProvidedByKind } from '../manifest/provides.ts'

/** What tells people and changes nothing of a call: a manifest may leave it out. */
const about: readonly string[] = ['title', 'description', 'experimental', 'version', 'category', 'reference'] satisfies (keyof Provided)[]

/** What a manifest says its plugin provides against what its code says, one line for each difference. */
export function compareProvides(manifest: ProvidedByKind, code: ProvidedByKind): readonly string[] {
  return kinds.flatMap((kind) => {
    const written = manifest[kind] ?? {}
    const real = code[kind] ?? {}
    return [...new Set([...Object.keys(written), ...Object.keys(real)])].flatMap((name) => {
      const address = `${kind}.${name}`
      if (!Object.hasOwn(real, name)) return [`${address} is only in the manifest`]
      if (!Object.hasOwn(written, name)) return [`${address} is only in the code`]
      const keys = differing(written[name]!, real[name]!)
      return keys.length === 0 ? [] : [`${address} differs in ${keys.join(', ')}`]
    })
  })
}

function differing(written: Provided, real: Provided): string[] {
  const said = [...new Set([...Object.keys(written), ...Object.keys(real)])].filter(
    (key) => Object.hasOwn(written, key) || !about.includes(key),
  ) as (keyof Provided)[]
  return said.filter((key) => canonical(written[key] as Json | undefined) !== canonical(real[key] as Json | undefined)).sort()
}

/** JSON with its keys in order, so that equal values have equal texts. */
function canonical(value: Json | undefined): string {
  return (
    JSON.stringify(value, (_, inside: Json) =>
      typeof inside === 'object' && inside !== null && !Array.isArray(inside)
        ? Object.fromEntries(Object.entries(inside).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inside,
    ) ?? ''
  )
}

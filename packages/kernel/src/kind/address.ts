import { type Kind, PluginError } from '@cardcage/plugin'
import { nearest } from '@cardcage/plugin/internal'
import { kinds } from '../manifest/manifest.ts'
import type { ProvidedByKind } from '../manifest/provides.ts'

/** A full address: `slot.kind.name`. */
export interface Address {
  readonly slot: string
  readonly kind: Kind
  readonly name: string
}

/** What is provided where, as far as it is known. */
export type Directory = readonly { readonly slot: string; readonly provides: ProvidedByKind }[]

/** `slot.kind.name` as its parts, `undefined` for a bare name. A name may itself have dots, as those of handlers do. */
export function parseAddress(text: string): Address | undefined {
  const [slot, kind, ...name] = text.split('.')
  return kinds.includes(kind as Kind) && name.length > 0 ? { slot: slot!, kind: kind as Kind, name: name.join('.') } : undefined
}

/** An address as it is written. */
export function printAddress({ slot, kind, name }: Address): string {
  return `${slot}.${kind}.${name}`
}

/** Everything that is provided, of one kind or of all. */
export function addresses(directory: Directory, kind?: Kind): Address[] {
  return directory.flatMap(({ slot, provides }) =>
    (kind ? [kind] : kinds).flatMap((one) => Object.keys(provides[one] ?? {}).map((name) => ({ slot, kind: one, name }))),
  )
}

/**
 * Find what an address or a bare name means; the name of a slot that provides one thing means that. `undefined` where nothing is called so.
 *
 * @throws {PluginError} `conflict` with the candidates where a bare name means several
 */
export function findAddress(directory: Directory, text: string, kind?: Kind): Address | undefined {
  const all = addresses(directory, kind)
  const full = parseAddress(text)
  const exact = full && all.find((one) => printAddress(one) === text)
  if (exact) return exact
  const named = all.filter(({ name }) => name === text)
  if (named.length > 1) {
    throw new PluginError('conflict', `'${text}' is provided by ${named.map(printAddress).join(' and ')}`, {
      hint: 'Give the full address.',
      details: { candidates: named.map(printAddress) },
    })
  }
  return named[0] ?? onlyOf(all, text)
}

/** What the name of a slot means that provides one thing. */
function onlyOf(all: readonly Address[], slot: string): Address | undefined {
  const [only, ...others] = all.filter((one) => one.slot === slot)
  return others.length === 0 ? only : undefined
}

/**
 * What is said of a name nothing has, with the nearest names; of a slot's own where the address names one, and with what else it provides where it has none of
 * the kind.
 *
 * @param mute slots that could not say what they provide
 */
export function unknownAddress(directory: Directory, text: string, kind?: Kind, mute: readonly string[] = []): PluginError {
  const full = parseAddress(text)
  const wanted = kind ?? full?.kind
  const name = full?.name ?? text
  const [first, ...rest] = text.split('.')
  const inSlot = directory.filter(({ slot }) => slot === first)
  const own = addresses(inSlot, wanted)
  const isOther = full !== undefined && kind !== undefined && full.kind !== kind
  const others = full && own.length > 0 ? [] : addresses(inSlot)
  const names = [...new Set((own.length > 0 ? own : addresses(directory, wanted)).map((one) => one.name))]
  const near = isOther || (others.length > 0 && (full || rest.length === 0)) ? [] : nearest(name, names)
  const message = isOther
    ? `'${text}' is of the kind ${full.kind}; one of the kind ${kind} is needed here`
    : wanted === undefined || wanted === 'analysis'
      ? `Unsupported method: ${name}`
      : wanted === 'visualization'
        ? `Unsupported plot type: ${name}`
        : `There is no ${wanted} called ${name}`
  const isUnsure = mute.length > 0 && inSlot.length === 0
  const unsure = isUnsure
    ? `Not known is what these provide: ${mute.join(', ')}; \`cardcage plugin info ${mute.length === 1 ? mute[0] : 'SLOT'}\` says why.`
    : ''
  const known =
    others.length > 0
      ? `'${first}' provides ${some(others.map((one) => `${one.kind}.${one.name}`))}.${full || rest.length === 0 ? '' : ' An address is slot.kind.name.'}`
      : names.length > 0
        ? `Known: ${some(names)}.`
        : isUnsure
          ? ''
          : 'No plugin provides any: check --plugins.'
  return new PluginError('not-found', message, {
    hint: `${near.length > 0 ? `Did you mean ${near.join(', ')}?` : known} ${unsure}`.trim(),
    details: { name, nearest: near },
  })
}

function some(names: readonly string[]): string {
  return `${names.slice(0, 12).join(', ')}${names.length > 12 ? ' …' : ''}`
}

import { type Kind, PluginError } from '@cardcage/plugin'
import { nearest } from '@cardcage/plugin/internal'
import type { Provided, ProvidedByKind } from '../manifest/provides.ts'
import { levelOf } from '../slot/check-slot-config.ts'
import type { Place } from '../slot/place.ts'
import { type Address, type Directory, findAddress, parseAddress, unknownAddress } from './address.ts'
import type { Target } from './answer.ts'

/** Finds what is called among the slots of a kernel; asks a plugin what it provides only where nothing else says it. */
export interface Locator {
  /** @throws {PluginError} `not-found` */
  place(slot: string): Place
  /** Everything of one kind. */
  all(kind: Kind): Promise<readonly Target[]>
  /** A full address, or a name that is unambiguous. @throws {PluginError} `not-found`, `conflict`, or why its slot cannot run */
  resolve(text: string, kind?: Kind): Promise<Address>
  /** What was found before under this name, where that still holds. */
  recent(text: string, kind: Kind): Target | undefined
  /** As `resolve`, ready to be called. */
  find(text: string, kind: Kind): Promise<Target>
}

/** Milliseconds that are waited for plugins to say what they provide; who takes longer is not found this time. */
const learnTimeout = 5000

/** Names whose targets are kept. */
const mostRemembered = 1000

/** Make the locator of one kernel. */
export function createLocator(table: ReadonlyMap<string, Place>): Locator {
  const place = (name: string): Place => {
    const found = table.get(name)
    if (found) return found
    throw unknownSlot(name, [...table.keys()])
  }
  const known = (): Directory =>
    [...table.values()].flatMap(({ name, slot }) => (slot?.provides ? [{ slot: name, provides: slot.provides }] : []))
  const complete = async (): Promise<Directory> => {
    const silent = [...table.values()].flatMap(({ slot }) => (slot && !slot.provides && slot.state !== 'quarantined' ? [slot] : []))
    if (silent.length === 0) return known()
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, learnTimeout)
    await Promise.race([Promise.all(silent.map((slot) => slot.learn().catch(() => undefined))), late.promise])
    clearTimeout(timer)
    return known()
  }
  const target = ({ slot: name, kind, name: operation }: Address): Target => {
    const { slot } = place(name)
    const provided: Provided | undefined = slot?.provides?.[kind]?.[operation]
    if (!slot || !provided) throw new PluginError('not-found', `${name} does not provide ${kind}.${operation} any more`)
    return { slot, kind, name: operation, provided, isolation: levelOf(slot.parts.config) }
  }
  /** Why nothing was found: the slot of the address, or the one that has the name, cannot run. */
  const reason = (text: string, kind?: Kind): PluginError | undefined => {
    const address = parseAddress(text)
    if (address && !table.has(address.slot)) return unknownSlot(address.slot, [...table.keys()])
    const candidates = address ? [place(address.slot)] : [...table.values()]
    const owner = candidates.find(({ name, provides }) => provides && findIn(name, provides, text, kind))
    const silent = address && !candidates[0]!.provides ? candidates[0] : undefined
    return blocked(owner?.slot ? undefined : owner) ?? blocked(silent)
  }
  /** Slots that could not be asked what they provide: what is looked for may be theirs. */
  const mute = () => [...table.values()].flatMap(({ name, slot, provides }) => ((slot ? slot.provides : provides) ? [] : [name]))
  const resolve = async (text: string, kind?: Kind): Promise<Address> => {
    const full = parseAddress(text)
    if (full)
      await table
        .get(full.slot)
        ?.slot?.learn()
        .catch(() => undefined)
    const found = findAddress(known(), text, kind)
    // The host's own plugins are always known: they must not win only because another one has not been asked yet.
    const isSure = found && (full || !table.get(found.slot)?.slot?.parts.builtIn)
    const address = isSure ? found : full ? undefined : findAddress(await complete(), text, kind)
    if (address) return address
    throw reason(text, kind) ?? unknownAddress(known(), text, kind, mute())
  }
  /** What was found last under a name, as long as no slot provides something else. */
  const remembered = new Map<string, { readonly target: Target; readonly seen: readonly (ProvidedByKind | undefined)[] }>()
  const seen = () => [...table.values()].map(({ slot }) => slot?.provides)
  const isStill = (before: readonly (ProvidedByKind | undefined)[]): boolean => {
    let index = 0
    for (const { slot } of table.values()) if (slot?.provides !== before[index++]) return false
    return true
  }
  const recent = (text: string, kind: Kind): Target | undefined => {
    const before = remembered.get(`${kind} ${text}`)
    return before && isStill(before.seen) ? before.target : undefined
  }
  const find = async (text: string, kind: Kind): Promise<Target> => {
    const before = recent(text, kind)
    if (before) return before
    const found = target(await resolve(text, kind))
    if (remembered.size >= mostRemembered) remembered.clear()
    remembered.set(`${kind} ${text}`, { target: found, seen: seen() })
    return found
  }
  return {
    place,
    all: async (kind) =>
      (await complete()).flatMap(({ slot, provides }) => Object.keys(provides[kind] ?? {}).map((name) => target({ slot, kind, name }))),
    resolve,
    recent,
    find,
  }
}

function findIn(slot: string, provides: NonNullable<Place['provides']>, text: string, kind: Kind | undefined): boolean {
  try {
    return findAddress([{ slot, provides }], text, kind) !== undefined
  } catch {
    return true
  }
}

function blocked(place: Place | undefined): PluginError | undefined {
  if (!place) return undefined
  const { state, error } = place.info()
  if (state === 'disabled')
    return new PluginError('unavailable', `Slot '${place.name}' is disabled`, {
      origin: 'caller',
      retryable: false,
      hint: `Enable it: \`slots.${place.name}.enabled: true\` in the configuration.`,
    })
  return error
}

function unknownSlot(name: string, names: readonly string[]): PluginError {
  const near = nearest(name, names)
  const known = names.length > 0 ? `Known: ${names.join(', ')}.` : 'No plugin was found: check --plugins.'
  return new PluginError('not-found', `There is no slot '${name}'`, {
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : known,
    details: { slot: name, nearest: near },
  })
}

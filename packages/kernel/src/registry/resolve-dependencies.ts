import { didYouMean } from '@cardcage/plugin/internal'
import { PluginError } from '@cardcage/plugin'
import type { Dependency } from '../manifest/manifest.ts'
import { isInRange } from '../manifest/version-range.ts'

/** A plugin as far as dependencies are concerned. */
export interface Dependent {
  readonly id: string
  /** Absent where the manifest could not be read. */
  readonly version?: string
  readonly dependencies: readonly Dependency[]
  /** Ids of plugins that may not be ready beside it. */
  readonly conflictsWith?: readonly string[]
  /** `failed` and `disabled` ones are listed too, so that those who need them learn why they are not there. */
  readonly state: 'ready' | 'disabled' | 'failed'
}

/** In which order plugins start, and which cannot. */
export interface Resolution {
  /** Ids, every plugin after all it depends on; otherwise by name. Stop in reverse. */
  readonly order: readonly string[]
  /** By id: `incompatible`, or `conflict` where it may not run beside another, with the chain in its message. */
  readonly failures: ReadonlyMap<string, PluginError>
  /** Optional dependencies that are not there. */
  readonly warnings: readonly { readonly id: string; readonly message: string }[]
}

/**
 * Order plugins by their dependencies. A plugin whose dependency is missing, disabled, failed, of another version or in a circle fails
 * itself, with the chain down to the cause (`a → b → c: c 1.0.0 does not satisfy ^2.0.0`); all others go on.
 */
export function resolveDependencies(plugins: readonly Dependent[]): Resolution {
  const byId = new Map(plugins.map((plugin) => [plugin.id, plugin]))
  const ready = plugins.filter(({ state }) => state === 'ready').toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const refusals = new Map<string, Refusal | undefined>()
  for (const { id } of ready) refuse(byId, id, [], refusals)
  const failures = new Map<string, PluginError>()
  for (const { id } of ready) {
    const refusal = refusals.get(id)
    if (refusal)
      failures.set(
        id,
        new PluginError(refusal.code ?? 'incompatible', `${refusal.chain.join(' → ')}: ${refusal.reason}`, { hint: refusal.hint }),
      )
  }
  const going = ready.filter(({ id }) => !failures.has(id))
  return { ...arrange(going, byId, new Set(going.map(({ id }) => id))), failures }
}

interface Refusal {
  readonly chain: readonly string[]
  /** The plugins that need each other, where that is the reason. */
  readonly circle?: readonly string[]
  readonly reason: string
  readonly hint: string
  /** Default `incompatible`. */
  readonly code?: 'conflict'
}

/** Why this plugin cannot start; `way` is how it was reached. Whoever meets the way again is in a circle, and so is everyone between. */
function refuse(
  byId: ReadonlyMap<string, Dependent>,
  id: string,
  way: readonly string[],
  known: Map<string, Refusal | undefined>,
): Refusal | undefined {
  if (known.has(id)) return known.get(id)
  const circle = way.indexOf(id)
  if (circle >= 0)
    return { chain: [], circle: way.slice(circle), reason: 'they need each other in a circle', hint: 'Remove one of these dependencies.' }
  let refusal = conflicting(byId, id)
  if (refusal) known.set(id, refusal)
  if (refusal) return refusal
  for (const { name, version } of byId.get(id)!.dependencies.filter(({ optional }) => !optional)) {
    const direct = unmet(byId, name, version)
    const deeper = direct ? { ...direct, chain: [name] } : refuse(byId, name, [...way, id], known)
    if (!deeper) continue
    refusal = { ...deeper, chain: [id, ...(round(deeper, id) ?? deeper.chain)] }
    break
  }
  known.set(id, refusal)
  return refusal
}

/** Why a plugin that names others it may not run beside cannot start: one of them is here. */
function conflicting(byId: ReadonlyMap<string, Dependent>, id: string): Refusal | undefined {
  const other = byId.get(id)!.conflictsWith?.find((name) => name !== id && byId.get(name)?.state === 'ready')
  if (other === undefined) return undefined
  return {
    chain: [id],
    code: 'conflict',
    reason: `${id} may not run beside ${other}, which is here`,
    hint: `Disable or remove ${id} or ${other}.`,
  }
}

/** The rest of the circle from one of its plugins, back to itself. */
function round({ circle = [] }: Refusal, id: string): readonly string[] | undefined {
  const place = circle.indexOf(id)
  return place < 0 ? undefined : [...circle.slice(place + 1), ...circle.slice(0, place), id]
}

function unmet(byId: ReadonlyMap<string, Dependent>, name: string, range: string): Pick<Refusal, 'reason' | 'hint'> | undefined {
  const found = byId.get(name)
  if (!found)
    return { reason: `${name} is not there`, hint: `Install ${name}${range === '*' ? '' : ` ${range}`}.${didYouMean(name, byId.keys())}` }
  if (found.state === 'disabled') return { reason: `${name} is disabled`, hint: `Enable ${name}.` }
  if (found.state === 'failed')
    return { reason: `${name} failed`, hint: `Repair ${name} first: \`cardcage plugin info ${name}\` says what is wrong.` }
  if (range === '*' || (found.version !== undefined && isInRange(found.version, range))) return undefined
  return { reason: `${name} ${found.version} does not satisfy ${range}`, hint: `Install a version of ${name} that satisfies ${range}.` }
}

function arrange(
  going: readonly Dependent[],
  byId: ReadonlyMap<string, Dependent>,
  ids: ReadonlySet<string>,
): Omit<Resolution, 'failures'> {
  const warnings: { id: string; message: string }[] = []
  const before = new Map(
    going.map(({ id, dependencies }) => [id, dependencies.filter(({ optional }) => !optional).map(({ name }) => name)]),
  )
  for (const { id, dependencies } of going) {
    for (const { name, version } of dependencies.filter(({ optional }) => optional)) {
      const lack = unmet(byId, name, version)?.reason ?? (ids.has(name) ? undefined : `${name} failed`)
      const circle = lack === undefined && reaches(before, name, id) ? `${name} depends on ${id}, which therefore starts first` : undefined
      if (lack === undefined && circle === undefined) before.get(id)!.push(name)
      else warnings.push({ id, message: `optional dependency of ${id}: ${lack ?? circle}` })
    }
  }
  const order = new Set<string>()
  const place = (id: string): void => {
    if (order.has(id)) return
    for (const name of before.get(id)!.toSorted()) place(name)
    order.add(id)
  }
  for (const { id } of going) place(id)
  return { order: [...order], warnings }
}

function reaches(before: ReadonlyMap<string, readonly string[]>, from: string, to: string, seen = new Set<string>()): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  return (before.get(from) ?? []).some((name) => reaches(before, name, to, seen))
}

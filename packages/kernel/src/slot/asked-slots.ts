import { type Json, type Kind, PluginError } from '@cardcage/plugin'
import { folded } from '../config/config-keys.ts'
import { type ConfigLayer, fileLayers, type Origin, plainLayer } from '../config/config-layer.ts'
import { type ConfigProblem, printConfigProblem } from '../config/config-problem.ts'
import { lineOf, type Setting } from '../config/config-settings.ts'
import { environmentLayers, environmentSlotSettings } from '../config/environment-layer.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { pluginFileLayers } from '../config/plugin-files.ts'
import type { PolicyConfig } from '../config/policy-config.ts'
import { type ResolvedConfig, resolveSlotConfig, type SlotConfigProblem } from '../config/resolve-slot-config.ts'
import { camelKeys, settingsBelow } from '../config/settings-below.ts'
import type { Discovered } from '../registry/discover.ts'
import { slotFaults } from './check-slot-config.ts'
import { configuredSlots, type MissingSlot, type Wish } from './configured-slots.ts'
import type { SlotConfig } from './slot-info.ts'
import { defaultVersionPolicy, versionProblems } from './version-wanted.ts'

/** A slot as it is asked for, by the configuration or because a plugin is there. */
export interface AskedSlot {
  readonly name: string
  /** With the policies that hold for all and the whole config; only to be used where there is no error. */
  readonly config: SlotConfig
  readonly plugin: Discovered
  /** Place among the slots the configuration names, from 0; `Infinity` for the others. */
  readonly rank: number
  /** How its config came about; absent where the plugin's manifest cannot be read. */
  readonly resolved?: ResolvedConfig
  /** What its config says of it besides its plugin's own config, with where. */
  readonly settings: readonly Setting[]
  /** The kinds its plugin is known to provide: whose policies hold for it. */
  readonly kinds: readonly Kind[]
  /** What the program that makes the kernel says of it. */
  readonly program?: SlotConfig
  /** Why its config keeps it from running. */
  readonly error?: PluginError
}

/** What slots there should be. */
export interface AskedSlots {
  readonly slots: readonly AskedSlot[]
  readonly missing: readonly MissingSlot[]
  /** Of the configuration of these slots; those of its files themselves are in the configuration. */
  readonly problems: readonly (ConfigProblem | SlotConfigProblem)[]
}

/** What slots are asked for by. */
export interface SlotWishes {
  readonly plugins: readonly Discovered[]
  /** Slots of the program that makes the kernel: above everything else. */
  readonly slots: Readonly<Record<string, SlotConfig>>
  readonly config: LoadedConfig | undefined
  isBuiltIn(plugin: Discovered): boolean
  /** The kinds a plugin is known to provide. */
  kindsOf(plugin: Discovered): readonly Kind[]
}

/**
 * The slots of the configuration and of the program, in their order, and one for every plugin that none of them names and whose name is free, each with its config:
 * all layers put together and checked. Starts nothing.
 *
 * @throws {PluginError} `not-found` where a slot of the program names a plugin that is not there
 */
export function askSlots({ plugins, slots, config, isBuiltIn, kindsOf }: SlotWishes): AskedSlots {
  const problems: (ConfigProblem | SlotConfigProblem)[] = []
  const variables = config?.variables ?? {}
  const ids = plugins.flatMap(({ known }) => known.id ?? [])
  const written = (config?.settings ?? []).flatMap(({ name }) => name ?? [])
  const settings = [
    ...(config?.settings ?? []),
    ...environmentSlotSettings(variables, [...new Set([...written, ...Object.keys(slots), ...ids])], problems),
  ]
  const bySlot = Map.groupBy(settings.filter(isOfSlot), ({ path }) => path[1]!)
  const configured = configuredSlots(settings, bySlot, plugins, slots, config)
  const named = new Set(configured.wishes.map(({ plugin }) => plugin))
  const taken = new Set([...configured.wishes.map(({ name }) => name), ...Object.keys(slots)])
  const others = plugins.flatMap((plugin): Wish[] => {
    const id = plugin.manifest?.id
    if (plugin.state !== 'ready' || id === undefined || named.has(plugin) || taken.has(id)) return []
    if (config?.host.plugins.discover === false && !isBuiltIn(plugin)) return []
    return [{ name: id, plugin, rank: Infinity, program: undefined }]
  })
  const wishes = [...configured.wishes, ...others]
  const byVariable = environmentLayers(
    variables,
    wishes.map(({ name, plugin }) => ({ slot: name, id: plugin.manifest?.id ?? name, schema: plugin.manifest?.configSchema })),
    problems,
  )
  const asked = wishes.map((wish) =>
    askSlot(wish, bySlot.get(folded(wish.name)) ?? [], config, byVariable.get(wish.name), kindsOf(wish.plugin)),
  )
  for (const { resolved, config: own, plugin } of asked)
    if (own.enabled ?? plugin.manifest?.enabled ?? true) problems.push(...(resolved?.problems ?? []))
  return { slots: asked, missing: configured.missing, problems: [...problems, ...configured.missing.map(({ problem }) => problem)] }
}

function isOfSlot({ path }: Setting): boolean {
  return path[0] === 'slots' && path.length > 1
}

/** Put a slot's settings, those of its `section`, under what the program says, and its config together. */
function askSlot(
  { name, plugin, rank, program }: Wish,
  mine: readonly Setting[],
  config: LoadedConfig | undefined,
  environment: ConfigLayer | undefined,
  kinds: readonly Kind[],
): AskedSlot {
  const { manifest } = plugin
  const id = manifest?.id ?? plugin.known.id ?? name
  const {
    config: _,
    version: __,
    ...own
  } = camelKeys<Partial<SlotConfig> & { version?: string }>(settingsBelow(mine, ['slots', folded(name)]))
  const policy = [config?.host.policy.all, ...kinds.map((kind) => config?.host.policy[kind]), own.policy, program?.policy].reduce(
    together,
    undefined,
  )
  const slot: SlotConfig = { ...own, ...program, plugin: id, ...(policy ? { policy } : {}) }
  const asked = { name, plugin, rank, settings: mine, kinds, ...(program ? { program } : {}) }
  if (!manifest) return { ...asked, config: slot }
  const problems: ConfigProblem[] = []
  const layers = [
    ...(manifest.config ? [plainLayer('manifest', manifest.config, plugin.file)] : []),
    ...fileLayers(mine, folded(name)),
    ...(config ? pluginFileLayers(config.pluginFolders, name, id, config.variables, problems) : []),
    ...(environment ? [environment] : []),
    ...(program?.config ? [plainLayer('program', program.config)] : []),
  ]
  const inLayers = resolveSlotConfig({ slot: name, manifest, file: plugin.file, section: () => sectionOf(mine) }, layers)
  const policyOfVersions = config?.host.plugins.versionCompatibility ?? defaultVersionPolicy
  const ofFiles = [...problems, ...versionProblems(mine, name, manifest.version, policyOfVersions)].map(whole)
  const resolved: ResolvedConfig = { ...inLayers, problems: [...ofFiles, ...inLayers.problems] }
  const error = errorOf(name, slotFaults(name, slot), resolved.problems)
  return {
    ...asked,
    config: { ...slot, config: resolved.value as NonNullable<SlotConfig['config']> },
    resolved,
    ...(error ? { error } : {}),
  }
}

/** Where the highest file has the slot. */
function sectionOf(settings: readonly Setting[]): Origin | undefined {
  const setting = settings.findLast(({ name, source }) => name !== undefined && source !== undefined)
  if (!setting?.source) return undefined
  const line = lineOf(setting)
  return {
    layer: setting.source.layer === 'workspace' ? 'workspace-plugin' : setting.source.layer,
    file: setting.source.file,
    ...(line === undefined ? {} : { line }),
  }
}

/** A policy over another: what each says of a part is put together. */
function together(below: PolicyConfig | undefined, above: PolicyConfig | undefined): PolicyConfig | undefined {
  if (!below || !above) return above ?? below
  const entries = Object.entries(above).map(([key, value]) => {
    const before: unknown = below[key as keyof PolicyConfig]
    return [key, typeof value === 'object' && typeof before === 'object' ? { ...before, ...value } : value]
  })
  return { ...below, ...(Object.fromEntries(entries) as PolicyConfig) }
}

function whole(problem: ConfigProblem): SlotConfigProblem {
  return { ...problem, strict: false, said: '' }
}

/** Everything that keeps a slot from running, as one error with where each stands. */
function errorOf(name: string, faults: readonly string[], problems: readonly SlotConfigProblem[]): PluginError | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const messages = [
    ...faults,
    ...errors.map((problem) => (problem.said === '' ? printConfigProblem(problem) : `${problem.said}${placeOf(problem)}`)),
  ]
  if (messages.length === 0) return undefined
  const details = errors.map(({ file, line, key, message, fix, value }) => ({
    ...value,
    file,
    ...(line === undefined ? {} : { line }),
    key,
    message,
    fix,
  }))
  const [first] = errors
  return new PluginError('invalid-config', `Config of slot '${name}': ${messages.join('; ')}`, {
    details: { problems: details as unknown as Json },
    ...(first && faults.length === 0 ? { hint: first.fix } : {}),
  })
}

function placeOf({ file, line, key, value, place }: SlotConfigProblem): string {
  if (!place) return ''
  return file === 'environment' && value ? ` (${key})` : ` (${file}${line === undefined ? '' : `:${line}`})`
}

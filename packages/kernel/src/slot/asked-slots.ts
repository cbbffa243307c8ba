import satisfies from 'semver/functions/satisfies.js'
import validRange from 'semver/ranges/valid.js'
import { type Json, type Kind, PluginError } from '@cardcage/plugin'
import { didYouMean } from '@cardcage/plugin/internal'
import { folded } from '../config/config-keys.ts'
import { type ConfigLayer, fileLayers, type Origin, plainLayer } from '../config/config-layer.ts'
import { configProblem, type ConfigProblem, printConfigProblem } from '../config/config-problem.ts'
import { lineOf, type Setting } from '../config/config-settings.ts'
import { environmentLayers, environmentSlotSettings } from '../config/environment-layer.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { pluginFileLayers } from '../config/plugin-files.ts'
import type { PolicyConfig } from '../config/policy-config.ts'
import { type ResolvedConfig, resolveSlotConfig, type SlotConfigProblem } from '../config/resolve-slot-config.ts'
import { camelKeys, settingsBelow } from '../config/settings-below.ts'
import type { Discovered } from '../registry/discover.ts'
import { slotFaults } from './check-slot-config.ts'
import type { SlotConfig } from './slot-info.ts'

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
  /** Why its config keeps it from running. */
  readonly error?: PluginError
}

/** A slot of the configuration whose plugin is not there. */
export interface MissingSlot {
  readonly name: string
  readonly id: string
  readonly problem: ConfigProblem
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

/** A slot before its config is resolved. */
interface Wish {
  readonly name: string
  readonly plugin: Discovered
  readonly rank: number
  readonly program: SlotConfig | undefined
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
  const configured = configuredSlots(settings, plugins, slots, config)
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
  const asked = wishes.map((wish) => askSlot(wish, settings, config, byVariable.get(wish.name), kindsOf(wish.plugin)))
  for (const { resolved, config: own, plugin } of asked)
    if (own.enabled ?? plugin.manifest?.enabled ?? true) problems.push(...(resolved?.problems ?? []))
  return { slots: asked, missing: configured.missing, problems: [...problems, ...configured.missing.map(({ problem }) => problem)] }
}

function configuredSlots(
  settings: readonly Setting[],
  plugins: readonly Discovered[],
  slots: Readonly<Record<string, SlotConfig>>,
  config: LoadedConfig | undefined,
): { readonly wishes: readonly Wish[]; readonly missing: readonly MissingSlot[] } {
  const missing: MissingSlot[] = []
  const program = new Map(Object.entries(slots).map(([name, one]) => [folded(name), { name, one }]))
  const first = new Map(
    settings.flatMap((setting) => (setting.name === undefined ? [] : [[setting.path[1]!, setting] as const])).toReversed(),
  )
  const wishes: Wish[] = []
  for (const [id, setting] of [...first].toReversed()) {
    const { plugin: reference, enabled } = settingsBelow(settings, ['slots', id])
    const above = program.get(id)
    const wanted = above?.one.plugin ?? (typeof reference === 'string' ? reference : setting.name!)
    const plugin = findPlugin(wanted, plugins)
    const name = above?.name ?? (typeof reference === 'string' ? setting.name! : (plugin?.known.id ?? setting.name!))
    if (plugin) wishes.push({ name, plugin, rank: wishes.length, program: above?.one })
    else if (above) throw notThere(name, wanted, plugins)
    else if (enabled !== false && config?.host.plugins.enabled !== false)
      missing.push(missingSlot(name, wanted, setting, settings, plugins))
    program.delete(id)
  }
  for (const { name, one } of program.values()) {
    const plugin = findPlugin(one.plugin, plugins)
    if (!plugin) throw notThere(name, one.plugin, plugins)
    wishes.push({ name, plugin, rank: wishes.length, program: one })
  }
  return { wishes, missing }
}

function findPlugin(id: string, plugins: readonly Discovered[]): Discovered | undefined {
  const present = plugins.filter(({ state }) => state !== 'additional')
  return (
    present.find(({ known }) => known.id === id) ?? present.find(({ known }) => known.id !== undefined && folded(known.id) === folded(id))
  )
}

function notThere(name: string, id: string, plugins: readonly Discovered[]): PluginError {
  const ids = plugins.flatMap(({ known }) => known.id ?? [])
  return new PluginError('not-found', `Slot '${name}' names the plugin '${id}', which is not there`, {
    hint: `There are ${ids.join(', ') || 'none'}.`,
  })
}

function missingSlot(
  name: string,
  id: string,
  setting: Setting,
  settings: readonly Setting[],
  plugins: readonly Discovered[],
): MissingSlot {
  const ids = plugins.flatMap(({ known }) => known.id ?? [])
  const at = settings.findLast(({ path }) => path.length === 3 && path[1] === setting.path[1] && path[2] === 'plugin') ?? setting
  const key = at.keys.join('.')
  const problem = configProblem({
    file: at.source?.file ?? 'environment',
    line: lineOf(at),
    key: at.variable ?? key,
    code: 'not-found',
    message: `the plugin '${id}' is not there.${didYouMean(id, ids)}`,
    fix: 'Correct its name, name the folder it is in under `plugins.paths`, or give the slot `enabled: false`.',
  })
  return { name, id, problem }
}

function askSlot(
  { name, plugin, rank, program }: Wish,
  settings: readonly Setting[],
  config: LoadedConfig | undefined,
  environment: ConfigLayer | undefined,
  kinds: readonly Kind[],
): AskedSlot {
  const { manifest } = plugin
  const id = manifest?.id ?? plugin.known.id ?? name
  // A plugin's slot is also found under its id where the section is called so, whatever the slot is called.
  const mine = settings.filter(({ path }) => path[0] === 'slots' && path[1] === folded(name))
  const { config: _, version, ...own } = camelKeys<Partial<SlotConfig> & { version?: string }>(settingsBelow(mine, ['slots', folded(name)]))
  const policy = [config?.host.policy.all, ...kinds.map((kind) => config?.host.policy[kind]), own.policy, program?.policy].reduce(
    together,
    undefined,
  )
  const slot: SlotConfig = { ...own, ...program, plugin: id, ...(policy ? { policy } : {}) }
  if (!manifest) return { name, config: slot, plugin, rank, settings: mine }
  const problems: ConfigProblem[] = []
  const layers = [
    ...(manifest.config ? [plainLayer('manifest', manifest.config, plugin.file)] : []),
    ...fileLayers(mine, folded(name)),
    ...(config ? pluginFileLayers(config.pluginFolders, name, id, config.variables, problems) : []),
    ...(environment ? [environment] : []),
    ...(program?.config ? [plainLayer('program', program.config)] : []),
  ]
  const inLayers = resolveSlotConfig({ slot: name, manifest, file: plugin.file, ...sectionOf(mine) }, layers)
  const ofFiles = [...problems, ...versionProblem(mine, version, manifest.version, name)].map(whole)
  const resolved: ResolvedConfig = { ...inLayers, problems: [...ofFiles, ...inLayers.problems] }
  const error = errorOf(name, slotFaults(name, slot), resolved.problems)
  return {
    name,
    config: { ...slot, config: resolved.value as NonNullable<SlotConfig['config']> },
    plugin,
    rank,
    resolved,
    settings: mine,
    ...(error ? { error } : {}),
  }
}

/** Where the highest file has the slot. */
function sectionOf(settings: readonly Setting[]): { readonly section?: Origin } {
  const setting = settings.findLast(({ name, source }) => name !== undefined && source !== undefined)
  if (!setting?.source) return {}
  const line = lineOf(setting)
  return {
    section: {
      layer: setting.source.layer === 'workspace' ? 'workspace-plugin' : setting.source.layer,
      file: setting.source.file,
      ...(line === undefined ? {} : { line }),
    },
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

function versionProblem(settings: readonly Setting[], wanted: string | undefined, found: string, slot: string): readonly ConfigProblem[] {
  const setting = settings.findLast(({ path }) => path.length === 3 && path[2] === 'version')
  if (wanted === undefined || !setting) return []
  const range = validRange(wanted)
  if (range !== null && satisfies(found, range, { includePrerelease: true })) return []
  const message =
    range === null ? `"${wanted}" is no version and no range of versions` : `it is for version ${wanted}, the plugin is ${found}`
  const fix = range === null ? 'Write 1.0.0 or ^1.0.' : 'Look whether the config still fits, and correct the version; or install the other.'
  return [
    configProblem({
      file: setting.source?.file ?? 'environment',
      line: lineOf(setting),
      key: setting.variable ?? `slots.${slot}.version`,
      message,
      fix,
    }),
  ]
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

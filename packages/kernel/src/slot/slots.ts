import { realpathSync } from 'node:fs'
import { basename, sep } from 'node:path'
import type { Kind } from '@cardcage/plugin'
import { type ConfigProblem, printConfigProblem } from '../config/config-problem.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { kinds } from '../manifest/manifest.ts'
import { printProblem, type Problem, problemsAsError } from '../manifest/problem.ts'
import { createLog } from '../observe/log.ts'
import { discover, type Discovered, type Discovery } from '../registry/discover.ts'
import { folderKey, recall } from '../registry/learnt.ts'
import { type Resolution, resolveDependencies } from '../registry/resolve-dependencies.ts'
import { type AskedSlot, askSlots } from './asked-slots.ts'
import type { SharedParts } from './create-slot.ts'
import { createPlace, failedPlace, type Place } from './place.ts'
import type { Slot } from './slot.ts'
import type { SlotConfig } from './slot-info.ts'

/** What the table of slots is made from. */
export interface SlotsParts extends SharedParts {
  readonly plugins: readonly string[]
  /** Those of them that come with the host. */
  readonly builtIn: readonly string[]
  readonly slots: Readonly<Record<string, SlotConfig>>
  readonly config: LoadedConfig | undefined
}

/** Most resident memory of a process where its manifest says nothing. */
const defaultMemory = 1024 * 1024 * 1024

/** All slots of a kernel, and what they were asked for as. */
export interface SlotTable {
  /** Sorted by name. */
  readonly places: ReadonlyMap<string, Place>
  /** How each came to its config, by name. */
  readonly asked: ReadonlyMap<string, AskedSlot>
}

/**
 * Discover plugins and make a slot for each: those the config names, and one named as its id for every other. A bad one is a place with an error; the rest
 * are not touched by it. Starts nothing.
 *
 * @throws {PluginError} `not-found` where a path does not exist, or a slot names a plugin that is not there
 */
export function createSlots(parts: SlotsParts): SlotTable {
  const { plugins, problems } = discoverWithin(parts.plugins, parts.config)
  const wrong = problemsAsError(problems)
  if (wrong) throw wrong
  const log = createLog(undefined, parts.onLog)
  const warn = (message: string) => log.write({ level: 'warn', message })
  for (const { message, file } of problems) warn(`${file}: ${message}`)
  for (const plugin of plugins) {
    for (const problem of plugin.problems) if (problem.severity === 'warning') warn(`${printProblem(problem)}. ${problem.fix}`)
  }
  const isBuiltIn = within(parts.builtIn)
  const wished = askSlots({
    ...parts,
    plugins,
    isBuiltIn: ({ path }) => isBuiltIn(path),
    kindsOf: (plugin) => kindsOf(plugin, parts.cache),
  })
  for (const problem of wished.problems) if (problem.severity === 'warning') warn(printConfigProblem(problem))
  const asked = wished.slots
  const resolution = resolve(plugins, asked)
  for (const { id, message } of resolution.warnings) warn(`${id}: ${message}`)

  const places = new Map<string, Place>()
  const byPlugin = new Map<string, Slot>()
  for (const { name, config, plugin, rank, error } of asked) {
    const { manifest } = plugin
    if (!manifest) {
      places.set(name, failedPlace(plugin, name, parts.onLog))
      continue
    }
    const unresolved = resolution.failures.get(manifest.id) ?? error
    const degraded = resolution.warnings.filter(({ id }) => id === manifest.id).map(({ message }) => message)
    const wanted = { name, config, plugin, manifest, rank, builtIn: isBuiltIn(plugin.path), degraded, unresolved }
    const place = createPlace(parts, wanted, (id) => byPlugin.get(id))
    places.set(name, place)
    if (place.slot && !byPlugin.has(manifest.id)) byPlugin.set(manifest.id, place.slot)
  }
  const placed = new Set(asked.map(({ plugin }) => plugin))
  for (const plugin of plugins) {
    if (plugin.state !== 'failed' || placed.has(plugin)) continue
    const id = plugin.known.id ?? basename(plugin.path)
    const name = places.has(id) ? plugin.path : id
    places.set(name, failedPlace(plugin, name, parts.onLog))
  }
  for (const { name, id, problem } of wished.missing) if (!places.has(name)) places.set(name, missingPlace(name, id, problem, parts.onLog))
  return { places: new Map([...places].sort(([a], [b]) => (a < b ? -1 : 1))), asked: new Map(asked.map((one) => [one.name, one])) }
}

/** Plugins under these paths; where the operator bounds memory and processor time of all, no manifest asks for more. */
export function discoverWithin(paths: readonly string[], config: LoadedConfig | undefined): Discovery {
  const { maxMemory = Infinity, maxCpuPercent = Infinity } = config?.host.security ?? {}
  const { plugins, problems } = discover(paths)
  if (maxMemory === Infinity && maxCpuPercent === Infinity) return { plugins, problems }
  const bounded = plugins.map((plugin): Discovered => {
    const { manifest } = plugin
    if (!manifest) return plugin
    const { limits } = manifest
    const memory = maxMemory === Infinity ? {} : { memory: Math.min(limits.memory ?? defaultMemory, maxMemory) }
    const cpu = maxCpuPercent === Infinity ? {} : { cpu: Math.min(limits.cpu ?? Infinity, maxCpuPercent) }
    return { ...plugin, manifest: { ...manifest, limits: { ...limits, ...memory, ...cpu } } }
  })
  return { plugins: bounded, problems }
}

/** The kinds a plugin is known to provide without running it. */
export function kindsOf({ manifest, path, text }: Discovered, cache: string): readonly Kind[] {
  const provides = manifest?.provides ?? (manifest ? recall(cache, folderKey(path, text ?? '')) : undefined)
  return kinds.filter((kind) => Object.keys(provides?.[kind] ?? {}).length > 0)
}

/** The place of a slot whose plugin is not there. */
function missingPlace(name: string, id: string, { file, line, key, message, fix }: ConfigProblem, onLog: SlotsParts['onLog']): Place {
  const at = { ...(line === undefined ? {} : { line }), ...(key === undefined ? {} : { key }) }
  const problem: Problem = { file, ...at, severity: 'error', code: 'not-found', message, fix }
  return failedPlace({ known: { id }, problems: [problem], file, path: file, state: 'failed' }, name, onLog)
}

/** A plugin is disabled for those that depend on it when all its slots are. */
function resolve(plugins: readonly Discovered[], asked: readonly AskedSlot[]): Resolution {
  const byPlugin = Map.groupBy(asked, ({ plugin }) => plugin)
  return resolveDependencies(
    plugins
      .filter(({ state }) => state !== 'additional')
      .map((plugin) => {
        const { manifest, known, path, state } = plugin
        const slots = byPlugin.get(plugin) ?? []
        const isDisabled = slots.every(({ config }) => !(config.enabled ?? manifest?.enabled ?? true))
        return {
          id: manifest?.id ?? known.id ?? path,
          ...(manifest ? { version: manifest.version } : {}),
          dependencies: manifest?.dependencies ?? [],
          conflictsWith: manifest?.conflictsWith ?? [],
          state: state === 'failed' ? 'failed' : isDisabled ? 'disabled' : 'ready',
        }
      }),
  )
}

/** Does a folder lie in one of these? */
export function within(folders: readonly string[]): (path: string) => boolean {
  const real = folders.map((folder) => realpathSync(folder))
  return (path) => real.some((folder) => path === folder || path.startsWith(folder + sep))
}

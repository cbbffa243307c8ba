import { realpathSync } from 'node:fs'
import { basename, sep } from 'node:path'
import { PluginError } from '@cardcage/plugin'
import { problemsAsError } from '../manifest/problem.ts'
import { createLog } from '../observe/log.ts'
import { discover, type Discovered } from '../registry/discover.ts'
import { type Resolution, resolveDependencies } from '../registry/resolve-dependencies.ts'
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
}

/** A slot as it is asked for, by the config or because a plugin is there. */
interface Asked {
  readonly name: string
  readonly config: SlotConfig
  readonly plugin: Discovered
  readonly rank: number
}

/**
 * Discover plugins and make a slot for each: those the config names, and one named as its id for every other. A bad one is a place with an error; the rest
 * are not touched by it. Starts nothing.
 *
 * @throws {PluginError} `not-found` where a path does not exist, or a slot names a plugin that is not there
 */
export function createSlots(parts: SlotsParts): ReadonlyMap<string, Place> {
  const { plugins, problems } = discover(parts.plugins)
  const wrong = problemsAsError(problems)
  if (wrong) throw wrong
  const log = createLog(undefined, parts.onLog)
  const warn = (message: string) => log.write({ level: 'warn', message })
  for (const { message, file } of problems) warn(`${file}: ${message}`)
  for (const plugin of plugins) {
    for (const { severity, message } of plugin.problems) if (severity === 'warning') warn(`${plugin.file}: ${message}`)
  }
  const asked = askedSlots(parts.slots, plugins)
  const resolution = resolve(plugins, asked)
  for (const { id, message } of resolution.warnings) warn(`${id}: ${message}`)
  const isBuiltIn = within(parts.builtIn)

  const places = new Map<string, Place>()
  const byPlugin = new Map<string, Slot>()
  for (const { name, config, plugin, rank } of asked) {
    const { manifest } = plugin
    if (!manifest) {
      places.set(name, failedPlace(plugin, name, parts.onLog))
      continue
    }
    const unresolved = resolution.failures.get(manifest.id)
    const place = createPlace(parts, { name, config, plugin, manifest, rank, builtIn: isBuiltIn(plugin.path), unresolved }, (id) =>
      byPlugin.get(id),
    )
    places.set(name, place)
    if (place.slot && !byPlugin.has(manifest.id)) byPlugin.set(manifest.id, place.slot)
  }
  for (const plugin of plugins) {
    if (plugin.state !== 'failed' || asked.some((one) => one.plugin === plugin)) continue
    const id = plugin.known.id ?? basename(plugin.path)
    const name = places.has(id) ? plugin.path : id
    places.set(name, failedPlace(plugin, name, parts.onLog))
  }
  return new Map([...places].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The slots of the config, in its order, and one for every plugin that none of them names and whose name is free. */
function askedSlots(slots: Readonly<Record<string, SlotConfig>>, plugins: readonly Discovered[]): Asked[] {
  const configured = Object.entries(slots).map(([name, config], rank): Asked => ({
    name,
    config,
    plugin: findPlugin(name, config, plugins),
    rank,
  }))
  const named = new Set(configured.map(({ plugin }) => plugin))
  const others = plugins.flatMap((plugin): Asked[] => {
    const id = plugin.manifest?.id
    if (plugin.state !== 'ready' || id === undefined || named.has(plugin) || Object.hasOwn(slots, id)) return []
    return [{ name: id, config: { plugin: id }, plugin, rank: Number.POSITIVE_INFINITY }]
  })
  return [...configured, ...others]
}

function findPlugin(name: string, config: SlotConfig, plugins: readonly Discovered[]): Discovered {
  const found = plugins.find(({ state, known }) => state !== 'additional' && known.id === config.plugin)
  if (found) return found
  const ids = plugins.flatMap(({ known }) => known.id ?? [])
  throw new PluginError('not-found', `Slot '${name}' names the plugin '${config.plugin}', which is not there`, {
    hint: `There are ${ids.join(', ') || 'none'}.`,
  })
}

/** A plugin is disabled for those that depend on it when all its slots are. */
function resolve(plugins: readonly Discovered[], asked: readonly Asked[]): Resolution {
  return resolveDependencies(
    plugins
      .filter(({ state }) => state !== 'additional')
      .map((plugin) => {
        const { manifest, known, path, state } = plugin
        const slots = asked.filter((one) => one.plugin === plugin)
        const isDisabled = slots.every(({ config }) => config.enabled === false)
        return {
          id: manifest?.id ?? known.id ?? path,
          ...(manifest ? { version: manifest.version } : {}),
          dependencies: manifest?.dependencies ?? [],
          state: state === 'failed' ? 'failed' : isDisabled ? 'disabled' : 'ready',
        }
      }),
  )
}

/** Does a folder lie in one of these? */
function within(folders: readonly string[]): (path: string) => boolean {
  const real = folders.map((folder) => realpathSync(folder))
  return (path) => real.some((folder) => path === folder || path.startsWith(folder + sep))
}

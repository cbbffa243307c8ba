import { PluginError } from '@cardcage/plugin'
import { didYouMean } from '@cardcage/plugin/internal'
import { folded } from '../config/config-keys.ts'
import { configProblem, type ConfigProblem } from '../config/config-problem.ts'
import { lineOf, type Setting } from '../config/config-settings.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { settingsBelow } from '../config/settings-below.ts'
import type { Discovered } from '../registry/discover.ts'
import type { SlotConfig } from './slot-info.ts'

/** A slot before its config is resolved. */
export interface Wish {
  readonly name: string
  readonly plugin: Discovered
  /** Place among the slots that were named, from 0; `Infinity` for the others. */
  readonly rank: number
  /** What the program that makes the kernel says of it. */
  readonly program: SlotConfig | undefined
}

/** A slot of the configuration whose plugin is not there. */
export interface MissingSlot {
  readonly name: string
  readonly id: string
  readonly problem: ConfigProblem
}

/** Slots that were named, with and without their plugin. */
export interface ConfiguredSlots {
  readonly wishes: readonly Wish[]
  readonly missing: readonly MissingSlot[]
}

/**
 * The slots the configuration names, in its order, then those of the program alone. A section that names no plugin and is called as one is the slot of that plugin.
 *
 * @param bySlot the settings by the slot's name as it is compared
 * @throws {PluginError} `not-found` where a slot of the program names a plugin that is not there, `conflict` where two of them have the same name
 */
export function configuredSlots(
  settings: readonly Setting[],
  bySlot: ReadonlyMap<string, readonly Setting[]>,
  plugins: readonly Discovered[],
  slots: Readonly<Record<string, SlotConfig>>,
  config: LoadedConfig | undefined,
): ConfiguredSlots {
  const find = pluginsById(plugins)
  const program = programSlots(slots)
  const missing: MissingSlot[] = []
  const wishes: Wish[] = []
  for (const id of inOrder(settings)) {
    const mine = bySlot.get(id)!
    const setting = mine.find(({ name }) => name !== undefined)!
    const { plugin: reference, enabled } = settingsBelow(mine, ['slots', id])
    const above = program.get(id)
    const wanted = above?.one.plugin ?? (typeof reference === 'string' ? reference : setting.name!)
    const plugin = find(wanted)
    const name = above?.name ?? (typeof reference === 'string' ? setting.name! : (plugin?.known.id ?? setting.name!))
    if (plugin) wishes.push({ name, plugin, rank: wishes.length, program: above?.one })
    else if (above) throw notThere(name, wanted, plugins)
    else if (enabled !== false && config?.host.plugins.enabled !== false) missing.push(missingSlot(name, wanted, setting, mine, plugins))
    program.delete(id)
  }
  for (const { name, one } of program.values()) {
    const plugin = find(one.plugin)
    if (!plugin) throw notThere(name, one.plugin, plugins)
    wishes.push({ name, plugin, rank: wishes.length, program: one })
  }
  return { wishes, missing }
}

/** Slots that are named in a file; of those in several files the highest says the order. */
function inOrder(settings: readonly Setting[]): readonly string[] {
  const names = settings.flatMap(({ name, path }) => (name === undefined ? [] : path[1]!))
  return [...new Set(names.toReversed())].toReversed()
}

function programSlots(slots: Readonly<Record<string, SlotConfig>>): Map<string, { readonly name: string; readonly one: SlotConfig }> {
  const program = new Map<string, { readonly name: string; readonly one: SlotConfig }>()
  for (const [name, one] of Object.entries(slots)) {
    const other = program.get(folded(name))
    if (other)
      throw new PluginError('conflict', `The slots '${other.name}' and '${name}' have the same name: _ and - do not differ`, {
        origin: 'caller',
        hint: 'Give one of them another name.',
      })
    program.set(folded(name), { name, one })
  }
  return program
}

/** Find a plugin by its id; `my_plugin` is `my-plugin` where no other is called so. */
function pluginsById(plugins: readonly Discovered[]): (id: string) => Discovered | undefined {
  const exact = new Map<string, Discovered>()
  const near = new Map<string, Discovered>()
  for (const plugin of plugins) {
    const { id } = plugin.known
    if (plugin.state === 'additional' || id === undefined) continue
    if (!exact.has(id)) exact.set(id, plugin)
    if (!near.has(folded(id))) near.set(folded(id), plugin)
  }
  return (id) => exact.get(id) ?? near.get(folded(id))
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
  const at = settings.findLast(({ path }) => path.length === 3 && path[2] === 'plugin') ?? setting
  const problem = configProblem({
    file: at.source?.file ?? 'environment',
    line: lineOf(at),
    key: at.variable ?? at.keys.join('.'),
    code: 'not-found',
    message: `the plugin '${id}' is not there.${didYouMean(id, ids)}`,
    fix: 'Correct its name, name the folder it is in under `plugins.paths`, or give the slot `enabled: false`.',
  })
  return { name, id, problem }
}

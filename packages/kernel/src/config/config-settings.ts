import { dirname, resolve } from 'node:path'
import { didYouMean } from '@cardcage/plugin/internal'
import type { Json } from '@cardcage/plugin'
import { isPluginId, pluginIdRule } from '../base/id.ts'
import { isObject, printPath } from '../manifest/schema-node.ts'
import { configKeys, findKey, folded, slotKeys, snakeCase, type ValueKey } from './config-keys.ts'
import type { ConfigProblem } from './config-problem.ts'
import { configProblem } from './config-problem.ts'
import type { ConfigSource } from './config-source.ts'
import { readConfigValue } from './config-value.ts'
import { guideSections, isSlotBlock } from './guide-sections.ts'
import type { Found, SettingsReader } from './settings-reader.ts'

/** One value of the configuration, under the key the reference calls it by, and where it was found. */
export interface Setting {
  /** `['slots', 'crm', 'policy', 'timeout']`; a slot's name is as it is compared: see `folded`. */
  readonly path: readonly string[]
  /** As it is used: milliseconds, bytes, absolute paths. */
  readonly value: Json
  /** The file it was found in, and its keys there. Absent for one of a variable. */
  readonly source?: ConfigSource
  readonly keys: readonly string[]
  /** The environment variable it comes from. */
  readonly variable?: string
  /** A slot's name as it was written. */
  readonly name?: string
}

/** The settings of one file in the words of the reference, whatever guide's words it is written in. What is wrong is added to `problems`. */
export function settingsOf(source: ConfigSource, problems: ConfigProblem[]): readonly Setting[] {
  const settings: Setting[] = []
  const ignored: (readonly string[])[] = []
  const slotNames = new Map<string, { readonly name: string; readonly keys: readonly string[] }>()
  const variablesAt = new Map(source.used.map(({ keys, found }) => [idOf(keys), found]))
  const report = (severity: ConfigProblem['severity']) => (keys: readonly string[], message: string, fix: string) =>
    void problems.push(configProblem({ file: source.file, line: source.line(keys), key: printPath(keys), severity, message, fix }))

  const reader: SettingsReader = {
    error: report('error'),
    warn: report('warning'),
    ignore: (keys) => void ignored.push(keys),
    add: ({ path, value, keys }) => void settings.push({ path, value, keys, source }),
    unknown(key, keys, known) {
      const near = didYouMean(key, known)
      reader.error(
        keys,
        `unknown key.${near || ` Known: ${known.join(', ')}.`}`,
        'Correct the key, or take it out. `cardcage config schema` has them all.',
      )
    },
    read(node, found, factor) {
      if (found.value === null) return
      if (node.type === 'group') reader.readGroup(node, found)
      else if (node.type === 'named') named(found)
      else readValue(node, found, factor)
    },
    readGroup(node, { value, keys, path }, taken = new Set()) {
      if (!isObject(value)) return reader.error(keys, 'keys with values are needed here', `Possible: ${Object.keys(node.keys).join(', ')}.`)
      for (const [key, inside] of Object.entries(value)) {
        if (taken.has(key)) continue
        const known = findKey(node.keys, key)
        if (known) reader.read(known.node, { value: inside, keys: [...keys, key], path: [...path, known.name] }, known.factor)
        else reader.unknown(key, [...keys, key], Object.keys(node.keys))
      }
    },
    readSlot(name, value, keys) {
      const id = folded(name)
      const before = slotNames.get(id)
      if (!isPluginId(name)) return reader.error(keys, `'${name}' is no name of a slot: it has ${pluginIdRule}`, 'Give it another name.')
      if (before && before.name !== name) {
        const other = `${printPath(before.keys)} in line ${source.line(before.keys)}`
        return reader.error(
          keys,
          `'${name}' and '${before.name}' (${other}) are the same name: _ and - do not differ`,
          'Put them together.',
        )
      }
      slotNames.set(id, { name, keys })
      const path = ['slots', id]
      settings.push({ path, value: {}, keys, source, name })
      if (value === null) return undefined
      if (!isObject(value)) return reader.error(keys, 'keys with values are needed here', `Possible: ${Object.keys(slotKeys).join(', ')}.`)
      const taken = new Set<string>()
      for (const [key, to] of Object.entries(guideKeysOfSlot)) {
        if (!Object.hasOwn(value, key)) continue
        taken.add(key)
        reader.read(slotKeys['config']!, { value: value[key]!, keys: [...keys, key], path: [...path, ...to] })
      }
      return reader.readGroup({ type: 'group', description: '', keys: slotKeys }, { value, keys, path }, taken)
    },
  }

  function readValue(node: ValueKey, { value, keys, path }: Found, factor: number | undefined): void {
    const read = readConfigValue(node, value, factor)
    const variables = variablesAt.get(idOf(keys)) ?? []
    if ('needed' in read) {
      // What a variable holds is not shown: nobody knows whether it is a secret.
      const given = variables.length === 0 ? read.given : `the value of ${variables.join(', ')}`
      return reader.error(keys, `${given} given, ${read.needed} needed`, 'Correct the value.')
    }
    const { unenforced, enforcedOn = process.platform } = node
    if (enforcedOn !== process.platform) reader.warn(keys, `is enforced on ${enforcedOn} only`, 'Do not rely on it here.')
    if (unenforced) reader.warn(keys, 'is not enforced by this release', 'Do not rely on it.')
    const absolute = node.type === 'paths' ? (read.value as string[]).map((each) => resolve(dirname(source.file), each)) : read.value
    reader.add({ path, value: absolute, keys })
  }
  function named({ value, keys }: Found): void {
    if (!isObject(value)) return reader.error(keys, 'slots by name are needed here', 'Write `slots: { NAME: { plugin: ID } }`.')
    for (const [name, slot] of Object.entries(value)) reader.readSlot(name, slot, [...keys, name])
  }

  for (const [key, value] of Object.entries(source.value)) {
    const keys = [key]
    const known = findKey(configKeys.keys, key)
    const guide = guideSections[snakeCase(key)]
    if (guide) guide(reader, { value, keys, path: [snakeCase(key)] })
    else if (known?.name === 'include') continue
    else if (known) reader.read(known.node, { value, keys, path: [known.name] }, known.factor)
    else if (isSlotBlock(value)) reader.readSlot(key, value, keys)
    else reader.unknown(key, keys, [...new Set([...Object.keys(configKeys.keys), ...Object.keys(guideSections)])])
  }
  tellUnset(source, settings, ignored, reader)
  tellTwice(settings, reader, source)
  return settings
}

/** A setting's place in its file for messages and the line of a key within its value. */
export function lineOf(setting: Setting, below: readonly string[] = []): number | undefined {
  return setting.source?.line([...setting.keys, ...below])
}

/** What the keys of a slot in `plugin_config.yaml` are. */
const guideKeysOfSlot: Readonly<Record<string, readonly string[]>> = { settings: ['config'], feature_flags: ['config', 'feature_flags'] }

/** A variable that is not set: of a plugin's config its schema decides; anywhere else it is an error. */
function tellUnset(
  source: ConfigSource,
  settings: readonly Setting[],
  ignored: readonly (readonly string[])[],
  reader: SettingsReader,
): void {
  const configs = settings.filter(({ path }) => path[0] === 'slots' && path[2] === 'config').map(({ keys }) => keys)
  const leftOut = new Set([...configs, ...ignored].map(idOf))
  for (const { keys, found } of source.unset) {
    if (keys.some((_, i) => leftOut.has(idOf(keys.slice(0, i + 1))))) continue
    reader.error(keys, `the variable ${found} is not set`, `Set it, or give a default: \${${found}:-…}.`)
  }
}

/** The same setting in two spellings: nobody can say which is meant. */
function tellTwice(settings: readonly Setting[], reader: SettingsReader, source: ConfigSource): void {
  const before = new Map<string, Setting>()
  for (const setting of settings) {
    if (setting.name !== undefined) continue
    const id = idOf(setting.path)
    const other = before.get(id)
    if (!other) before.set(id, setting)
    else
      reader.error(
        setting.keys,
        `is the same as ${printPath(other.keys)}${source.line(other.keys) === undefined ? '' : ` in line ${source.line(other.keys)}`}`,
        'Keep one of them.',
      )
  }
}

/** Keys as one text, to be looked up by. */
function idOf(keys: readonly string[]): string {
  return keys.join('\0')
}

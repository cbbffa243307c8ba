import { type Json, PluginError } from '@cardcage/plugin'
import { folded } from '../config/config-keys.ts'
import { type ConfigLayer, sourceLayer } from '../config/config-layer.ts'
import { coerce } from '../config/coerce.ts'
import { configProblemsAsError, type ConfigProblem } from '../config/config-problem.ts'
import { readConfigSource } from '../config/config-source.ts'
import { interpolateData } from '../config/interpolate.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { pluginFile, pluginFileLayer, withPluginFolder, writePluginFile } from '../config/plugin-files.ts'
import { resolveSlotConfig, type SlotConfigProblem, valueAt } from '../config/resolve-slot-config.ts'
import { schemaAt, typesAt } from '../config/schema-at.ts'
import { maskConfig } from '../config/secret.ts'
import { isUnsafe, printPath } from '../manifest/schema-node.ts'
import type { AskedSlot } from './asked-slots.ts'
import { findSlot } from './config-details.ts'

/** A change of a plugin's own config file. */
export interface ConfigChange {
  /** A file (JSON, TOML, YAML) with all values there are to be, instead of those there are. */
  readonly file?: string
  /** Values as text, of the type the schema asks for; as in a file, `${VAR}` is a variable. */
  readonly set?: readonly { readonly key: string; readonly text: string }[]
  readonly unset?: readonly string[]
  /** For this workspace, or for every workspace of this user. */
  readonly where: 'workspace' | 'user'
}

/** What was written. */
export interface Configured {
  readonly file: string
  readonly slot: string
  /** What the file says now; secrets are masked. */
  readonly config: Json
  /** What is wrong all the same, and what stands above the values that were set. */
  readonly warnings: readonly string[]
}

/**
 * Change the config file of a plugin, or of a slot. The result is checked with all other layers first: what does not fit, or is not known, is refused and nothing is
 * written. That something else is still missing is only said. Takes effect in the next kernel.
 *
 * @throws {PluginError} `invalid-config` with the nearest key, `not-found` where there is no such plugin
 */
export function configureSlot(id: string, change: ConfigChange, config: LoadedConfig, slots: ReadonlyMap<string, AskedSlot>): Configured {
  const ofPlugin = [...slots.values()].find((slot) => folded(slot.config.plugin) === folded(id))
  const isSlot = slots.has(id) || [...slots.keys()].some((name) => folded(name) === folded(id))
  const slot = isSlot || !ofPlugin ? findSlot(id, slots) : ofPlugin
  const { manifest } = slot.plugin
  if (!manifest || !slot.resolved)
    throw new PluginError('invalid-manifest', `${slot.name} has a manifest that cannot be read`, {
      hint: slot.plugin.problems[0]?.fix ?? '',
    })
  const name = isSlot ? slot.name : slot.config.plugin
  const { folder } = config.pluginFolders.find(({ layer }) => layer === change.where)!
  return withPluginFolder(folder, () => changeFile(pluginFile(folder, name), change, config, slot))
}

/** Put the change on what the file says now, check it, and write it. */
function changeFile(file: string, change: ConfigChange, config: LoadedConfig, slot: AskedSlot): Configured {
  const manifest = slot.plugin.manifest!
  const resolved = slot.resolved!
  const schema = manifest.configSchema

  const given = change.file === undefined ? undefined : valuesIn(change.file)
  let next: Json = given ?? written(file, change.where)
  for (const { key, text } of change.set ?? []) next = withValue(next, key.split('.'), textAs(text, schema, key.split('.')))
  for (const key of change.unset ?? []) next = without(next, key.split('.'))
  if (isUnsafe(next))
    throw new PluginError('invalid-config', 'A config is not nested deeper than 100 and has no key "__proto__"', { origin: 'caller' })

  const { value, used, unset, faults } = interpolateData(next, config.variables)
  if (faults[0])
    throw new PluginError('invalid-config', `config key ${printPath(faults[0].keys)}: ${faults[0].found}`, {
      origin: 'caller',
      hint: 'A dollar is written $$.',
    })
  const source = { file, layer: change.where, value: value as Record<string, Json>, used, unset, line: () => undefined }
  const layer = sourceLayer(change.where === 'user' ? 'user-plugin' : 'workspace-plugin', source)
  const after = resolveSlotConfig({ slot: slot.name, manifest, file: slot.plugin.file }, placed(resolved.layers, layer, config, slot, file))
  const before = new Set(resolved.problems.map(({ message }) => message))
  const touched = [...(change.set ?? []).map(({ key }) => key), ...Object.keys(given ?? {})]
  const isRefused = ({ value: problem, message, severity, strict }: SlotConfigProblem) =>
    problem !== undefined &&
    problem.what !== 'missing' &&
    (severity === 'error' || strict) &&
    (!before.has(message) ||
      touched.some((key) => problem.path === key || problem.path.startsWith(`${key}.`) || problem.path.startsWith(`${key}[`)))
  const refused = after.problems.filter(isRefused)
  if (refused.length > 0) throw refusal(slot.name, refused)
  writePluginFile(file, next as Record<string, Json>)
  const still = after.problems.filter(({ severity }) => severity === 'error').map(({ said, message }) => said || message)
  const left = after.problems
    .filter(({ said, severity }) => said === '' && severity === 'warning')
    .map(({ key, message }) => `${key}: ${message}`)
  return {
    file,
    slot: slot.name,
    config: maskConfig(next, schema) as Json,
    warnings: [...still, ...left, ...overruled(touched, after.layers, layer)],
  }
}

/** What a file holds as it was written, with its variables' names. */
function written(file: string, where: 'workspace' | 'user'): Json {
  const problems: ConfigProblem[] = []
  const layer = pluginFileLayer(where, file, undefined, problems)
  const error = configProblemsAsError(problems)
  if (error) throw error
  return layer?.value ?? {}
}

function valuesIn(file: string): Readonly<Record<string, Json>> {
  const problems: ConfigProblem[] = []
  const source = readConfigSource(file, 'file', undefined, problems)
  if (source) return source.value
  throw configProblemsAsError(problems)!
}

function textAs(text: string, schema: Parameters<typeof schemaAt>[0], keys: readonly string[]): Json {
  if (text.includes('${')) return text
  const types = typesAt(schema, keys)
  const [node = {}] = schemaAt(schema, keys)
  if (types.length > 0) return coerce(text, types, node)
  return /^(?:true|false|-?(?:0|[1-9]\d{0,14})(?:\.\d+)?)$/.test(text) ? (JSON.parse(text) as Json) : text
}

function withValue(target: Json, [key = '', ...rest]: readonly string[], value: Json): Json {
  const object = typeof target === 'object' && target !== null && !Array.isArray(target) ? (target as Readonly<Record<string, Json>>) : {}
  const before = Object.hasOwn(object, key) ? object[key]! : {}
  return { ...object, [key]: rest.length === 0 ? value : withValue(before, rest, value) }
}

function without(target: Json, [key = '', ...rest]: readonly string[]): Json {
  if (typeof target !== 'object' || target === null || Array.isArray(target) || !Object.hasOwn(target, key)) return target
  const { [key]: inside, ...others } = target as Readonly<Record<string, Json>>
  return rest.length === 0 ? others : { ...others, [key]: without(inside!, rest) }
}

/** The layers with this one in its place. */
function placed(
  layers: readonly ConfigLayer[],
  layer: ConfigLayer,
  config: LoadedConfig,
  slot: AskedSlot,
  file: string,
): readonly ConfigLayer[] {
  const names = [...new Set([slot.config.plugin, slot.name])]
  const files = names.flatMap((name) => config.pluginFolders.map(({ folder }) => pluginFile(folder, name)))
  const others = layers.filter((each) => each.file !== file)
  const above = others.findIndex(
    ({ layer: name, file: other }) => name === 'environment' || name === 'program' || files.indexOf(other ?? '') > files.indexOf(file),
  )
  return above === -1 ? [...others, layer] : others.toSpliced(above, 0, layer)
}

function overruled(touched: readonly string[], layers: readonly ConfigLayer[], layer: ConfigLayer): string[] {
  const above = layers.slice(layers.indexOf(layer) + 1)
  return touched.flatMap((key) =>
    above
      .filter(({ value }) => valueAt(value, key.split('.')) !== undefined)
      .map((each) => `${key} has no effect: ${each.variable(key.split('.')) ?? each.file ?? each.layer} is above it`),
  )
}

function refusal(slot: string, problems: readonly SlotConfigProblem[]): PluginError {
  const details = { problems: problems.map(({ key, message, fix, value }) => ({ ...value, key, message, fix })) }
  return new PluginError('invalid-config', `Config of slot '${slot}': ${problems.map(({ message }) => message).join('; ')}`, {
    origin: 'caller',
    hint: 'Nothing was written. `cardcage plugin info` shows the keys of the config.',
    details: details as unknown as Json,
  })
}

import { type Json, PluginError } from '@cardcage/plugin'
import { didYouMean } from '@cardcage/plugin/internal'
import { printDuration, printSize } from '../base/quantity.ts'
import { type ConfigKey, configKeys, folded, slotKeys, snakeCase } from '../config/config-keys.ts'
import { type Origin, originIn } from '../config/config-layer.ts'
import type { ConfigProblem } from '../config/config-problem.ts'
import { lineOf, type Setting } from '../config/config-settings.ts'
import { describeKey } from '../config/config-value.ts'
import type { HostConfig, LoadedConfig } from '../config/load-config.ts'
import { valueAt } from '../config/resolve-slot-config.ts'
import { keysAt, schemaAt } from '../config/schema-at.ts'
import { isSecretAt, maskConfig, masked, maskSchema } from '../config/secret.ts'
import { describeSchema } from '../manifest/describe-schema.ts'
import type { JsonSchema } from '../manifest/manifest.ts'
import { isObject, printPath } from '../manifest/schema-node.ts'
import type { AskedSlot } from './asked-slots.ts'
import type { SlotConfig } from './slot-info.ts'

/** A slot's configuration as it is in force; secrets are masked. */
export interface ConfigDetails {
  readonly slot: string
  readonly plugin: string
  readonly enabled: boolean
  readonly isolation: 'process' | 'inline'
  readonly instances: number
  readonly policy: NonNullable<SlotConfig['policy']>
  readonly config: Json
  /** Every single value of the config, and who says it; a list counts as one. */
  readonly values: readonly { readonly key: string; readonly value: Json; readonly origin: Origin }[]
  readonly problems: readonly ConfigProblem[]
}

/** The whole configuration as it is in force; secrets are masked. */
export interface ConfigInForce extends HostConfig {
  readonly timeout: number
  readonly memory: number
  readonly slots: Readonly<Record<string, ConfigDetails>>
}

/** Where one value comes from; secrets are masked. */
export interface ConfigExplanation {
  /** As the reference calls it. */
  readonly key: string
  /** Absent where nothing says it. */
  readonly value?: Json
  /** The value for people: times and sizes with their unit. */
  readonly text?: string
  /** Who says it. */
  readonly origin?: Origin
  /** Everybody who says it, lowest first; the last one counts. */
  readonly layers: readonly { readonly origin: Origin; readonly value: Json; readonly text: string }[]
  /** What is needed there: `an integer from 1 to 300 (default 30)`. */
  readonly needed?: string
  readonly description?: string
}

/** A slot's configuration as people are shown it. */
export function configDetails({ name, config, plugin, resolved }: AskedSlot): ConfigDetails {
  const { manifest } = plugin
  const shown = maskConfig(resolved?.value ?? {}, manifest?.configSchema) as Json
  const values = leaves(shown).flatMap((keys) => {
    const origin = resolved?.originOf(keys)
    return origin && keys.length > 0 ? [{ key: printPath(keys), value: valueAt(shown, keys)!, origin }] : []
  })
  return {
    slot: name,
    plugin: config.plugin,
    enabled: config.enabled ?? manifest?.enabled ?? true,
    isolation: config.isolation ?? 'process',
    instances: config.instances ?? 1,
    policy: config.policy ?? {},
    config: shown,
    values,
    problems: (resolved?.problems ?? []).map(({ strict: _, said: __, place: ___, value: ____, ...problem }) => problem),
  }
}

/**
 * Where a value comes from. The key is one of the reference (`timeout`, `slots.crm.policy.timeout`, `slots.crm.config.api_url`), or a slot and a key of its config
 * (`crm.api_url`).
 *
 * @throws {PluginError} `not-found` with the nearest key
 */
export function explainConfigKey(key: string, config: LoadedConfig | undefined, slots: ReadonlyMap<string, AskedSlot>): ConfigExplanation {
  const keys = key.split('.')
  if (keys[0] === 'slots' && keys.length > 1) {
    const slot = findSlot(keys[1]!, slots)
    if (keys[2] === 'config') return explainConfigValue(slot, keys.slice(3))
    return explainSetting(['slots', slot.name, ...keys.slice(2)], slot.settings, slot)
  }
  if (Object.hasOwn(configKeys.keys, snakeCase(keys[0]!))) return explainSetting(keys.map(snakeCase), config?.settings ?? [])
  return explainConfigValue(findSlot(keys[0]!, slots, Object.keys(configKeys.keys)), keys.slice(1))
}

/** The JSON Schema of a plugin's config; values of secrets are masked. @throws {PluginError} `not-found`, `unsupported` where it has none */
export function configSchemaOf(id: string, slots: ReadonlyMap<string, AskedSlot>): JsonSchema {
  const ofPlugin = [...slots.values()].find(({ config }) => folded(config.plugin) === folded(id))
  const { name, plugin } = ofPlugin ?? findSlot(id, slots)
  const schema = plugin.manifest?.configSchema
  if (schema) return maskSchema(schema)
  throw new PluginError('unsupported', `The manifest of '${name}' has no \`config_schema\``, {
    origin: 'plugin',
    hint: 'Its config is taken as it is.',
  })
}

/** The slot of that name; `my_plugin` is `my-plugin`. @throws {PluginError} `not-found` with the nearest */
export function findSlot(name: string, slots: ReadonlyMap<string, AskedSlot>, others: readonly string[] = []): AskedSlot {
  const found = slots.get(name) ?? [...slots.values()].find((slot) => folded(slot.name) === folded(name))
  if (found) return found
  const near = didYouMean(name, [...slots.keys(), ...others]).trim()
  throw new PluginError('not-found', `There is no slot '${name}'`, {
    origin: 'caller',
    hint: near || 'Run `cardcage plugin list` for what there is.',
  })
}

function explainConfigValue({ name, plugin, resolved }: AskedSlot, keys: readonly string[]): ConfigExplanation {
  const schema = plugin.manifest?.configSchema
  const key = ['slots', name, 'config', ...keys].join('.')
  const nodes = schemaAt(schema, keys)
  const shown = (value: Json): Json =>
    isSecretAt(schema, keys) && value !== null ? masked : (valueAt(maskConfig(nest(keys, value), schema) as Json, keys) ?? null)
  const fallback = nodes.find((node) => 'default' in node)?.['default']
  const said = (resolved?.layers ?? []).flatMap((layer) => {
    const value = valueAt(layer.value, keys)
    return value === undefined ? [] : [{ origin: originIn(layer, keys), value: shown(value) }]
  })
  const value = valueAt(resolved?.value, keys)
  if (nodes.length === 0 && said.length === 0 && value === undefined) {
    const names = keysAt(schema, keys.slice(0, -1)).names
    const near = didYouMean(keys.at(-1) ?? '', names).trim()
    throw new PluginError('not-found', `The config of '${name}' has no key '${printPath(keys)}'`, {
      origin: 'caller',
      hint: near || (names.length > 0 ? `It has ${names.join(', ')}.` : 'It has none.'),
    })
  }
  const layers = [...(fallback === undefined ? [] : [{ origin: { layer: 'default' as const }, value: shown(fallback) }]), ...said]
  const origin = resolved?.originOf(keys)
  const description = nodes.find((node) => typeof node['description'] === 'string')?.['description']
  const node: { readonly [key: string]: Json } = Object.assign({}, ...nodes.toReversed())
  const { default: _, enum: __, const: ___, ...bare } = node
  return {
    key,
    ...(value === undefined ? {} : { value: shown(value), text: JSON.stringify(shown(value)) }),
    ...(origin ? { origin } : {}),
    layers: layers.map((each) => ({ ...each, text: JSON.stringify(each.value) })),
    ...(nodes.length > 0 ? { needed: describeSchema(schema!, isSecretAt(schema, keys) ? bare : node) } : {}),
    ...(typeof description === 'string' ? { description } : {}),
  }
}

function explainSetting(path: readonly string[], settings: readonly Setting[], slot?: AskedSlot): ConfigExplanation {
  const key = path.join('.')
  const inSlot = slot ? path.slice(2) : undefined
  const node = nodeAt(inSlot ? { type: 'group', description: 'A slot.', keys: slotKeys } : configKeys, inSlot ?? path)
  if (!node) {
    const known = Object.keys(inSlot ? slotKeys : configKeys.keys)
    throw new PluginError('not-found', `There is no key '${key}'`, {
      origin: 'caller',
      hint: didYouMean(path.at(-1)!, known).trim() || `There are ${known.join(', ')}.`,
    })
  }
  const wanted = slot ? ['slots', folded(slot.name), ...path.slice(2)] : path
  const said = settings.flatMap((setting) => {
    const isAround = setting.path.every((each, i) => wanted[i] === each)
    const value = isAround ? valueAt(setting.value, wanted.slice(setting.path.length)) : undefined
    const isInside = setting.path.length > wanted.length && wanted.every((each, i) => setting.path[i] === each)
    const found = isInside ? nest(setting.path.slice(wanted.length), setting.value) : value
    if (found === undefined || setting.name !== undefined || setting.path[2] === 'config') return []
    return [{ origin: originOf(setting), value: found, text: textOf(node, found) }]
  })
  const fallback = node.type === 'group' || node.type === 'named' ? undefined : node.default
  const layers = [
    ...(fallback === undefined ? [] : [{ origin: { layer: 'default' as const }, value: fallback, text: String(fallback) }]),
    ...said,
  ]
  const last = layers.at(-1)
  return {
    key,
    ...(last ? { value: last.value, text: last.text, origin: last.origin } : {}),
    layers,
    ...(node.type === 'group' || node.type === 'named' ? {} : { needed: describeKey(node) }),
    description: node.description,
  }
}

function nodeAt(start: ConfigKey, keys: readonly string[]): ConfigKey | undefined {
  return keys.reduce<ConfigKey | undefined>((node, key) => {
    if (node?.type === 'named') return node.of
    return node?.type === 'group' && Object.hasOwn(node.keys, key) ? node.keys[key] : undefined
  }, start)
}

function originOf(setting: Setting): Origin {
  if (setting.variable !== undefined) return { layer: 'environment', variable: setting.variable }
  const { file, layer } = setting.source!
  const line = lineOf(setting)
  return { layer: layer === 'workspace' ? 'workspace-plugin' : layer, file, ...(line === undefined ? {} : { line }) }
}

function textOf(node: ConfigKey, value: Json): string {
  if (typeof value === 'number' && node.type === 'duration') return printDuration(value)
  return typeof value === 'number' && node.type === 'size' ? printSize(value) : JSON.stringify(value)
}

function nest(keys: readonly string[], value: Json): Json {
  return keys.reduceRight<Json>((inside, key) => ({ [key]: inside }), value)
}

/** Keys of every single value: lists count as one. */
function leaves(value: Json, keys: readonly string[] = []): readonly (readonly string[])[] {
  if (!isObject(value)) return [keys]
  return Object.entries(value).flatMap(([key, inside]) => leaves(inside, [...keys, key]))
}

/** The whole configuration as people are shown it. */
export function configInForce(
  config: LoadedConfig | undefined,
  slots: ReadonlyMap<string, AskedSlot>,
  host: { readonly timeout: number; readonly memory: number; readonly plugins: readonly string[] },
): ConfigInForce {
  const said = config?.host
  return {
    timeout: host.timeout,
    memory: host.memory,
    plugins: { paths: host.plugins, enabled: said?.plugins.enabled ?? true, discover: said?.plugins.discover ?? true },
    policy: said?.policy ?? {},
    security: said?.security ?? {},
    slots: Object.fromEntries([...slots].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, slot]) => [name, configDetails(slot)])),
  }
}

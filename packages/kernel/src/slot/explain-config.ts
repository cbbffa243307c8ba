import { type Json, PluginError } from '@cardcage/plugin'
import { didYouMean } from '@cardcage/plugin/internal'
import { asWritten } from '../config/as-written.ts'
import { type ConfigKey, configKeys, folded, slotKeys, snakeCase } from '../config/config-keys.ts'
import { type Origin, originIn } from '../config/config-layer.ts'
import { lineOf, type Setting } from '../config/config-settings.ts'
import { describeKey } from '../config/config-value.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { valueAt } from '../config/resolve-slot-config.ts'
import { keysAt, schemaAt } from '../config/schema-at.ts'
import { isSecretAt, maskConfig, masked } from '../config/secret.ts'
import { settingsBelow } from '../config/settings-below.ts'
import { describeSchema } from '../manifest/describe-schema.ts'
import { printPath } from '../manifest/schema-node.ts'
import type { AskedSlot } from './asked-slots.ts'
import { findSlot, leaves } from './config-details.ts'

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

/**
 * Where a value comes from. The key is one of the reference (`timeout`, `slots.crm.policy.timeout`, `slots.crm.config.api_url`), or a slot and a key of its config
 * (`crm.api_url`), or, where its config has no such key, of the slot itself (`crm.policy.timeout`).
 *
 * @throws {PluginError} `not-found` with the nearest key
 */
export function explainConfigKey(key: string, config: LoadedConfig | undefined, slots: ReadonlyMap<string, AskedSlot>): ConfigExplanation {
  const keys = key.split('.')
  if (keys[0] === 'slots' && keys.length > 1) {
    const slot = findSlot(keys[1]!, slots)
    if (keys[2] === 'config') return explainConfigValue(slot, keys.slice(3))
    return explainSetting(['slots', slot.name, ...keys.slice(2)], settingsOfSlot(slot, config), slot)
  }
  if (Object.hasOwn(configKeys.keys, snakeCase(keys[0]!))) return explainSetting(keys.map(snakeCase), config?.settings ?? [])
  const slot = findSlot(keys[0]!, slots, Object.keys(configKeys.keys))
  const [first = '', ...rest] = keys.slice(1)
  const isOfSlot = Object.hasOwn(slotKeys, snakeCase(first)) && schemaAt(slot.plugin.manifest?.configSchema, [first]).length === 0
  if (!isOfSlot)
    return explainConfigValue(
      slot,
      [first, ...rest].filter((part) => part !== ''),
    )
  return first === 'config'
    ? explainConfigValue(slot, rest)
    : explainSetting(['slots', slot.name, first, ...rest], settingsOfSlot(slot, config), slot)
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
  const isSingle = node.type !== 'group' && node.type !== 'named'
  return {
    key,
    ...(isSingle ? layers.at(-1) : wholeOf(node, wanted, settings)),
    layers,
    ...(isSingle ? { needed: describeKey(node) } : {}),
    description: node.description,
  }
}

/** The settings of a slot, above those of the policies that hold for it, and below what the program says. */
function settingsOfSlot({ name, kinds, settings, program }: AskedSlot, config: LoadedConfig | undefined): readonly Setting[] {
  const start = ['slots', folded(name)]
  const common = ['all', ...kinds].flatMap((of) =>
    (config?.settings ?? []).flatMap((setting) =>
      setting.path[0] === 'policy' && setting.path[1] === of ? [{ ...setting, path: [...start, 'policy', ...setting.path.slice(2)] }] : [],
    ),
  )
  const { config: _, plugin: __, ...own } = program ?? { plugin: '' }
  return [
    ...common,
    ...settings,
    ...leaves(own as Json)
      .filter(({ length }) => length > 0)
      .map((keys) => ({ path: [...start, ...keys.map(snakeCase)], value: valueAt(own as Json, keys)!, keys: [] })),
  ]
}

/** What all settings below a key come to together. */
function wholeOf(node: ConfigKey, path: readonly string[], settings: readonly Setting[]): Pick<ConfigExplanation, 'value' | 'text'> {
  const shown = settings.filter((setting) => setting.name === undefined && setting.path[2] !== 'config')
  const value = settingsBelow(shown, path)
  return Object.keys(value).length === 0 ? {} : { value, text: textOf(node, value) }
}

function nodeAt(start: ConfigKey, keys: readonly string[]): ConfigKey | undefined {
  return keys.reduce<ConfigKey | undefined>((node, key) => {
    if (node?.type === 'named') return node.of
    return node?.type === 'group' && Object.hasOwn(node.keys, key) ? node.keys[key] : undefined
  }, start)
}

function originOf(setting: Setting): Origin {
  if (setting.variable !== undefined) return { layer: 'environment', variable: setting.variable }
  if (!setting.source) return { layer: 'program' }
  const { file, layer } = setting.source
  const line = lineOf(setting)
  return { layer: layer === 'workspace' ? 'workspace-plugin' : layer, file, ...(line === undefined ? {} : { line }) }
}

function textOf(node: ConfigKey, value: Json): string {
  const written = asWritten(value, node)
  return written !== value && typeof written === 'string' ? written : JSON.stringify(written)
}

function nest(keys: readonly string[], value: Json): Json {
  return keys.reduceRight<Json>((inside, key) => ({ [key]: inside }), value)
}

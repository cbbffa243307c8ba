import { type Json, PluginError } from '@cardcage/plugin'
import { didYouMean } from '@cardcage/plugin/internal'
import { folded } from '../config/config-keys.ts'
import type { Origin } from '../config/config-layer.ts'
import type { ConfigProblem } from '../config/config-problem.ts'
import type { HostConfig, LoadedConfig } from '../config/load-config.ts'
import { valueAt } from '../config/resolve-slot-config.ts'
import { maskConfig, maskSchema } from '../config/secret.ts'
import type { JsonSchema } from '../manifest/manifest.ts'
import { isObject, printPath } from '../manifest/schema-node.ts'
import type { AskedSlot } from './asked-slots.ts'
import type { SlotConfig } from './slot-info.ts'
import { defaultVersionPolicy } from './version-wanted.ts'

/** A slot's configuration as it is in force; secrets are masked. */
export interface ConfigDetails {
  readonly slot: string
  readonly plugin: string
  readonly enabled: boolean
  readonly isolation: 'process' | 'inline'
  readonly instances: number
  /** The version of the plugin its config is for, as it was written. */
  readonly version?: string
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

/** A slot's configuration as people are shown it. */
export function configDetails({ name, config, plugin, resolved, settings }: AskedSlot): ConfigDetails {
  const { manifest } = plugin
  const version = settings.findLast(({ path }) => path.length === 3 && path[2] === 'version')?.value
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
    ...(typeof version === 'string' ? { version } : {}),
    policy: config.policy ?? {},
    config: shown,
    values,
    problems: (resolved?.problems ?? []).map(({ strict: _, said: __, place: ___, value: ____, ...problem }) => problem),
  }
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

/** Keys of every single value: lists count as one. */
export function leaves(value: Json, keys: readonly string[] = []): readonly (readonly string[])[] {
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
    plugins: {
      paths: host.plugins,
      enabled: said?.plugins.enabled ?? true,
      discover: said?.plugins.discover ?? true,
      versionCompatibility: said?.plugins.versionCompatibility ?? defaultVersionPolicy,
    },
    policy: said?.policy ?? {},
    security: said?.security ?? {},
    slots: Object.fromEntries([...slots].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, slot]) => [name, configDetails(slot)])),
  }
}

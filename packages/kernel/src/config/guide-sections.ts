import type { Json } from '@cardcage/plugin'
import { isObject } from '../manifest/schema-node.ts'
import { configKeys, type ConfigKey, findKey, folded, type GroupKey, slotKeys, snakeCase, unitOf } from './config-keys.ts'
import type { Found, SettingsReader } from './settings-reader.ts'

/** What a key of a guide means here: a path of the reference, or `null` where nothing here uses it. */
type Meanings = Readonly<Record<string, readonly string[] | null>>

/** Keys of `plugins:` in distributed-transformer's configuration. */
const pluginsMeanings: Meanings = {
  plugin_dir: ['plugins', 'paths'],
  enable_plugins: ['plugins', 'enabled'],
  load_timeout: ['policy', 'all', 'start_timeout'],
  default_timeout: ['timeout'],
  enable_hot_reload: null,
  hot_reload_interval: null,
}

/** Keys of `security:` in Platform Base's and the recommendation engine's configuration. */
const securityMeanings: Meanings = {
  default_timeout: ['timeout'],
  validate_api_keys: null,
  global_rate_limit: null,
  anonymize_logs: null,
  log_retention_days: null,
  verify_ssl: null,
  min_tls_version: null,
}

/** Keys of `manager:` in the recommendation engine's configuration, which are about its enrichers. */
const managerMeanings: Meanings = {
  plugin_dir: ['plugins', 'paths'],
  auto_discovery: ['plugins', 'discover'],
  cache_ttl: ['policy', 'enrichment', 'cache', 'ttl'],
  timeout: ['policy', 'enrichment', 'timeout'],
  max_retries: ['policy', 'enrichment', 'retry', 'retries'],
  retry_delay: ['policy', 'enrichment', 'retry', 'delay'],
  watch_interval: null,
}

/** Sections of the guides' files that configure what only their own hosts have. */
const unusedSections = [
  'formats',
  'storage',
  'streaming',
  'processing',
  'health',
  'notification',
  'notifications',
  'performance',
  'development',
  'marketplace',
] as const

type Section = (reader: SettingsReader, found: Found) => void

/** Sections that are read as a guide has them, by their key. */
export const guideSections: Readonly<Record<string, Section | undefined>> = {
  __proto__: null as never,
  plugins: readPlugins,
  security: readSecurity,
  manager: (reader, { value, keys }) =>
    eachKey(reader, value, keys, Object.keys(managerMeanings), (key, found) => readMeaning(reader, managerMeanings, key, found)),
  ...Object.fromEntries(
    unusedSections.map((name): [string, Section] => [
      name,
      (reader, { keys }) => {
        reader.ignore(keys)
        reader.warn(keys, 'is not used', 'It means something only to the program it comes from; take it out.')
      },
    ]),
  ),
}

/** Is this `NAME: { version, settings, feature_flags }`, a slot as Panotti's plugin_config.yaml has it? */
export function isSlotBlock(value: Json): boolean {
  if (!isObject(value)) return false
  const keys = Object.keys(value)
  return keys.some((key) => key === 'settings' || key === 'feature_flags') && keys.every((key) => slotBlockKeys.has(key))
}

const slotBlockKeys = new Set(['settings', 'feature_flags', ...Object.keys(slotKeys)])

function readPlugins(reader: SettingsReader, { value, keys: section }: Found): void {
  const group = configKeys.keys['plugins'] as GroupKey
  const known = [...Object.keys(group.keys), ...Object.keys(pluginsMeanings), 'plugin_configs']
  eachKey(reader, value, section, known, (key, found) => {
    const own = findKey(group.keys, key)
    if (own) reader.read(own.node, { ...found, path: ['plugins', own.name] })
    else if (snakeCase(key) === 'plugin_configs') readPluginConfigs(reader, found)
    else if (readMeaning(reader, pluginsMeanings, key, found)) return true
    else if (isObject(found.value) || found.value === null) reader.readSlot(key, found.value, found.keys)
    else return false
    return true
  })
}

function readPluginConfigs(reader: SettingsReader, { value, keys }: Found): void {
  if (value === null) return
  if (!isObject(value)) return reader.error(keys, 'configs by plugin are needed here', 'Write `plugin_configs: { ID: { … } }`.')
  for (const [name, config] of Object.entries(value)) {
    reader.readSlot(name, null, [...keys, name])
    reader.read(slotKeys['config']!, { value: config, keys: [...keys, name], path: ['slots', folded(name), 'config'] })
  }
}

function readSecurity(reader: SettingsReader, { value, keys: section }: Found): void {
  const group = configKeys.keys['security'] as GroupKey
  const known = [...Object.keys(group.keys), ...Object.keys(securityMeanings), 'enable_sandboxing']
  eachKey(reader, value, section, known, (key, found) => {
    const own = findKey(group.keys, key)
    if (own) reader.read(own.node, { ...found, path: ['security', own.name] }, own.factor)
    else if (snakeCase(key) === 'enable_sandboxing') readSandboxing(reader, found)
    else return readMeaning(reader, securityMeanings, key, found)
    return true
  })
}

function readSandboxing(reader: SettingsReader, { value, keys }: Found): void {
  if (value === false || value === 'false')
    reader.warn(
      keys,
      'is not used: every plugin runs in a process of its own',
      'Give `isolation: inline` to the slot of a plugin you trust.',
    )
  else if (value !== true && value !== 'true') reader.error(keys, 'true or false needed', 'Correct the value.')
}

function eachKey(
  reader: SettingsReader,
  value: Json,
  section: readonly string[],
  known: readonly string[],
  take: (key: string, found: Found) => boolean,
): void {
  if (value === null) return
  if (!isObject(value)) return reader.error(section, 'keys with values are needed here', `Possible: ${known.join(', ')}.`)
  for (const [key, inside] of Object.entries(value)) {
    const keys = [...section, key]
    if (!take(key, { value: inside, keys, path: keys })) reader.unknown(key, keys, known)
  }
}

/** @returns whether the key means anything */
function readMeaning(reader: SettingsReader, meanings: Meanings, key: string, { value, keys }: Found): boolean {
  const written = snakeCase(key)
  const unit = Object.hasOwn(meanings, written) ? undefined : unitOf(written)
  const name = unit?.type ? unit.base : written
  if (!Object.hasOwn(meanings, name)) return false
  const path = meanings[name]
  if (!path) {
    reader.ignore(keys)
    reader.warn(keys, 'is not used', 'It means something only to the program it comes from; take it out.')
  } else reader.read(keyAt(path), { value, keys, path }, unit?.factor)
  return true
}

function keyAt(path: readonly string[]): ConfigKey {
  return path.reduce<ConfigKey>((node, key) => (node as GroupKey).keys[key]!, configKeys)
}

import { kinds } from '../manifest/manifest.ts'

/** What a key of the configuration holds. Times are read into milliseconds, sizes into bytes. */
export type ConfigKey = ValueKey | GroupKey | NamedKey

/** A key with a value. */
export interface ValueKey {
  readonly type: 'duration' | 'size' | 'count' | 'number' | 'boolean' | 'text' | 'texts' | 'paths' | 'object' | 'choice'
  readonly description: string
  /** As it is written. */
  readonly default?: string | number | boolean
  /** Least value: milliseconds, bytes, or as it is. Default 0. */
  readonly minimum?: number
  readonly maximum?: number
  readonly choices?: readonly string[]
  /** Kept and shown, but nothing acts on it yet. */
  readonly unenforced?: true
  /** The only system on which something acts on it. */
  readonly enforcedOn?: NodeJS.Platform
}

/** A key with keys below it. */
export interface GroupKey {
  readonly type: 'group'
  readonly description: string
  readonly keys: Readonly<Record<string, ConfigKey>>
  readonly required?: readonly string[]
}

/** A key whose keys are names of the operator's choice, each with the same keys below it. */
export interface NamedKey {
  readonly type: 'named'
  readonly description: string
  readonly of: GroupKey
}

const group = (description: string, keys: GroupKey['keys'], required?: readonly string[]): GroupKey => ({
  type: 'group',
  description,
  keys,
  ...(required ? { required } : {}),
})
const duration = (description: string, more: Partial<ValueKey> = {}): ValueKey => ({ type: 'duration', description, ...more })

/** Longest wait in milliseconds, about 24 days: a timer can be set to no more. */
const longestWait = 0x7fffffff
const wait = (description: string, more: Partial<ValueKey> = {}) => duration(description, { maximum: longestWait, ...more })

/** Keys of `policy`: what stands between a caller and a slot. */
export const policyKeys: GroupKey['keys'] = {
  timeout: duration('Until the result of a call; one deadline for waiting and all attempts together.', { minimum: 1 }),
  start_timeout: duration('Until an instance must be ready.', { minimum: 1, default: '30s' }),
  concurrency: {
    type: 'count',
    minimum: 1,
    description:
      'Calls at once, of each instance. Default 4 for source, format and handler, 1 where there is an analysis or visualization.',
  },
  queue: { type: 'count', description: 'Calls that may wait for their turn. Default: any number.' },
  retry: group(
    'Try again what failed and may succeed later.',
    {
      retries: { type: 'count', maximum: 100, description: 'Attempts after the first.' },
      delay: wait('Before the first retry.', { default: '1s' }),
      max_delay: wait('Most between two attempts.', { default: '30s' }),
      factor: { type: 'number', minimum: 1, maximum: 100, default: 2, description: 'How the delay grows.' },
    },
    ['retries'],
  ),
  breaker: group(
    'Stop calling what keeps failing.',
    {
      failures: { type: 'count', minimum: 1, description: 'Failures in a row that open it.' },
      open_for: wait('How long it stays open before one call may probe.', { minimum: 1, default: '30s' }),
    },
    ['failures'],
  ),
  rate: group(
    'So many calls in so much time.',
    { calls: { type: 'count', minimum: 1, description: 'Calls.' }, per: wait('The time they are counted in.', { minimum: 1 }) },
    ['calls', 'per'],
  ),
  cache: group(
    'Keep results of deterministic operations and of enrichments.',
    {
      ttl: wait('How long a result is kept.', { minimum: 1 }),
      max_bytes: { type: 'size', minimum: 1, default: '64MiB', description: 'Bytes of all results kept.' },
    },
    ['ttl'],
  ),
}

/** Keys of a slot: `slots.NAME`. */
export const slotKeys: GroupKey['keys'] = {
  plugin: { type: 'text', description: 'Id of its plugin. Default: the name of the slot.' },
  version: {
    type: 'text',
    description:
      'Range the plugin’s version must be in (`^1.2`, `>=1.0 <3`, `~=1.2.0`), or a bare version: see `plugins.version_compatibility`. Default: any.',
  },
  enabled: { type: 'boolean', description: 'Default true, or what the manifest says.' },
  isolation: {
    type: 'choice',
    choices: ['process', 'inline'],
    default: 'process',
    description: '`inline` runs the plugin’s code in the host: only what the operator trusts.',
  },
  instances: { type: 'count', minimum: 1, maximum: 1000, default: 1, description: 'Processes that share the slot’s calls.' },
  config: { type: 'object', description: 'The plugin’s config, by its schema: see `cardcage config schema PLUGIN`.' },
  policy: group('What stands between a caller and the slot.', policyKeys),
}

/** Every key of the configuration. Its JSON Schema, its reference page and its reader are made from this. */
export const configKeys: GroupKey = group('The configuration of a Cardcage host.', {
  include: { type: 'texts', description: 'Files below this one, relative to it: a path or a list of them.' },
  timeout: duration('Default deadline of a call.', { minimum: 1, default: '30s' }),
  memory: { type: 'size', minimum: 1, default: '1GiB', description: 'Bytes all calls together may reserve.' },
  plugins: group('Where plugins come from.', {
    paths: { type: 'paths', description: 'Plugin folders, or folders of them, relative to this file.' },
    enabled: { type: 'boolean', default: true, description: 'False: no plugin is loaded but those that come with the host.' },
    discover: { type: 'boolean', default: true, description: 'False: of the plugins found, only those that a slot names are used.' },
    version_compatibility: {
      type: 'choice',
      choices: ['Exact', 'Major', 'Minor', 'Any'],
      default: 'Exact',
      description: 'What a bare `version` of a slot allows, 1.2.0 for one: that version, the same major (^), the same minor (~), any.',
    },
  }),
  slots: {
    type: 'named',
    description: 'Slots by name. A plugin that no slot names gets one called as its id.',
    of: group('A slot.', slotKeys),
  },
  policy: group('Policies that hold where a slot says nothing: of every slot, and of those that provide a kind.', {
    all: group('Of every slot.', policyKeys),
    ...Object.fromEntries(kinds.map((kind) => [kind, group(`Of every slot that provides this kind: ${kind}.`, policyKeys)])),
  }),
  security: group('Bounds the operator sets for every plugin.', {
    max_memory: {
      type: 'size',
      minimum: 1,
      description: 'Most memory of a plugin’s process; a manifest may ask for less, never for more.',
    },
    max_cpu_percent: {
      type: 'number',
      minimum: 1,
      maximum: 10_000,
      enforcedOn: 'linux',
      description:
        'Most processor time of a plugin’s process, in percent of one processor: 200 is two of them. A manifest may ask for less, never for more. Held on Linux.',
    },
    allowed_modules: { type: 'texts', unenforced: true, description: 'Modules a plugin may use.' },
    blocked_modules: { type: 'texts', unenforced: true, description: 'Modules a plugin may not use; they beat those allowed.' },
  }),
})

/** A key as it is looked up: `max-delay`, `maxDelay` and `MaxDelay` are `max_delay`. */
export function snakeCase(key: string): string {
  return key
    .replaceAll('-', '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
}

/** A name as it is compared: `my_plugin` is `my-plugin`. */
export function folded(name: string): string {
  return name.replaceAll('_', '-')
}

/** Units a key may have at its end: `timeout_secs: 30`. */
const units: Readonly<Record<string, { readonly type: 'duration' | 'size'; readonly factor: number }>> = {
  _ms: { type: 'duration', factor: 1 },
  _secs: { type: 'duration', factor: 1000 },
  _seconds: { type: 'duration', factor: 1000 },
  _bytes: { type: 'size', factor: 1 },
  _mb: { type: 'size', factor: 2 ** 20 },
}

/** A key without its unit, and how much one is; of a key without a unit one is a second, or a byte. */
export function unitOf(key: string): { readonly base: string; readonly type?: 'duration' | 'size'; readonly factor?: number } {
  const [suffix, unit] = Object.entries(units).find(([ending]) => key.endsWith(ending)) ?? []
  return suffix === undefined || !unit ? { base: key } : { base: key.slice(0, -suffix.length), ...unit }
}

/** A key of an object by any of its spellings, and what a bare number counts there. */
export function findKey(
  keys: GroupKey['keys'],
  written: string,
): { readonly name: string; readonly node: ConfigKey; readonly factor: number | undefined } | undefined {
  const name = snakeCase(written)
  if (Object.hasOwn(keys, name)) return { name, node: keys[name]!, factor: undefined }
  const { base, type, factor } = unitOf(name)
  return type && Object.hasOwn(keys, base) && keys[base]!.type === type ? { name: base, node: keys[base]!, factor } : undefined
}

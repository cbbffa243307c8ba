import { realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { type Json, type Kind, PluginError } from '@cardcage/plugin'
import { environment } from '../config/environment.ts'
import { hideSecrets } from '../config/secrets-hidden.ts'
import { validate } from '../config/validate.ts'
import type { EventBus } from '../event/bus.ts'
import { type IsolationLevel, kinds, type Manifest } from '../manifest/manifest.ts'
import { problemsAsError } from '../manifest/problem.ts'
import type { ProvidedByKind } from '../manifest/provides.ts'
import { createLog, type Log, type LogRecord } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Limit } from '../policy/limit.ts'
import { discover, type Discovered } from '../registry/discover.ts'
import { contentHash, folderKey, recall, remember } from '../registry/learnt.ts'
import { resolveDependencies } from '../registry/resolve-dependencies.ts'
import { createServices, createSlotCache } from './services.ts'
import { Slot } from './slot.ts'
import type { SlotConfig, SlotInfo, SlotState } from './slot-info.ts'
import { startInstance } from './start.ts'
import type { SlotStore } from './store.ts'

/** What all slots of a kernel share. */
export interface SlotsParts {
  readonly plugins: readonly string[]
  readonly slots: Readonly<Record<string, SlotConfig>>
  readonly home: string
  readonly cache: string
  /** Default deadline of a call in milliseconds. */
  readonly timeout: number
  readonly store: SlotStore
  readonly metrics: Metrics
  readonly memory: Limit
  readonly bus: EventBus
  readonly onLog: ((record: LogRecord) => void) | undefined
  /** An event a plugin has emitted. */
  publish(publication: { type: string; data: Json; subject?: string; source: string; correlation?: string }): void
}

/** One place in the table: a slot that can run, or why there is none. */
export interface Place {
  readonly name: string
  readonly slot: Slot | undefined
  readonly manifest: Manifest | undefined
  readonly log: Log
  info(): SlotInfo
}

/** The level a slot runs at here. */
export function levelOf(config: SlotConfig | undefined): IsolationLevel {
  return config?.isolation === 'inline' ? 'L0' : 'L1'
}

/**
 * Discover plugins and make a slot for each: those the config names, and one named as its id for every other. A bad one is a place with an error; the rest
 * are not touched by it. Starts nothing.
 *
 * @throws {PluginError} `not-found` where a path does not exist, or a slot names a plugin that is not there
 */
export function createSlots(parts: SlotsParts): ReadonlyMap<string, Place> {
  const discovery = discover(parts.plugins)
  const wrong = problemsAsError(discovery.problems)
  if (wrong) throw wrong
  const log = createLog(undefined, parts.onLog)
  for (const { message, file } of discovery.problems) log.write({ level: 'warn', message: `${file}: ${message}` })
  const ready = discovery.plugins.filter(({ state }) => state === 'ready')
  const configured = Object.entries(parts.slots)
  const taken = new Set(configured.map(([, { plugin }]) => plugin))
  const wanted = [
    ...configured.map(([name, config]) => ({ name, config, plugin: findPlugin(name, config, discovery.plugins) })),
    ...ready.filter(({ manifest }) => !taken.has(manifest!.id)).map((plugin) => ({ name: plugin.manifest!.id, config: { plugin: plugin.manifest!.id } as SlotConfig, plugin })),
  ]
  const enabled = new Map(wanted.map(({ config, plugin }) => [plugin.manifest?.id ?? plugin.path, config.enabled !== false]))
  const resolution = resolveDependencies(
    discovery.plugins
      .filter(({ state }) => state !== 'additional')
      .map(({ manifest, known, path, state }) => ({
        id: manifest?.id ?? known.id ?? path,
        ...(manifest ? { version: manifest.version } : {}),
        dependencies: manifest?.dependencies ?? [],
        state: state === 'failed' ? 'failed' : enabled.get(manifest!.id) === false ? 'disabled' : 'ready',
      })),
  )
  for (const { id, message } of resolution.warnings) log.write({ level: 'warn', message: `${id}: ${message}` })
  const places = new Map<string, Place>()
  const byPlugin = new Map<string, Slot>()
  for (const { name, config, plugin } of wanted) {
    for (const { message } of plugin.problems) log.write({ level: 'warn', message: `${plugin.file}: ${message}` })
    const place = plugin.manifest
      ? createPlace(parts, name, config, plugin, plugin.manifest, resolution.failures.get(plugin.manifest.id), (id) => byPlugin.get(id))
      : failedPlace(plugin, name, parts.onLog)
    places.set(name, place)
    if (place.slot && plugin.manifest) byPlugin.set(plugin.manifest.id, place.slot)
  }
  for (const plugin of discovery.plugins.filter(({ state }) => state === 'failed')) {
    const name = plugin.known.id ?? basename(plugin.path)
    places.set(places.has(name) ? plugin.path : name, failedPlace(plugin, name, parts.onLog))
  }
  return new Map([...places].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function findPlugin(name: string, config: SlotConfig, plugins: readonly Discovered[]): Discovered {
  const found = plugins.find(({ state, known }) => state !== 'additional' && known.id === config.plugin)
  if (found) return found
  const ids = plugins.flatMap(({ known }) => known.id ?? [])
  throw new PluginError('not-found', `Slot '${name}' names the plugin '${config.plugin}', which is not there`, { hint: `There are ${ids.join(', ') || 'none'}.` })
}

function createPlace(
  parts: SlotsParts,
  name: string,
  config: SlotConfig,
  plugin: Discovered,
  manifest: Manifest,
  unresolved: PluginError | undefined,
  slotOf: (plugin: string) => Slot | undefined,
): Place {
  const log = createLog(name, parts.onLog)
  const level = levelOf(config)
  const path = realpathSync(plugin.path)
  const key = folderKey(path, plugin.text ?? '')
  const known = manifest.provides ?? recall(parts.cache, key)
  const checked = manifest.configSchema ? validate(manifest.configSchema, config.config ?? {}, { noun: 'config key' }) : { value: config.config ?? {}, problems: [] }
  const error = unresolved ?? configError(name, checked.problems) ?? levelError(name, manifest, level)
  const place = (slot: Slot | undefined, state: () => SlotState, failure: () => PluginError | undefined, provides: () => ProvidedByKind | undefined): Place => ({
    name,
    slot,
    manifest,
    log,
    info: () => describe(name, path, manifest, level, state(), failure(), provides()),
  })
  if (error) return place(undefined, () => 'failed', () => error, () => known)
  if (config.enabled === false) return place(undefined, () => 'disabled', () => undefined, () => known)

  const { config: hidden, reveal } = hideSecrets(checked.value as Json, manifest.configSchema, manifest.permissions.secrets.map(({ value }) => value))
  const services = createServices({
    slot: name,
    net: manifest.permissions.net,
    log,
    metrics: parts.metrics,
    store: parts.store,
    memory: parts.memory,
    cache: createSlotCache(),
    reveal,
    emit: (type, data, subject, correlation) =>
      parts.publish({ type, data, source: `/cardcage/${name}`, ...(subject === undefined ? {} : { subject }), ...(correlation === undefined ? {} : { correlation }) }),
  })
  const needed = manifest.dependencies
  const slot = new Slot({
    name,
    path,
    manifest,
    config,
    log,
    store: parts.store,
    known,
    concurrency: config.policy?.concurrency ?? defaultConcurrency(known),
    timeout: config.policy?.timeout ?? manifest.limits.timeout ?? parts.timeout,
    startDependencies: async () => {
      for (const { name: id, optional } of needed) {
        if (!optional) await slotOf(id)?.active()
        else await slotOf(id)?.active().catch(() => undefined)
      }
    },
    start: (carry) =>
      startInstance({
        slot: name,
        path,
        manifest,
        config: hidden,
        isolation: config.isolation ?? 'process',
        cache: parts.cache,
        home: parts.home,
        env: environment(manifest.permissions.env.map(({ value }) => value)),
        services,
        active: needed.filter(({ name: id }) => slotOf(id)?.state === 'active').map(({ name: id }) => id),
        carry,
      }),
    onActive: ({ provides }) => {
      if (manifest.provides || known) return
      void contentHash(path).then((content) => remember(parts.cache, [key, content], provides))
    },
    onState: (state) => parts.bus.announce(parts.bus.complete({ type: `plugin.${state}`, data: { slot: name, plugin: manifest.id }, source: '/cardcage' })),
  })
  return place(slot, () => slot.state, () => slot.error, () => slot.provides)
}

function failedPlace(plugin: Discovered, name: string, onLog: ((record: LogRecord) => void) | undefined): Place {
  const { known, path, problems } = plugin
  const error = problemsAsError(problems) ?? new PluginError('invalid-manifest', `${path} cannot be read`)
  return {
    name,
    slot: undefined,
    manifest: undefined,
    log: createLog(name, onLog),
    info: () => ({
      slot: name,
      id: known.id ?? name,
      name: known.name ?? name,
      version: known.version ?? '',
      description: known.description ?? '',
      kinds: [],
      state: 'failed',
      isolation: levelOf(undefined),
      path,
      error,
    }),
  }
}

function describe(
  slot: string,
  path: string,
  manifest: Manifest,
  isolation: IsolationLevel,
  state: SlotState,
  error: PluginError | undefined,
  provides: ProvidedByKind | undefined,
): SlotInfo {
  const { id, name, version, description } = manifest
  const offered: Kind[] = kinds.filter((kind) => Object.keys(provides?.[kind] ?? {}).length > 0)
  return { slot, id, name, version, description, kinds: offered, state, isolation, path, ...(error ? { error } : {}) }
}

function configError(name: string, problems: readonly { readonly message: string }[]): PluginError | undefined {
  if (problems.length === 0) return undefined
  return new PluginError('invalid-config', `Config of slot '${name}': ${problems.map(({ message }) => message).join('; ')}`, { details: { problems: problems as unknown as Json } })
}

function levelError(name: string, { isolation }: Manifest, level: IsolationLevel): PluginError | undefined {
  if (!isolation.minimum || level >= isolation.minimum) return undefined
  return new PluginError('incompatible', `${name} asks for isolation ${isolation.minimum} at least; here it would run at ${level}`, {
    hint: 'Run it on a host that offers that level, or lower `isolation.minimum` of its manifest.',
  })
}

/** Calls at once: several for what waits for others, one for what computes. */
function defaultConcurrency(provides: ProvidedByKind | undefined): number {
  return provides && Object.keys(provides.analysis ?? {}).length + Object.keys(provides.visualization ?? {}).length > 0 ? 1 : 4
}

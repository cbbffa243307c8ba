import type { Json, PluginError } from '@cardcage/plugin'
import { environment } from '../config/environment.ts'
import { hideSecrets } from '../config/secrets-hidden.ts'
import type { EventBus, Publication } from '../event/bus.ts'
import { checkProvides } from '../manifest/check-provides.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { ProvidedByKind } from '../manifest/provides.ts'
import type { Log, LogRecord } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { BreakerState } from '../policy/breaker.ts'
import { createCallPolicy } from '../policy/call-policy.ts'
import type { Limit } from '../policy/limit.ts'
import type { Discovered } from '../registry/discover.ts'
import { contentHash, folderKey, recall, remember } from '../registry/learnt.ts'
import { allowedHosts } from './allowed-hosts.ts'
import { importedFiles } from '../link/modules.ts'
import { compareProvides } from './compare-provides.ts'
import { concealSecrets } from './concealed.ts'
import type { History } from './history.ts'
import { createServices, createSlotCache } from './services.ts'
import { Slot } from './slot.ts'
import type { SlotConfig } from './slot-info.ts'
import { startDependencies } from './start-dependencies.ts'
import { startInstance } from './start.ts'
import type { SlotStore } from './store.ts'

/** What all slots of a kernel share. */
export interface SharedParts {
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
  publish(publication: Publication, log: Log): void
  /** A slot has become active. */
  onActive(slot: Slot): void
}

/** A slot that is wanted: its name, its config, its plugin. */
export interface Wanted {
  readonly name: string
  readonly config: SlotConfig
  readonly plugin: Discovered
  readonly manifest: Manifest
  /** Place among the slots the config names, from 0; `Infinity` for the others. */
  readonly rank: number
  readonly builtIn: boolean
  /** What it has to do without, for people. */
  readonly degraded: readonly string[]
  /** Why its dependencies keep it from running. */
  readonly unresolved: PluginError | undefined
}

/** Make a slot with all it stands on; its secrets leave it only through `ctx.fetch`. Starts nothing. */
export function createSlot(
  shared: SharedParts,
  wanted: Wanted,
  config: Json,
  known: ProvidedByKind | undefined,
  { log: plainLog, history }: { readonly log: Log; readonly history: History },
  slotOf: (plugin: string) => Slot | undefined,
): Slot {
  const { name, manifest, plugin, rank, builtIn } = wanted
  const { path } = plugin
  const concealed = concealSecrets(config, manifest.configSchema)
  const log = concealed.log(plainLog)
  const hidden = hideSecrets(
    config,
    manifest.configSchema,
    manifest.permissions.secrets.map(({ value }) => value),
  )
  const services = createServices({
    slot: name,
    net: allowedHosts(manifest, config),
    log,
    metrics: shared.metrics,
    store: shared.store,
    memory: shared.memory,
    cache: createSlotCache(),
    reveal: hidden.reveal,
    emit: (type, data, subject, correlation) =>
      shared.publish(
        {
          type,
          data,
          source: `/cardcage/${name}`,
          ...(subject === undefined ? {} : { subject }),
          ...(correlation === undefined ? {} : { correlation }),
        },
        log,
      ),
  })
  const keys = async () => [
    folderKey(path, plugin.text ?? ''),
    await contentHash(path, plugin.files && [...plugin.files, ...importedFiles(path, manifest.entry)]).catch(() => undefined),
  ]
  const announceBreaker = ({ state, failure }: BreakerState) => {
    const data = { slot: name, plugin: manifest.id, ...(failure === undefined ? {} : { failure }) }
    shared.bus.announce(shared.bus.complete({ type: `slot.breaker-${state}`, data, source: '/cardcage', subject: name }))
  }
  const slot: Slot = new Slot({
    name,
    path,
    manifest,
    config: wanted.config,
    log,
    store: shared.store,
    policy: createCallPolicy(name, wanted.config.policy ?? {}, { log, onState: announceBreaker }),
    concealed,
    rank,
    builtIn,
    known,
    concurrency: (provides) => wanted.config.policy?.concurrency ?? defaultConcurrency(provides),
    timeout: wanted.config.policy?.timeout ?? manifest.limits.timeout ?? shared.timeout,
    async recall() {
      const [folder, content] = await keys()
      const provides = recall(shared.cache, content)
      if (provides) remember(shared.cache, [folder], provides)
      return provides
    },
    startDependencies: (signal) => startDependencies(name, manifest.dependencies, slotOf, signal),
    async start(carry, signal) {
      const learning = manifest.provides || slot.provides ? [] : await keys()
      const active = manifest.dependencies.flatMap(({ name: id }) => (slotOf(id)?.state === 'active' ? [id] : []))
      const env = environment(manifest.permissions.env.map(({ value }) => value))
      const { home, cache } = shared
      const isolation = wanted.config.isolation ?? 'process'
      const link = await startInstance({
        slot: name,
        path,
        ...(plugin.files ? { files: plugin.files } : {}),
        manifest,
        config: hidden.config,
        isolation,
        cache,
        home,
        env,
        services,
        active,
        carry,
        log,
        signal,
        startTimeout: wanted.config.policy?.startTimeout,
      })
      try {
        const provides = settleProvides(manifest.provides, checkProvides(link.provides), log)
        remember(cache, learning, provides)
        return { link, provides }
      } catch (error) {
        await link.stop(0)
        throw error
      }
    },
    history,
    degraded: wanted.degraded,
    onChange({ time, state, ...change }, before) {
      if (state === 'active') shared.onActive(slot)
      // Its code may be another when it starts again.
      if (state === 'stopped') slot.parts.policy.reset()
      const data = { slot: name, plugin: manifest.id, version: manifest.version, before, ...change }
      shared.bus.announce(shared.bus.complete({ type: `slot.${state}`, data, source: '/cardcage', subject: name, time: new Date(time) }))
    },
  })
  return slot
}

/** What is offered: what the manifest says, where it says it, so that it is the same before and after the start. A difference is said. */
function settleProvides(manifest: ProvidedByKind | undefined, code: ProvidedByKind, log: Log): ProvidedByKind {
  if (!manifest) return code
  const differences = compareProvides(manifest, code)
  if (differences.length > 0) {
    log.write({
      level: 'warn',
      message: `"provides" of the manifest is not what the code provides: ${differences.join('; ')}`,
      fields: { differences: [...differences] },
    })
  }
  return manifest
}

/** Calls at once: several for what waits for others, one for what computes. */
function defaultConcurrency(provides: ProvidedByKind | undefined): number {
  return provides && Object.keys(provides.analysis ?? {}).length + Object.keys(provides.visualization ?? {}).length > 0 ? 1 : 4
}

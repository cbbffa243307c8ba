import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ByteSource,
  type Event,
  type Figure,
  type FigureWish,
  type Kind,
  PluginError,
  type Reader,
  type Stream,
  type Subject,
} from '@cardcage/plugin'
import type { Json } from '@cardcage/plugin'
import { configProblemsAsError } from './config/config-problem.ts'
import type { LoadedConfig } from './config/load-config.ts'
import { places } from './config/places.ts'
import { maskConfig, maskSchema } from './config/secret.ts'
import { createEventBus, matches, type Publication } from './event/bus.ts'
import type { Address } from './kind/address.ts'
import { analyze } from './kind/analysis.ts'
import { at, stamped, type Target } from './kind/answer.ts'
import { exporterFor } from './kind/choose-exporter.ts'
import { formatToRead, formatToWrite } from './kind/choose-format.ts'
import { enrich } from './kind/enrichment.ts'
import { read, write } from './kind/format.ts'
import { deliver } from './kind/handler.ts'
import { createLocator } from './kind/locate.ts'
import type {
  AnalysisResult,
  Answer,
  CallOptions,
  Delivery,
  Enriched,
  OperationRequest,
  PlotRequest,
  ReadRequest,
  SourceRequest,
  WriteRequest,
} from './kind/request.ts'
import { checkSource, discoverSource, readSource } from './kind/source.ts'
import { within } from './kind/within.ts'
import { completeWish, draw, exportWith } from './kind/visualization.ts'
import type { JsonSchema } from './manifest/manifest.ts'
import type { LogRecord } from './observe/log.ts'
import { createMetrics, type Measurement } from './observe/metrics.ts'
import { createLimit } from './policy/limit.ts'
import { type ConfigDetails, type ConfigInForce, configDetails, configInForce, configSchemaOf, findSlot } from './slot/config-details.ts'
import { type ConfigChange, type Configured, configureSlot } from './slot/configure-slot.ts'
import { type ConfigExplanation, explainConfigKey } from './slot/explain-config.ts'
import { slotDetails, startedDetails } from './slot/slot-details.ts'
import type { SlotConfig, SlotDetails, SlotInfo } from './slot/slot-info.ts'
import { createSlots } from './slot/slots.ts'
import type { Slot } from './slot/slot.ts'
import { stopSlots } from './slot/stop-slots.ts'
import { openSlotStore } from './slot/store.ts'

/** What an embedded kernel is made from. */
export interface KernelOptions {
  /** Plugin folders, or folders of plugin folders. */
  plugins?: readonly string[]
  /** Those of them that come with the host: of equal offers, another plugin's wins. */
  builtIn?: readonly string[]
  /** Slots by name. Every discovered plugin that none names gets a slot named as its id. */
  slots?: Readonly<Record<string, SlotConfig>>
  /** Folder for durable state and the plugins' data folders. Default: a temporary folder, removed by `stop`. */
  home?: string
  /** Folder for what can be made again: stripped code, learnt manifests. Default `$XDG_CACHE_HOME/cardcage`. */
  cache?: string
  /** Receives every log line of host and plugins. */
  onLog?: (record: LogRecord) => void
  /** What was loaded from files and the environment; the other options are above it. Without it no file and no variable is read. */
  config?: LoadedConfig
  /** Default deadline of a call in milliseconds. Default 30,000. */
  timeout?: number
  /** Bytes all calls together may reserve by `call.reserve`. Default 1 GiB. */
  memory?: number
}

/** A program that hosts plugins. Made by `createKernel`. */
export interface Kernel extends AsyncDisposable {
  /** All slots, sorted by name; starts nothing and opens no plugin file. */
  list(): readonly SlotInfo[]
  /** One slot; learns what it provides where the manifest does not say. @throws `not-found` */
  info(slot: string): Promise<SlotDetails>
  /** `slot.kind.name`, or a name that is unambiguous, as a full address. @throws `not-found` with the nearest names, `conflict` with the candidates */
  resolve(address: string, kind?: Kind, options?: Pick<CallOptions, 'timeout' | 'signal'>): Promise<Address>
  analyze(address: string, request?: OperationRequest): Promise<Answer<AnalysisResult>>
  /** Draws; where the media type wished for is not drawn, an exporter makes it. */
  plot(address: string, request?: PlotRequest): Promise<Answer<Figure>>
  /** Makes one media type of figure into another. @throws `unsupported` where no exporter does */
  exportFigure(
    figure: Figure,
    wish: Partial<FigureWish> & { mediaType: string; scale?: number },
    options?: CallOptions,
  ): Promise<Answer<Figure>>
  read(source: ByteSource, request?: ReadRequest): Promise<Answer<Reader>>
  write(tables: Reader, request: WriteRequest): Promise<Answer<AsyncIterable<Uint8Array>>>
  readSource(address: string, request?: SourceRequest): Promise<Answer<Reader>>
  checkSource(address: string, options?: CallOptions): Promise<Answer<Readonly<Record<string, Json>>>>
  discoverSource(address: string, options?: CallOptions): Promise<Answer<readonly Stream[]>>
  enrich(address: string, subject: Subject, options?: CallOptions): Promise<Answer<Enriched | null>>
  /** Gives the event to every handler whose pattern matches; one that fails does not stop the others. The options are those of each call. */
  publish(event: Publication, options?: CallOptions): Promise<{ readonly event: Event; readonly deliveries: readonly Delivery[] }>
  /** Every event of this kernel, by a plugin, by `publish` or of a slot's state. `*` is one word, `**` any number. Returns the undo. */
  onEvent(pattern: string, listener: (event: Event) => void): () => void
  /** Everything the plugins have measured. */
  metrics(): readonly Readonly<Measurement>[]
  /** Ends a quarantine or a failure: the next call starts the slot again. @throws `not-found` */
  release(slot: string): void
  /** Starts the slot's instance now, where it is not running; what it provides is then what its code says. @throws what the start fails with */
  start(slot: string): Promise<SlotDetails>
  /** Stops the slot's instance now; the next call starts it again. @throws `not-found` */
  restart(slot: string): Promise<void>
  /** The configuration in force; secrets are masked. */
  configInForce(): ConfigInForce
  /** The configuration of one slot, with who says what; secrets are masked. @throws `not-found` */
  configOf(slot: string): ConfigDetails
  /** Every layer that has a key, and which won: `timeout`, `slots.crm.config.api_url`, `crm.api_url`. @throws `not-found` with the nearest */
  explainConfig(key: string): ConfigExplanation
  /** The JSON Schema of a plugin's config; values of secrets are masked. @throws `not-found`, `unsupported` where it has none */
  configSchemaOf(plugin: string): JsonSchema
  /** Change a plugin's own config file; it is read by the next kernel. @throws `invalid-config` where it does not fit: nothing is written then */
  configure(plugin: string, change: ConfigChange): Configured
  /** Stops everything in reverse order of start, within bounded time. */
  stop(): Promise<void>
}

const defaultTimeout = 30_000
const defaultMemory = 1024 * 1024 * 1024

/**
 * Make a kernel: discover plugins, check them, and be ready to call. Nothing is started before it is used.
 *
 * @throws {PluginError} `not-found` where a path or a plugin of `slots` is not there, `invalid-config` with everything that is wrong with the files of `config`; a
 *   bad plugin, or a config that does not fit one, only fails its own slot
 * @example
 * ```ts
 * import { createKernel } from '@cardcage/kernel'
 * import { table } from '@cardcage/plugin'
 *
 * await using kernel = await createKernel({ plugins: ['plugins'] })
 * const { result, metadata } = await kernel.analyze('custom_regression', { inputs: table({ x: [1, 2, 3], y: [2, 4, 7] }), params: { degree: 1 } })
 * if (metadata.pid === process.pid || result.summary['n'] !== 3) throw new Error('not computed in a process of its own')
 * ```
 */
export async function createKernel(options: KernelOptions = {}): Promise<Kernel> {
  const { config } = options
  const wrong = configProblemsAsError(config?.problems ?? [])
  if (wrong) throw wrong
  const host = {
    plugins: pluginPaths(options),
    timeout: options.timeout ?? config?.host.timeout ?? defaultTimeout,
    memory: options.memory ?? config?.host.memory ?? defaultMemory,
  }
  const temporary = options.home === undefined ? mkdtempSync(join(tmpdir(), 'cardcage-')) : undefined
  const home = options.home ?? temporary!
  const removeTemporary = () => temporary !== undefined && rmSync(temporary, { recursive: true, force: true })
  const store = openSlotStore(home)
  const bus = createEventBus()
  const metrics = createMetrics()
  const started = new Set<Slot>()
  let emitted = 0
  let stopping: Promise<void> | undefined

  const makeTable = () =>
    createSlots({
      plugins: host.plugins,
      builtIn: options.builtIn ?? [],
      slots: options.slots ?? {},
      config,
      home,
      cache: options.cache ?? places(process.cwd()).cache,
      timeout: host.timeout,
      store,
      metrics,
      memory: createLimit(host.memory),
      bus,
      onLog: options.onLog,
      onActive: (slot) => void started.add(slot),
      publish(publication, log) {
        const dropped = (why: string) => log.write({ level: 'error', message: `Event ${publication.type} was dropped: ${why}` })
        if (stopping) return dropped('the kernel is stopping')
        if (publication.type.startsWith('slot.')) return dropped('types that begin with `slot.` are the kernel’s own')
        if (emitted >= maxEmitted) return dropped(`${maxEmitted} are waiting`)
        emitted++
        publish(publication)
          .catch((error: unknown) => dropped(PluginError.from(error).message))
          .finally(() => emitted--)
      },
    })
  let made: ReturnType<typeof makeTable>
  try {
    made = makeTable()
  } catch (error) {
    store.close()
    removeTemporary()
    throw error
  }
  const { places: table, asked } = made
  const locator = createLocator(table)
  const { place } = locator
  const publish = async (publication: Publication, request: CallOptions = {}) => {
    const event = bus.complete(publication)
    bus.announce(event)
    const handlers = (await locator.all('handler')).filter(({ name }) => matches(name, event.type))
    return { event, deliveries: await Promise.all(handlers.map((handler) => deliver(handler, event, request))) }
  }
  /** Find what an address means, within the deadline of the call, and call it there. */
  const call = async <T>(address: string, kind: Kind, options: CallOptions, work: (target: Target) => Promise<T>): Promise<T> => {
    const target = locator.recent(address, kind) ?? (await within(options, address, locator.find(address, kind)))
    try {
      return await work(target)
    } catch (error) {
      throw stamped(PluginError.from(error), target)
    }
  }

  const kernel: Kernel = {
    list: () => [...table.values()].map((one) => one.info()),
    info: async (name) => withoutSecrets(await slotDetails(place(name))),
    resolve: (text, kind, options = {}) => within(options, text, locator.resolve(text, kind)),
    analyze: (address, request = {}) => call(address, 'analysis', request, (target) => analyze(target, request)),
    plot: (address, request = {}) =>
      call(address, 'visualization', request, async (target) => {
        if (target.provided.to !== undefined)
          throw new PluginError('invalid-call', `${target.name} is an exporter, not a plot type`, {
            hint: 'Draw a plot and ask for its media type.',
          })
        const wish = completeWish(request.wish)
        const draws = target.provided.draws ?? ['image/svg+xml']
        if (draws.includes(wish.mediaType)) return await draw(target, request, wish)
        const exporter = await exporterFor(locator, draws, wish.mediaType)
        const drawn = await draw(target, request, { ...wish, mediaType: exporter.provided.from! })
        const exported = await at(exporter, () => exportWith(exporter, drawn.result, wish, request))
        return { ...drawn, result: exported.result, warnings: [...drawn.warnings, ...exported.warnings] }
      }),
    async exportFigure(figure, wish, request = {}) {
      const exporter = await exporterFor(locator, [figure.mediaType], wish.mediaType)
      return await at(exporter, () => exportWith(exporter, figure, completeWish(wish), request))
    },
    async read(source, request = {}) {
      const target = await formatToRead(locator, source, request.format)
      return await at(target, () => read(target, source, request))
    },
    async write(tables, request) {
      const target = await formatToWrite(locator, request.format)
      return await at(target, () => write(target, tables, request))
    },
    readSource: (address, request = {}) => call(address, 'source', request, (target) => readSource(target, request)),
    checkSource: (address, request = {}) => call(address, 'source', request, (target) => checkSource(target, request)),
    discoverSource: (address, request = {}) => call(address, 'source', request, (target) => discoverSource(target, request)),
    enrich: (address, subject, request = {}) => call(address, 'enrichment', request, (target) => enrich(target, subject, request)),
    publish,
    onEvent: (pattern, listener) => bus.listen(pattern, listener),
    metrics: () => metrics.snapshot(),
    release: (name) => place(name).slot?.release(),
    start: async (name) => withoutSecrets(await startedDetails(place(name))),
    restart: async (name) => await place(name).slot?.stop('somebody restarts it'),
    configInForce: () => configInForce(config, asked, host),
    configOf: (name) => configDetails(findSlot(name, asked)),
    explainConfig: (key) => explainConfigKey(key, config, asked),
    configSchemaOf: (plugin) => configSchemaOf(plugin, asked),
    configure(plugin, change) {
      if (config) return configureSlot(plugin, change, config, asked)
      throw new PluginError('unsupported', 'This kernel was made without `config`: there is no folder for config files', {
        hint: 'Give `createKernel` what `loadConfig` gives.',
      })
    },
    stop() {
      stopping ??= stopSlots(
        [...table.values()].flatMap(({ slot }) => slot ?? []),
        [...started],
      ).finally(() => {
        store.close()
        removeTemporary()
      })
      return stopping
    },
    [Symbol.asyncDispose]: () => kernel.stop(),
  }
  return kernel
}

/** Where plugins are looked for: an operator who switches them off leaves those that come with the host. */
function pluginPaths({ plugins = [], builtIn = [], config }: KernelOptions): readonly string[] {
  if (!config) return plugins
  return config.host.plugins.enabled
    ? [...new Set([...plugins, ...config.host.plugins.paths])]
    : plugins.filter((path) => builtIn.includes(path))
}

/** The manifest as people are shown it. */
function withoutSecrets(details: SlotDetails): SlotDetails {
  const { manifest } = details
  const { configSchema, config } = manifest ?? {}
  if (!manifest || !configSchema) return details
  const shown = config ? { config: maskConfig(config, configSchema) as NonNullable<typeof config> } : {}
  return { ...details, manifest: { ...manifest, configSchema: maskSchema(configSchema), ...shown } }
}

/** Events of plugins that may wait for their handlers. */
const maxEmitted = 1000

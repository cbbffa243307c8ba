import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { type ByteSource, type Event, type Figure, type FigureWish, type Kind, PluginError, type Reader, type Stream, type Subject } from '@cardcage/plugin'
import type { Json } from '@cardcage/plugin'
import { compare } from 'semver'
import { places } from './config/places.ts'
import { createEventBus, matches, type Publication } from './event/bus.ts'
import { type Address, type Directory, findAddress, unknownAddress } from './kind/address.ts'
import { analyze } from './kind/analysis.ts'
import type { Target } from './kind/answer.ts'
import { enrich } from './kind/enrichment.ts'
import { headOf, preferred, probe, read, write } from './kind/format.ts'
import { deliver } from './kind/handler.ts'
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
import { completeWish, draw, exportWith } from './kind/visualization.ts'
import { diesWithHost } from './link/dies-with-host.ts'
import type { LogRecord } from './observe/log.ts'
import { createMetrics, type Measurement } from './observe/metrics.ts'
import { createLimit } from './policy/limit.ts'
import type { SlotConfig, SlotDetails, SlotInfo } from './slot/slot-info.ts'
import { createSlots, type Place } from './slot/slots.ts'
import type { Slot } from './slot/slot.ts'
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
  resolve(address: string, kind?: Kind): Promise<Address>
  analyze(address: string, request?: OperationRequest): Promise<Answer<AnalysisResult>>
  /** Draws; where the media type wished for is not drawn, an exporter makes it. */
  plot(address: string, request?: PlotRequest): Promise<Answer<Figure>>
  /** Makes one media type of figure into another. @throws `unsupported` where no exporter does */
  exportFigure(figure: Figure, wish: Partial<FigureWish> & { mediaType: string; scale?: number }, options?: CallOptions): Promise<Answer<Figure>>
  read(source: ByteSource, request?: ReadRequest): Promise<Answer<Reader>>
  write(tables: Reader, request: WriteRequest): Promise<Answer<AsyncIterable<Uint8Array>>>
  readSource(address: string, request?: SourceRequest): Promise<Answer<Reader>>
  checkSource(address: string, options?: CallOptions): Promise<Answer<Readonly<Record<string, Json>>>>
  discoverSource(address: string, options?: CallOptions): Promise<Answer<readonly Stream[]>>
  enrich(address: string, subject: Subject, options?: CallOptions): Promise<Answer<Enriched | null>>
  /** Gives the event to every handler whose pattern matches; one that fails does not stop the others. */
  publish(event: Publication): Promise<{ readonly event: Event; readonly deliveries: readonly Delivery[] }>
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
  /** Stops everything in reverse order of start, within bounded time. */
  stop(): Promise<void>
}

const defaultTimeout = 30_000
const defaultMemory = 1024 * 1024 * 1024

/**
 * Make a kernel: discover plugins, check them, and be ready to call. Nothing is started before it is used.
 *
 * @throws {PluginError} `not-found` where a path or a configured plugin is not there; a bad plugin only fails its own slot
 * @example
 * ```ts no-run
 * import { createKernel } from '@cardcage/kernel'
 * import { table } from '@cardcage/plugin'
 *
 * await using kernel = await createKernel({ plugins: ['plugins'] })
 * const { result } = await kernel.analyze('multiply', { inputs: table({ value: [1, 2, 3, 4] }) })
 * console.log([...result.tables.result])
 * ```
 */
export async function createKernel(options: KernelOptions = {}): Promise<Kernel> {
  const temporary = options.home === undefined ? mkdtempSync(join(tmpdir(), 'cardcage-')) : undefined
  const home = options.home ?? temporary!
  const store = openSlotStore(home)
  const bus = createEventBus()
  const metrics = createMetrics()
  const pending = new Set<Promise<unknown>>()
  const started: Slot[] = []
  let stopping: Promise<void> | undefined

  const track = <T>(promise: Promise<T>): Promise<T> => {
    pending.add(promise)
    void promise.then(
      () => pending.delete(promise),
      () => pending.delete(promise),
    )
    return promise
  }
  const publish = async (publication: Publication) => {
    const event = bus.complete(publication)
    bus.announce(event)
    const handlers = (await directory(undefined, 'handler')).flatMap(({ slot, provides }) =>
      Object.keys(provides.handler ?? {})
        .filter((pattern) => matches(pattern, event.type))
        .map((name) => target({ slot, kind: 'handler', name })),
    )
    return { event, deliveries: await Promise.all(handlers.map((handler) => deliver(handler, event))) }
  }
  const table: ReadonlyMap<string, Place> = createSlots({
    plugins: options.plugins ?? [],
    slots: options.slots ?? {},
    home,
    cache: options.cache ?? places(process.cwd()).cache,
    timeout: options.timeout ?? defaultTimeout,
    store,
    metrics,
    memory: createLimit(options.memory ?? defaultMemory),
    bus,
    onLog: options.onLog,
    publish: (publication) => {
      if (pending.size < maxPendingEvents) track(publish(publication)).catch(() => undefined)
      else table.get(publication.source.split('/').at(-1)!)?.log.write({ level: 'error', message: `Event ${publication.type} was dropped: ${maxPendingEvents} are waiting` })
    },
  })
  bus.listen('plugin.active', ({ data }) => {
    const slot = table.get((data as { slot: string }).slot)?.slot
    if (slot && !started.includes(slot)) started.push(slot)
  })

  const place = (name: string): Place => {
    const found = table.get(name)
    if (found) return found
    throw unknownSlot(name, [...table.keys()])
  }
  const directory = async (learn: string | undefined, kind?: Kind): Promise<Directory> => {
    const known = [...table.values()].flatMap(({ name, slot }) => (slot?.provides ? [{ slot: name, provides: slot.provides }] : []))
    if (learn !== undefined && findAddress(known, learn, kind)) return known
    const unknown = [...table.values()].flatMap(({ slot }) => (slot && !slot.provides && slot.state !== 'quarantined' ? [slot] : []))
    if (unknown.length === 0) return known
    const learnt = await Promise.all(unknown.map(async (slot) => ({ slot: slot.name, provides: await slot.learn().catch(() => ({})) })))
    return [...known, ...learnt]
  }
  const resolve = async (text: string, kind?: Kind): Promise<Address> => {
    if (stopping) throw new PluginError('unavailable', 'The kernel is stopping')
    const all = await directory(text, kind)
    const found = findAddress(all, text, kind)
    if (found) return found
    throw failureOf(text) ?? unknownAddress(all, text, kind)
  }
  /** Why a slot named in an address cannot be called. */
  const failureOf = (text: string): PluginError | undefined => table.get(text.split('.')[0]!)?.info().error
  const target = ({ slot, kind, name }: Address): Target => {
    const { slot: found } = place(slot)
    const provided = found?.provides?.[kind]?.[name]
    if (!found || !provided) throw failureOf(slot) ?? unknownSlot(slot, [...table.keys()])
    return { slot: found, kind, name, provided, isolation: found.parts.config.isolation === 'inline' ? 'L0' : 'L1' }
  }
  const find = async (text: string, kind: Kind): Promise<Target> => target(await resolve(text, kind))
  const builtIn = (slot: Slot): boolean => (options.builtIn ?? []).some((folder) => slot.parts.path.startsWith(folder))

  const byExtension = async (name: string): Promise<Target | undefined> => {
    const extension = extname(name).toLowerCase()
    const formats = (await directory(undefined, 'format')).flatMap(({ slot, provides }) =>
      Object.entries(provides.format ?? {})
        .filter(([, { extensions }]) => extensions?.includes(extension))
        .map(([format]) => target({ slot, kind: 'format', name: format })),
    )
    return formats.length === 0 ? undefined : preferred(extension, formats, builtIn, compare)
  }
  const byProbe = async (source: ByteSource): Promise<Target> => {
    const formats = (await directory(undefined, 'format')).flatMap(({ slot, provides }) =>
      Object.entries(provides.format ?? {}).flatMap(([name, { can }]) => (can?.includes('probe') ? [target({ slot, kind: 'format', name })] : [])),
    )
    const head = await headOf(source)
    const sure = await Promise.all(formats.map(async (format) => ({ format, sure: await probe(format, head, source.name).catch(() => 0) })))
    const best = sure.toSorted((a, b) => b.sure - a.sure)[0]
    if (best && best.sure > 0) return best.format
    throw new PluginError('unsupported', `${source.name}: no format plugin knows these bytes`, { hint: 'Name the format, or add its plugin with --plugins.' })
  }
  const exporter = async (from: readonly string[], to: string): Promise<Target | undefined> => {
    const all = await directory(undefined, 'visualization')
    const found = all.flatMap(({ slot, provides }) =>
      Object.entries(provides.visualization ?? {})
        .filter(([, provided]) => provided.to === to && from.includes(provided.from!))
        .map(([name]) => target({ slot, kind: 'visualization', name })),
    )
    return found.find(({ slot }) => !builtIn(slot)) ?? found[0]
  }

  const kernel: Kernel = {
    list: () => [...table.values()].map((one) => one.info()),
    async info(name) {
      const { slot, manifest, log, info } = place(name)
      if (slot && slot.state !== 'quarantined') await slot.learn().catch(() => undefined)
      return {
        ...info(),
        ...(manifest ? { manifest } : {}),
        ...(slot?.provides ? { provides: slot.provides } : {}),
        ...(slot?.pid === undefined ? {} : { pid: slot.pid }),
        ...(slot && slot.parts.config.isolation !== 'inline' ? { diesWithHost: diesWithHost().how } : {}),
        calls: slot?.calls ?? 0,
        failures: slot?.failed ?? 0,
        health: (await slot?.link?.check(healthTimeout)) ?? [],
        log: log.last,
      }
    },
    resolve,
    analyze: async (address, request = {}) => await track(analyze(await find(address, 'analysis'), request)),
    async plot(address, request = {}) {
      const plot = await find(address, 'visualization')
      if (plot.provided.to !== undefined) throw new PluginError('invalid-call', `${plot.name} is an exporter, not a plot type`, { hint: 'Draw a plot and ask for its media type.' })
      const wish = completeWish(request.wish)
      const draws = plot.provided.draws ?? ['image/svg+xml']
      if (draws.includes(wish.mediaType)) return await track(draw(plot, request, wish))
      const by = await exporter(draws, wish.mediaType)
      if (!by) throw noExporter(draws, wish.mediaType)
      const drawn = await track(draw(plot, request, { ...wish, mediaType: by.provided.from! }))
      const exported = await track(exportWith(by, drawn.result, wish, request))
      return { ...drawn, result: exported.result, warnings: [...drawn.warnings, ...exported.warnings] }
    },
    async exportFigure(figure, wish, request = {}) {
      const by = await exporter([figure.mediaType], wish.mediaType)
      if (!by) throw noExporter([figure.mediaType], wish.mediaType)
      return await track(exportWith(by, figure, completeWish(wish), request))
    },
    async read(source, request = {}) {
      const format = request.format === undefined ? ((await byExtension(source.name)) ?? (await byProbe(source))) : await find(request.format, 'format')
      return await track(read(format, source, request))
    },
    async write(tables, request) {
      const format = request.format.includes('.') && !request.format.includes('.format.') ? await byExtension(request.format) : await find(request.format, 'format')
      if (!format) throw new PluginError('unsupported', `No format plugin writes ${request.format}`, { hint: 'Name the format, or use a file name with a known extension.' })
      return await track(write(format, tables, request))
    },
    readSource: async (address, request = {}) => await track(readSource(await find(address, 'source'), request)),
    checkSource: async (address, request = {}) => await track(checkSource(await find(address, 'source'), request)),
    discoverSource: async (address, request = {}) => await track(discoverSource(await find(address, 'source'), request)),
    enrich: async (address, subject, request = {}) => await track(enrich(await find(address, 'enrichment'), subject, request)),
    publish: (publication) => track(publish(publication)),
    onEvent: (pattern, listener) => bus.listen(pattern, listener),
    metrics: () => metrics.snapshot(),
    release: (name) => place(name).slot?.release(),
    async start(name) {
      const { slot, info } = place(name)
      if (!slot) throw info().error ?? unknownSlot(name, [...table.keys()])
      await slot.active()
      return await kernel.info(name)
    },
    restart: async (name) => await place(name).slot?.stop(),
    stop() {
      stopping ??= (async () => {
        for (const slot of [...started].reverse()) await slot.stop()
        await Promise.all([...table.values()].map(({ slot }) => slot?.stop()))
        store.close()
        if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true })
      })()
      return stopping
    },
    [Symbol.asyncDispose]: () => kernel.stop(),
  }
  return kernel
}

/** Events of plugins that may wait for their handlers. */
const maxPendingEvents = 1000

/** Milliseconds the health checks of an instance may take. */
const healthTimeout = 2000

function unknownSlot(name: string, names: readonly string[]): PluginError {
  return new PluginError('not-found', `There is no slot '${name}'`, { hint: names.length > 0 ? `There are ${names.join(', ')}.` : 'No plugin was found: check --plugins.' })
}

function noExporter(from: readonly string[], to: string): PluginError {
  return new PluginError('unsupported', `No plugin makes ${to} from ${from.join(' or ')}`, { hint: 'Ask for another media type, or add an exporter with --plugins.' })
}

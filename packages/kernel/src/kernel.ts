import type { ByteSource, Event, Fields, Figure, FigureWish, Filter, Json, Kind, Reader, Reject, Stream, Subject, Table } from '@cardcage/plugin'
import type { PluginError } from '@cardcage/plugin'
import type { IsolationLevel, Manifest } from './manifest/manifest.ts'
import type { ProvidedByKind } from './manifest/provides.ts'

/** What an embedded kernel is made from. */
export interface KernelOptions {
  /** Plugin folders, or folders of plugin folders. */
  plugins?: readonly string[]
  /** Slots by name. Every discovered plugin that none names gets a slot named as its id. */
  slots?: Readonly<Record<string, SlotConfig>>
  /** Folder for durable state and the plugins' data folders. Default: `.cardcage` as the CLI finds it, or a temporary folder when embedded. */
  home?: string
  /** Folder for what can be made again: stripped code, learnt manifests. Default `$XDG_CACHE_HOME/cardcage`. */
  cache?: string
  /** Receives every log line of host and plugins. */
  onLog?: (record: LogRecord) => void
  /** Default deadline of a call in milliseconds. Default 30,000. */
  timeout?: number
}

/** A slot: a named, configured, supervised place for one plugin. */
export interface SlotConfig {
  plugin: string
  config?: Readonly<Record<string, Json>>
  /** Default true. */
  enabled?: boolean
  /** Default `process`. `inline` runs the plugin's code in the host: only what the operator trusts. */
  isolation?: 'process' | 'inline'
  policy?: { /** milliseconds */ timeout?: number; /** calls at once */ concurrency?: number }
}

export type SlotState = 'stopped' | 'starting' | 'active' | 'stopping' | 'failed' | 'quarantined' | 'disabled'

/** A row of `plugin list`. */
export interface SlotInfo {
  /** Name of the slot; the plugin's id unless the config names it otherwise. */
  readonly slot: string
  readonly id: string
  readonly name: string
  readonly version: string
  readonly description: string
  readonly kinds: readonly Kind[]
  readonly state: SlotState
  /** Level in force, or that would be. */
  readonly isolation: IsolationLevel
  readonly path: string
  /** Why it is `failed` or `quarantined`. */
  readonly error?: PluginError
}

/** Everything known of a slot. */
export interface SlotDetails extends SlotInfo {
  readonly manifest?: Manifest
  readonly provides?: ProvidedByKind
  /** Of the running process. */
  readonly pid?: number
  /** How the process is made to die with the host. */
  readonly diesWithHost?: string
  readonly calls: number
  readonly failures: number
  readonly health: readonly { readonly name: string; readonly status: 'pass' | 'warn' | 'fail'; readonly note?: string }[]
  readonly log: readonly LogRecord[]
}

export interface LogRecord {
  readonly time: number
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  /** Absent for the kernel itself. */
  readonly slot?: string
  readonly call?: string
  readonly fields?: Readonly<Record<string, Json>>
}

/** What every call may carry. */
export interface CallOptions {
  /** Milliseconds; default of the slot, of the manifest, then of the kernel. */
  timeout?: number
  signal?: AbortSignal
  onProgress?: (progress: { readonly done?: number; readonly note?: string }) => void
}

/** A call of an analysis or a plot. */
export interface OperationRequest extends CallOptions {
  /** Tables by input; a single one may be given for the only input. */
  inputs?: Readonly<Record<string, Table<any> | Reader>> | Table<any> | Reader
  /** Column by role: `{ value: 'co2' }`, or `{ 'reference.value': 'a' }` where two inputs have the role. */
  columns?: Readonly<Record<string, string | readonly string[]>>
  /** Strings are coerced to the type of the schema. */
  params?: Readonly<Record<string, Json>>
}

/** What a call gave, what the caller should know of it, and who did it. */
export interface Answer<T> {
  readonly result: T
  readonly warnings: readonly { readonly message: string; readonly details?: Json }[]
  readonly metadata: Metadata
}

/** Who answered; `duration` in milliseconds, up to the end of a stream once it has ended. */
export interface Metadata {
  readonly slot: string
  readonly plugin: string
  readonly version: string
  readonly kind: Kind
  readonly operation: string
  readonly isolation: IsolationLevel
  /** Absent when inline. */
  readonly pid?: number
  readonly duration: number
}

/** Findings with their tables; a stream stays a stream. */
export interface AnalysisResult {
  readonly summary: Readonly<Record<string, Json>>
  /** A lone table is called `result`. */
  readonly tables: Readonly<Record<string, Table | Reader>>
}

export interface PlotRequest extends OperationRequest {
  /** Default 800 × 450, light, SVG, `en`. */
  wish?: Partial<FigureWish> & { scale?: number }
}

export interface ReadRequest extends CallOptions {
  /** Address of the format; otherwise by extension, then by probing the first bytes. */
  format?: string
  params?: Readonly<Record<string, Json>>
  schema?: Fields
  columns?: readonly string[]
  filter?: readonly Filter[]
  batchBytes?: number
  batchRows?: number
  /** What happens to a record that does not fit. Default `fail`. */
  onReject?: 'fail' | 'leave out' | 'null'
  /** Called for every reject. */
  reject?: (reject: Reject) => void
}

export interface WriteRequest extends CallOptions {
  /** Address of the format, or a file name whose extension says it. */
  format: string
  params?: Readonly<Record<string, Json>>
}

export interface SourceRequest extends CallOptions {
  stream?: string
  columns?: readonly string[]
  filter?: readonly Filter[]
  limit?: number
  cursor?: string
  params?: Readonly<Record<string, Json>>
  onCheckpoint?: (cursor: string) => void
}

/** An enrichment as the kernel stamps it; `ttl` in milliseconds. */
export interface Enriched {
  readonly data: Readonly<Record<string, Json>>
  readonly confidence: number
  readonly ttl?: number
  readonly source: string
  readonly time: string
}

/** How one handler took an event. */
export interface Delivery {
  readonly slot: string
  readonly pattern: string
  readonly error?: PluginError
  readonly metadata?: Metadata
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
  publish(event: { type: string; data: Json; subject?: string; source?: string; correlation?: string; id?: string; time?: Date }): Promise<{ event: Event; deliveries: readonly Delivery[] }>
  /** Every event published in this kernel, by a plugin or by `publish`. Returns the undo. */
  onEvent(pattern: string, listener: (event: Event) => void): () => void
  /** Ends a quarantine or a failure: the next call starts the slot again. */
  release(slot: string): void
  /** Stops the slot's instance now; the next call starts it again. */
  restart(slot: string): Promise<void>
  /** Stops everything in reverse order of start, within bounded time. */
  stop(): Promise<void>
}

/** A full address. */
export interface Address {
  readonly slot: string
  readonly kind: Kind
  readonly name: string
}

import type { Fields, FigureWish, Filter, Json, Kind, PluginError, Reader, Reject, Table } from '@cardcage/plugin'
import type { IsolationLevel } from '../manifest/manifest.ts'

/** A table of whatever columns. */
// oxlint-disable-next-line typescript/no-explicit-any -- only `any` takes a table of every row type
export type AnyTable = Table<any>

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
  inputs?: Readonly<Record<string, AnyTable | Reader>> | AnyTable | Reader
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
  /** Absent when inline, and when no call was made. */
  readonly pid?: number
  readonly duration: number
  /** How many were made, where a retry was among them. */
  readonly attempts?: number
  /** No call was made: the result is that of another, `age` milliseconds ago. */
  readonly cached?: true
  readonly age?: number
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

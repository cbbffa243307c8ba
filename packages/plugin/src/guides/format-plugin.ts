import type { AnyTable, Fields, Table } from '../data.ts'

/** What `metadata` says of a format plugin. */
export interface FormatMetadata {
  readonly name: string
  readonly version?: string
  readonly description?: string
  /** With or without a dot. */
  readonly extensions: readonly string[]
  readonly capabilities?: unknown
}

/** The config of the host, as far as a format plugin reads it: its own section, absent where the slot has no config. */
export interface HostConfig {
  // oxlint-disable-next-line typescript/no-explicit-any -- what a section holds is known to its plugin
  readonly plugins: { readonly plugin_configs: Readonly<Record<string, any>> }
}

/** A batch of records: a table. A failed one is an error in its place, and ends the stream. */
export type RecordBatches = AsyncIterable<AnyTable | Error> | Iterable<AnyTable | Error>

/** Reads bytes as record batches and writes them. What it has not, it cannot do. */
export interface DataFormat {
  read_batches?(data: Uint8Array): RecordBatches | PromiseLike<RecordBatches>
  /** Used where the caller gives a schema. */
  read_batches_from_stream?(schema: Fields, stream: AsyncIterable<Uint8Array>): RecordBatches | PromiseLike<RecordBatches>
  write_batches?(batches: AsyncIterable<Table>): Uint8Array | PromiseLike<Uint8Array>
}

/** Makes configured formats. */
export interface FormatPlugin {
  readonly metadata: FormatMetadata | (() => FormatMetadata)
  /** What it throws refuses the start as `invalid-config`. */
  create_format(config: HostConfig): DataFormat | PromiseLike<DataFormat>
}

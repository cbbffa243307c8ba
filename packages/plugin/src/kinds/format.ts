import type { Call } from '../context.ts'
import type { ByteSource, Fields, Reader } from '../data.ts'
import type { About } from '../define.ts'
import type { Awaitable, Infer, Schema } from '../schema.ts'
import type { Selection } from './source.ts'

/** Turns bytes into tables and back, in bounded memory. */
export interface Format<P extends Schema | undefined = any> extends About {
  readonly extensions: readonly `.${string}`[]
  readonly mediaTypes?: readonly string[]
  /** Options of both directions: `--option k=v`. */
  params?: P
  /** How sure that these first bytes (at most 64 KiB) are this format, in [0, 1]. */
  probe?(head: Uint8Array, name: string): number
  /** Resolves once the schema is known. `filter` may be ignored or applied to whole groups: the kernel applies it again. */
  read?(source: ByteSource, want: ReadWant<Infer<P>>, call: FormatCall): Awaitable<Reader>
  /** A stream without tables still makes a valid, empty file. */
  write?(tables: Reader, params: Infer<P>, call: Call): AsyncIterable<Uint8Array>
}

/** A call that reads a format. */
export interface FormatCall extends Call {
  /**
   * Report a record that does not fit. Throws when the caller wants to stop at the first; otherwise returns what to do with it:
   * leave the record out (the kernel counts it and keeps it in quarantine), or put `null` in its column.
   */
  reject(reject: Reject): 'leave out' | 'null'
}

/** Counted from 1, bytes from 0; `raw` at most 1 KiB. */
export interface Reject {
  readonly record: number
  readonly line?: number
  readonly bytes: readonly [from: number, to: number]
  readonly column?: string
  readonly reason: string
  readonly raw?: string
}

/** What a reader of a format is asked for. */
export interface ReadWant<P = {}> extends Selection {
  /** The caller knows the schema: do not infer. */
  readonly schema?: Fields
  /** Target size of a table in bytes (default 4 MiB) and its most rows (default 65,536). */
  readonly batchBytes: number
  readonly batchRows: number
  readonly params: P
}

/** Identity function that ties `params` to `read` and `write`. */
export function format<const P extends Schema | undefined = undefined>(format: Format<P>): Format {
  return format
}

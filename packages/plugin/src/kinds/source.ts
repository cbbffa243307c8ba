import type { Call } from '../context.ts'
import type { Fields, Reader, Table, Value } from '../data.ts'
import type { About } from '../define.ts'
import type { Awaitable, Infer, Json, Schema } from '../schema.ts'

/** Brings data in. */
export interface Source<P extends Schema | undefined = any> extends About {
  params?: P
  /** Can it be reached with this config? Throws if not; the return is shown to the operator. */
  check?(call: Call): Awaitable<Readonly<Record<string, Json>> | void>
  /** What can be read. */
  discover?(call: Call): Awaitable<readonly Stream[]>
  /** Rows may be a superset of `filter` and `columns`: the kernel applies both again. */
  read(query: Query<Infer<P>>, call: SourceCall): Awaitable<Reader | Table<any>>
}

/** A call that reads a source. */
export interface SourceCall extends Call {
  /** Everything yielded so far need not be read again when the next query carries this cursor. */
  checkpoint(cursor: string): void
}

/** One of the things a source can read. */
export interface Stream {
  readonly name: string
  readonly schema?: Fields
  readonly rows?: number
  readonly key?: readonly string[]
  readonly resumable?: boolean
}

/** Which columns and rows are wanted. */
export interface Selection {
  readonly columns?: readonly string[]
  readonly filter?: readonly Filter[]
}

/** All must hold. A null never matches but `is null`. */
export type Filter =
  | { readonly column: string; readonly is: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains'; readonly value: Value }
  | { readonly column: string; readonly is: 'in' | 'not in'; readonly value: readonly Value[] }
  | { readonly column: string; readonly is: 'null' | 'not null' }

/** What a source is asked for. */
export interface Query<P = {}> extends Selection {
  readonly stream?: string
  readonly limit?: number
  readonly cursor?: string
  readonly params: P
}

/** Identity function that ties `params` to `read`. */
export function source<const P extends Schema | undefined = undefined>(source: Source<P>): Source {
  return source
}

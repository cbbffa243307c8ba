import type { Call } from '../context.ts'
import type { About } from '../define.ts'
import type { Awaitable, Json, Schema } from '../schema.ts'

/** Adds facts to a subject; `null` means unknown. */
export interface Enricher extends About {
  /** Types of subject it knows: `user`. */
  readonly subjects: readonly string[]
  /** What it can add, for search: `user_demographics`. */
  readonly adds?: readonly string[]
  /** Schema of `data`; checked in the host. */
  readonly data?: Schema
  enrich(subject: Subject, call: Call): Awaitable<Enrichment | null>
}

/** What an enrichment is about. */
export interface Subject {
  readonly type: string
  readonly id: string
}

/** `confidence` in [0, 1]; `ttl` in milliseconds. The kernel stamps source and time. */
export interface Enrichment {
  readonly data: Readonly<Record<string, Json>>
  readonly confidence?: number
  readonly ttl?: number
}

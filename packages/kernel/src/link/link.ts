import type { ByteSource, Fields, Health, Json, Kind, Reader, Reject } from '@cardcage/plugin'
import type { PluginError } from '@cardcage/plugin'
import type { AnyTable } from '@cardcage/plugin/internal'
import type { ProvidedByKind } from '../manifest/provides.ts'
import type { JsonSchema } from '../manifest/manifest.ts'
import type { Inbound } from '../wire/inbound.ts'

/** The way to an instance, whatever its distance. */
export interface Link {
  /** What the instance provides, as it said when it became ready. */
  readonly provides: ProvidedByKind
  /** JSON Schema of its config, where its code has one. */
  readonly config: JsonSchema | undefined
  /** Of the process; `undefined` when inline. */
  readonly pid: number | undefined
  /** One call. Rejects with the error of the plugin, or with how its process ended. */
  call(request: LinkRequest): Promise<LinkResult>
  /** Resolves when no call is over its deadline any more; `undefined` when none is. */
  late(): Promise<unknown> | undefined
  /** Run the instance's health checks. */
  check(timeout: number): Promise<readonly ({ readonly name: string } & Health)[]>
  /** Drain within `grace` milliseconds, then end it whatever it does. Returns what it hands over to the next instance. */
  stop(grace: number): Promise<Readonly<Record<string, Json>>>
  /** Resolves when the instance is gone; with the error where nobody asked for it. */
  readonly gone: Promise<PluginError | undefined>
}

/** One call over a link. */
export interface LinkRequest {
  kind: Kind
  name: string
  verb: string
  params?: Json
  args?: Json
  inputs?: Readonly<Record<string, LinkInput>>
  /** Milliseconds until the result, and then for every wait of its consumer. */
  timeout?: number
  /** The timeout the caller gave, for messages: some of it may have been spent on waiting for the call's turn. */
  asked?: number
  /** The timeout is for everything, streams included. */
  whole?: boolean
  signal?: AbortSignal
  correlation?: string
  onProgress?: (progress: { readonly done?: number; readonly note?: string }) => void
  onWarn?: (warning: { readonly message: string; readonly details?: Json }) => void
  onReject?: (reject: Reject) => void
  onCheckpoint?: (cursor: string) => void
}

/** What is sent to a call: one table, a stream of tables, or bytes to be read as the plugin likes. */
export type LinkInput =
  | {
      readonly as: 'table' | 'reader'
      readonly schema: Fields
      readonly tables: Iterable<AnyTable> | AsyncIterable<AnyTable>
      readonly found?: Reader['found']
    }
  | { readonly as: 'bytes'; readonly source: ByteSource }

/** What a call gave: its value, and the streams named in it. */
export interface LinkResult {
  readonly value: Json
  /** By channel. Every one must be read to its end or closed. */
  stream(channel: number): Inbound
  /** Want no more of any stream of the result. */
  close(): void
  /** Has the call ended on both sides, streams included? */
  readonly done: boolean
  /** Resolves when it has. */
  readonly ended: Promise<void>
}

/** What the kernel does for an instance that asks. Implemented by the slot. */
export interface Services {
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, call: number, fields?: Readonly<Record<string, Json>>): void
  metric(metric: 'counter' | 'gauge' | 'histogram', name: string, labels: Readonly<Record<string, string>>, value: number): void
  emit(type: string, data: Json, subject: string | undefined, correlation: string | undefined): void
  /** Questions that need no bytes: state, cache, memory. @throws `unsupported` for an unknown one */
  answer(what: string, question: Readonly<Record<string, Json>>, scope: QuestionScope): Promise<Json>
  /** `ctx.fetch`. */
  fetch(
    request: { url: string; method: string; headers: readonly (readonly [string, string])[]; body: Uint8Array | undefined },
    signal: AbortSignal,
  ): Promise<Response>
}

/** Which call a question belongs to. */
export interface QuestionScope {
  /** Aborts when the call or the instance ends. */
  readonly signal: AbortSignal
  /** Run when the call or the instance ends. */
  defer(cleanup: () => void): void
}

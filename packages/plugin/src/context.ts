import type { Awaitable, Json } from './schema.ts'

/** Everything a plugin may reach. What is opened through it is closed with the instance. */
export interface PluginContext<Config = {}> {
  readonly plugin: { readonly id: string; readonly version: string }
  /** Name of the slot this instance sits in; unique in the kernel. */
  readonly slot: string
  /** Final and validated. A `sensitive` value is an opaque token unless the manifest's `permissions.secrets` names it. */
  readonly config: Readonly<Config>
  /** The one folder this plugin may write; kept over reload, restart and update. */
  readonly dataDir: string
  /** Aborts when the instance stops. */
  readonly signal: AbortSignal
  readonly log: Logger
  readonly metrics: Meter
  /** Fetch, done by the host under the slot's permissions and policy. Tokens of `config` in URL, headers or body become the secret there. */
  readonly fetch: typeof globalThis.fetch
  /** Cache of this slot, in memory; `ttl` in milliseconds. */
  readonly cache: KeyValue<{ ttl?: number }>
  /** Durable state of this slot; survives reload and restart. */
  readonly state: KeyValue
  /** Is this (optional) dependency active? */
  has(plugin: string): boolean
  /** Publish an event. `type` is dotted lower case: `order.created`. Inside a handler it keeps that event's correlation. */
  emit(type: string, data: Json, subject?: string): void
  /** Register a health check; run by the kernel at its interval. Throwing counts as `fail`. */
  check(name: string, probe: (signal: AbortSignal) => Awaitable<Health | void>): void
  /**
   * Carry memory over a hot reload: returns what the instance before handed over, `undefined` on a cold start.
   * `save` runs when this instance is drained; its result goes to the next one, whichever version that is.
   */
  carry<T extends Json>(name: string, save: () => T): T | undefined
  /** Undo at stop or reload; last registered runs first. */
  defer(cleanup: () => Awaitable<void>): void
}

/** One invocation; the last argument of every provided function. */
export interface Call {
  readonly id: string
  /** Aborts on timeout, cancellation or a lost caller. */
  readonly signal: AbortSignal
  /** Milliseconds until the deadline; `Infinity` if there is none. */
  remaining(): number
  /** `done` in [0, 1], `undefined` where the end is unknown. */
  progress(done: number | undefined, note?: string): void
  /** Tell the caller something he should know of this result; shown with it, kept in its lineage. */
  warn(message: string, details?: Json): void
  /** Wait for a share of the kernel's memory budget; given back by `release`, or with the call. @throws `limit-exceeded` above the budget's size. */
  reserve(bytes: number): Promise<{ release(): void }>
  readonly log: Logger
}

/** Structured log, one function per level; shown with the slot's name, kept with its last calls. */
export type Logger = Readonly<
  Record<'debug' | 'info' | 'warn' | 'error', (message: string, fields?: Readonly<Record<string, unknown>>) => void>
>

/** Metrics of this slot; names and labels are of low cardinality. */
export interface Meter {
  counter(name: string, labels?: Readonly<Record<string, string>>): { add(n?: number): void }
  gauge(name: string, labels?: Readonly<Record<string, string>>): { record(value: number): void }
  histogram(name: string, labels?: Readonly<Record<string, string>>): { record(value: number): void }
}

/** Values by key; a value is JSON. */
export interface KeyValue<Options = {}> {
  get<T extends Json>(key: string): Promise<T | undefined>
  set(key: string, value: Json, options?: Options): Promise<void>
  /** Read, change, write as one step: concurrent updates lose nothing; `change` may run more than once. */
  update<T extends Json>(key: string, change: (old: T | undefined) => T): Promise<T>
  delete(key: string): Promise<void>
  keys(prefix?: string): Promise<readonly string[]>
}

/** Outcome of a health check. */
export interface Health {
  readonly status: 'pass' | 'warn' | 'fail'
  readonly note?: string
}

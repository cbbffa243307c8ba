import type { PluginContext } from './context.ts'
import type { Enricher } from './kinds/enrichment.ts'
import type { Exporter, Plot } from './kinds/visualization.ts'
import type { Format } from './kinds/format.ts'
import type { Handler } from './kinds/handler.ts'
import type { Operation } from './kinds/analysis.ts'
import type { Source } from './kinds/source.ts'
import type { Awaitable, Infer, Schema } from './schema.ts'

/** The default export of an entry module. Opaque; the number is the contract's major version. */
export interface Plugin {
  readonly '~cardcage': 1
}

/** What a plugin provides, by kind, by name: the address is `slot.kind.name`. One kind is usual; several may share one setup. */
export interface Provides {
  source?: Readonly<Record<string, Source>>
  format?: Readonly<Record<string, Format>>
  analysis?: Readonly<Record<string, Operation>>
  visualization?: Readonly<Record<string, Plot | Exporter>>
  enrichment?: Readonly<Record<string, Enricher>>
  /** Keyed by event type or pattern: `order.created`, `order.*`. */
  handler?: Readonly<Record<string, Handler>>
}

/** One of the six kinds: `source`, `format`, `analysis`, `visualization`, `enrichment`, `handler`. */
export type Kind = keyof Provides

/** What people and forms are told of anything provided; all of it is copied into the manifest. */
export interface About {
  title?: string
  description?: string
  /** A warning is given on every call. */
  experimental?: boolean
  /** Of this method, when it differs from the plugin's. */
  version?: string
  /** Free grouping: 'statistical', 'forecasting', 'time-series' … */
  category?: string
  /** Paper, standard or documentation. */
  reference?: string
}

/** What `definePlugin` is given. */
export interface Definition<S extends Schema | undefined = undefined> {
  /** Schema of the config; `ctx.config` takes its output type. */
  config?: S
  /** Runs once per instance, after config is valid. Returns what the plugin provides. */
  setup(ctx: PluginContext<Infer<S>>): Awaitable<Provides>
}

/**
 * Declare a plugin. Returns a frozen value; nothing runs until the kernel calls `setup`.
 *
 * @example
 * ```ts
 * import { definePlugin, operation, table } from '@cardcage/plugin'
 *
 * export default definePlugin({
 *   setup: () => ({
 *     analysis: {
 *       double: operation({
 *         inputs: { data: { columns: { value: 'number' } } },
 *         run: ({ data }) => table({ value: data.numbers('value').map((x) => x * 2) }),
 *       }),
 *     },
 *   }),
 * })
 * ```
 */
export function definePlugin<const S extends Schema | undefined = undefined>(definition: Definition<S>): Plugin {
  return Object.freeze({ ...definition, '~cardcage': 1 as const })
}

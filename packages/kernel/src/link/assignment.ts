import type { Json } from '@cardcage/plugin'
import type { Dialect, JsonSchema } from '../manifest/manifest.ts'

/** What a runner is told to be. */
export interface Assignment {
  plugin: { id: string; version: string }
  slot: string
  /** Where its entry module may be written in a guide's form: what the manifest says of that. */
  form?: PluginForm
  entry: string
  sources: Readonly<Record<string, string>>
  /** The host's own, for a plugin that brings none. */
  zod: { readonly script: string; readonly home: string }
  config: Json
  dataDir: string
  active: readonly string[]
  carry: Readonly<Record<string, Json>>
}

/** What a manifest says of the form of its entry module. */
export interface PluginForm {
  readonly dialect: Dialect
  /** The export that is the plugin. */
  readonly export?: string
  readonly configSchema?: JsonSchema
  /** Ids of the plugins it depends on. */
  readonly dependencies: readonly string[]
  /** What an enrichment adds. */
  readonly adds: readonly string[]
}

import type { Json } from '@cardcage/plugin'

/** What a runner is told to be. */
export interface Assignment {
  plugin: { id: string; version: string }
  slot: string
  entry: string
  sources: Readonly<Record<string, string>>
  /** The host's own, for a plugin that brings none. */
  zod: { readonly script: string; readonly home: string }
  config: Json
  dataDir: string
  active: readonly string[]
  carry: Readonly<Record<string, Json>>
}

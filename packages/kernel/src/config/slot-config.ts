import type { Json } from '@cardcage/plugin'
import type { PolicyConfig } from './policy-config.ts'

/** A slot as it is configured: a named, supervised place for one plugin. */
export interface SlotConfig {
  plugin: string
  config?: Readonly<Record<string, Json>>
  /** Default true, or what the manifest says. */
  enabled?: boolean
  /** Default `process`. `inline` runs the plugin's code in the host: only what the operator trusts. */
  isolation?: 'process' | 'inline'
  /** Processes that share the slot's calls. Default 1. */
  instances?: number
  policy?: PolicyConfig
}

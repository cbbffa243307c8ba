import type { Json, Kind, PluginError } from '@cardcage/plugin'
import type { IsolationLevel, Manifest } from '../manifest/manifest.ts'
import type { ProvidedByKind } from '../manifest/provides.ts'
import type { LogRecord } from '../observe/log.ts'

/** A slot: a named, configured, supervised place for one plugin. */
export interface SlotConfig {
  plugin: string
  config?: Readonly<Record<string, Json>>
  /** Default true. */
  enabled?: boolean
  /** Default `process`. `inline` runs the plugin's code in the host: only what the operator trusts. */
  isolation?: 'process' | 'inline'
  policy?: {
    /** Milliseconds until the result of a call. */
    timeout?: number
    /** Calls at once. */
    concurrency?: number
    /** Milliseconds until an instance must be ready. Default 30,000. */
    startTimeout?: number
  }
}

export type SlotState = 'stopped' | 'starting' | 'active' | 'stopping' | 'failed' | 'quarantined' | 'disabled'

/** A row of `plugin list`. */
export interface SlotInfo {
  /** Name of the slot; the plugin's id unless the config names it otherwise. */
  readonly slot: string
  readonly id: string
  readonly name: string
  readonly version: string
  readonly description: string
  readonly kinds: readonly Kind[]
  readonly state: SlotState
  /** Level in force, or that would be. */
  readonly isolation: IsolationLevel
  readonly path: string
  /** Why it is `failed` or `quarantined`. */
  readonly error?: PluginError
}

/** Everything known of a slot. */
export interface SlotDetails extends SlotInfo {
  readonly manifest?: Manifest
  readonly provides?: ProvidedByKind
  /** Of the running process. */
  readonly pid?: number
  /** How the process is made to die with the host. */
  readonly diesWithHost?: string
  readonly calls: number
  readonly failures: number
  readonly health: readonly { readonly name: string; readonly status: 'pass' | 'warn' | 'fail'; readonly note?: string }[]
  readonly log: readonly LogRecord[]
}

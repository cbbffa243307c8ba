import type { Kind, PluginError } from '@cardcage/plugin'
import type { CpuHeldBy } from '../link/hold-cpu.ts'
import type { IsolationLevel, Manifest } from '../manifest/manifest.ts'
import type { ProvidedByKind } from '../manifest/provides.ts'
import type { LogRecord } from '../observe/log.ts'
import type { PolicyConfig } from '../config/policy-config.ts'
import type { PolicyState } from '../policy/call-policy.ts'
import type { Change } from './history.ts'

export type { SlotConfig } from '../config/slot-config.ts'

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
  /** What it has to do without: optional dependencies that are not there. */
  readonly degraded: readonly string[]
  /** What is wrong with its manifest and does not keep it from running, with file and line. */
  readonly warnings: readonly string[]
  /** Why it is `failed` or `quarantined`. */
  readonly error?: PluginError
}

/** Everything known of a slot. */
export interface SlotDetails extends SlotInfo {
  readonly manifest?: Manifest
  readonly provides?: ProvidedByKind
  /** Of the running process; of the first where there are several. */
  readonly pid?: number
  /** Of all of them: one for each instance. */
  readonly pids: readonly number[]
  /** How the process is made to die with the host. */
  readonly diesWithHost?: string
  /** Most processor time of each of its processes, in percent of one processor, and how that is held: `nothing` where it is not. */
  readonly cpu?: { readonly percent: number; readonly by: CpuHeldBy | 'nothing' }
  /** Processes it may have. */
  readonly instances: number
  /** Calls each of them has at once. */
  readonly concurrency?: number
  /** What is configured to stand between a caller and it, and how its breaker and its cache stand, where it has them. */
  readonly policy?: PolicyState & { readonly config: PolicyConfig }
  readonly calls: number
  readonly failures: number
  readonly health: readonly { readonly name: string; readonly status: 'pass' | 'warn' | 'fail'; readonly note?: string }[]
  /** The last changes of its state, oldest first, also those of earlier hosts of the same home. */
  readonly history: readonly Change[]
  readonly log: readonly LogRecord[]
}

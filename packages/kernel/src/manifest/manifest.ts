import type { Json, Kind } from '@cardcage/plugin'
import type { ProvidedByKind } from './provides.ts'

/** A plugin's manifest, whatever file it came from: what is known of it without running its code. */
export interface Manifest {
  /** Unique among plugins: lower-case letters, digits, `-` and `_`. */
  readonly id: string
  /** For people. Default: the id. */
  readonly name: string
  /** Semantic version. */
  readonly version: string
  readonly description: string
  readonly author?: string
  readonly license?: string
  readonly homepage?: string
  readonly repository?: string
  /** Version of the contract the plugin was written for. */
  readonly apiVersion: { readonly major: number; readonly minor: number; readonly patch: number }
  readonly keywords: readonly string[]
  readonly dependencies: readonly Dependency[]
  /** JSON Schema (2020-12) of the config. */
  readonly configSchema?: JsonSchema
  /** Entry module, relative to the folder. */
  readonly entry: string
  /** What it provides; absent where the author left it out: then it is learnt from the runner. */
  readonly provides?: ProvidedByKind
  readonly permissions: Permissions
  readonly limits: Limits
  readonly isolation: { readonly minimum?: IsolationLevel }
}

/** Another plugin this one needs. */
export interface Dependency {
  readonly name: string
  /** Semver range; `*` where none is given. */
  readonly version: string
  readonly optional: boolean
}

/** What an instance may touch, each with the author's reason where given. */
export interface Permissions {
  readonly net: readonly Permission[]
  readonly read: readonly Permission[]
  readonly write: readonly Permission[]
  readonly env: readonly Permission[]
  readonly secrets: readonly Permission[]
}

/** One permission: a host, a path, a variable or a config key. */
export interface Permission {
  readonly value: string
  readonly reason?: string
}

/** Bounds of an instance: bytes and milliseconds. */
export interface Limits {
  /** Resident memory of the process. */
  readonly memory?: number
  /** Default deadline of a call. */
  readonly timeout?: number
}

/** `L4` strongest … `L0` inline; what each means is in ARCHITECTURE.md. */
export type IsolationLevel = 'L0' | 'L1' | 'L2' | 'L3' | 'L4'

/** A JSON Schema document (draft 2020-12). */
export type JsonSchema = { readonly [key: string]: Json }

/** The six kinds in the order in which people are shown them. */
export const kinds: readonly Kind[] = ['source', 'format', 'analysis', 'visualization', 'enrichment', 'handler']

import type { Json, Kind } from '@cardcage/plugin'
import type { HostName } from './host-table.ts'
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
  /** Whose manifest it is: which keys were read, and in which form the entry module may be written. */
  readonly dialect: Dialect
  /** The host it was written for, where a guide's manifest names versions of one; a semver range. */
  readonly host?: { readonly name: HostName; readonly range: string }
  readonly keywords: readonly string[]
  readonly dependencies: readonly Dependency[]
  /** Libraries it needs; Python's names are kept and mean nothing here. */
  readonly requires: readonly Requirement[]
  /** Plugins that may not be active beside it. */
  readonly conflictsWith: readonly string[]
  /** Names of what its results are. */
  readonly produces: readonly string[]
  /** What it says of itself beyond what it provides: `{ streaming: true }`. */
  readonly capabilities: Readonly<Record<string, Json>>
  /** Ranges of runtimes, such as `node`. */
  readonly runtime: Readonly<Record<string, string>>
  /** Where it runs: `linux`, `linux-x64`; empty means everywhere. */
  readonly platforms: readonly string[]
  /** JSON Schema (2020-12) of the config. */
  readonly configSchema?: JsonSchema
  /** Values of the config that come with the plugin: above the schema's defaults, below the host's. */
  readonly config?: Readonly<Record<string, Json>>
  /** False where it is only used when the host's config enables it. */
  readonly enabled: boolean
  readonly documentation: { readonly readme?: string; readonly examples: readonly string[] }
  /** Entry module, relative to the folder. */
  readonly entry: string
  /** The export of the entry that is the plugin; where absent it is found by its form. */
  readonly export?: string
  /** What it provides; absent where the author left it out: then it is learnt from the runner. */
  readonly provides?: ProvidedByKind
  readonly permissions: Permissions
  readonly limits: Limits
  readonly isolation: { readonly minimum?: IsolationLevel }
  /** Modules it may and may not import, as they were written; kept, and not enforced by this release. */
  readonly modules: { readonly allowed: readonly string[]; readonly blocked: readonly string[] }
  /** For other programs and for people; the host does nothing with it. */
  readonly metadata: Readonly<Record<string, Json>>
}

/** `cardcage` is the canonical one, `module` a single file that describes itself; the others are those of the guides. */
export type Dialect =
  | 'cardcage'
  | 'chronos'
  | 'platform-base-1'
  | 'platform-base-2'
  | 'platform-base-yaml'
  | 'panotti'
  | 'recommendation'
  | 'module'

/** A library a plugin needs: `numpy >=1.20`. */
export interface Requirement {
  readonly name: string
  /** As it was written; `*` where none is given. */
  readonly version: string
  readonly optional: boolean
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
  /** Percent of one processor, all threads together. Held on Linux. */
  readonly cpu?: number
}

/** `L4` strongest … `L0` inline; what each means is in ARCHITECTURE.md. */
export type IsolationLevel = 'L0' | 'L1' | 'L2' | 'L3' | 'L4'

/** A JSON Schema document (draft 2020-12). */
export type JsonSchema = { readonly [key: string]: Json }

/** The six kinds in the order in which people are shown them. */
export const kinds: readonly Kind[] = ['source', 'format', 'analysis', 'visualization', 'enrichment', 'handler']

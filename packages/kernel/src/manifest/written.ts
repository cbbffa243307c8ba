import type { Json } from '@cardcage/plugin'
import type { HostName } from './host-table.ts'
import type { IsolationLevel, JsonSchema, Permission, Permissions } from './manifest.ts'
import type { Provided } from './provides.ts'
import type { WrittenInputs } from './spell-out.ts'

/** A manifest as its JSON Schema lets it through. */
export interface Written {
  readonly id: string
  readonly name?: string
  readonly version: string
  readonly description?: string
  readonly author?: string
  readonly license?: string
  readonly homepage?: string
  readonly repository?: string
  readonly api_version?: string | { readonly major: number; readonly minor?: number; readonly patch?: number }
  readonly keywords?: readonly string[]
  readonly dependencies?: readonly (string | { readonly name: string; readonly version?: string; readonly optional?: boolean })[]
  readonly config_schema?: JsonSchema
  readonly provides?: { readonly [kind: string]: Readonly<Record<string, Omit<Provided, 'inputs'> & { readonly inputs?: WrittenInputs }>> }
  readonly host_version?: string | { readonly name?: HostName; readonly range: string }
  readonly requires?: readonly (string | { readonly name: string; readonly version?: string; readonly optional?: boolean })[]
  readonly conflicts_with?: readonly string[]
  readonly config?: { readonly [key: string]: Json }
  readonly enabled?: boolean
  readonly export?: string
  readonly produces?: readonly string[]
  readonly capabilities?: { readonly [key: string]: Json }
  readonly runtime?: Readonly<Record<string, string>>
  readonly platforms?: readonly string[]
  readonly documentation?: { readonly readme?: string; readonly examples?: readonly string[] }
  readonly modules?: { readonly allowed?: readonly string[]; readonly blocked?: readonly string[] }
  readonly metadata?: { readonly [key: string]: Json }
  readonly permissions?: { readonly [K in keyof Permissions]?: readonly (string | Permission)[] }
  readonly limits?: { readonly memory?: string | number; readonly timeout?: string | number; readonly cpu?: number }
  readonly isolation?: IsolationLevel | { readonly minimum?: IsolationLevel }
}

import type { About, ColumnNeed, Kind } from '@cardcage/plugin'
import type { JsonSchema } from './manifest.ts'

/** What a plugin provides, as data: by kind, by name. */
export type ProvidedByKind = { readonly [K in Kind]?: Readonly<Record<string, Provided>> }

/** One provided thing; which keys it has depends on its kind. */
export interface Provided extends About {
  /** analysis, visualization: inputs with every column role spelled out. */
  readonly inputs?: Readonly<Record<string, ProvidedInput>>
  /** JSON Schema of the params; absent where it takes none. */
  readonly params?: JsonSchema
  /** analysis */
  readonly deterministic?: boolean
  /** visualization: media types a plot draws. */
  readonly draws?: readonly string[]
  /** visualization: an exporter's media types and extension. */
  readonly from?: string
  readonly to?: string
  readonly extension?: string
  /** format */
  readonly extensions?: readonly string[]
  readonly mediaTypes?: readonly string[]
  /** format, source: which of the optional functions there are. */
  readonly can?: readonly ('read' | 'write' | 'probe' | 'check' | 'discover' | 'estimate')[]
  /** enrichment */
  readonly subjects?: readonly string[]
  readonly adds?: readonly string[]
  /** enrichment, handler: JSON Schema of the data. */
  readonly data?: JsonSchema
}

/** An input of an operation, as data. */
export interface ProvidedInput {
  readonly columns?: Readonly<Record<string, ColumnNeed>>
  readonly minRows?: number
  readonly maxRows?: number
  readonly optional?: boolean
  readonly stream?: boolean
}

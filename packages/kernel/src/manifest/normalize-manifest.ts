import { didYouMean } from '@cardcage/plugin/internal'
import type { Json } from '@cardcage/plugin'
import { printValue } from './describe-schema.ts'
import { dialectTable, type FileDialect, recognize } from './dialect.ts'
import { cardcage } from './dialects/cardcage.ts'
import { chronos } from './dialects/chronos.ts'
import { panotti } from './dialects/panotti.ts'
import { platformBase1, platformBase2, platformBaseYaml } from './dialects/platform-base.ts'
import { recommendation } from './dialects/recommendation.ts'
import { createTranslation, type EntrySearch, type Note, type Raw, type Translation } from './dialects/translation.ts'
import type { Report } from './manifest-file.ts'
import { manifestSchema } from './manifest-schema.ts'
import { isObject, own } from './schema-node.ts'

/** A manifest in the canonical form, whatever it was written in. */
export interface Normalized {
  readonly dialect: FileDialect
  /** Keys of `plugin.json`; not yet checked. Without `entry` where it is to be looked for. */
  readonly written: Raw
  /** What was mapped, kept without meaning, or dropped. Keys with the same name and meaning are not listed. */
  readonly notes: readonly Note[]
  /** Where the entry module of a guide's manifest is looked for. */
  readonly entry?: EntrySearch
  /** The path at which the author wrote what stands at a canonical path. */
  origin(keys: readonly string[]): readonly string[]
}

/**
 * Bring a parsed manifest into the canonical form: its dialect is recognised by its keys, and each key goes where it belongs. What is wrong is reported at the
 * author's own keys; `undefined` where no dialect, or more than one, fits. Keys nobody knows are warnings unless errors are asked for (of the canonical dialect
 * they are told when the form is checked).
 */
export function normalizeManifest(
  parsed: Raw,
  format: 'json' | 'toml' | 'yaml',
  report: Report,
  unknownKeys: 'warning' | 'error' = 'warning',
): Normalized | undefined {
  const { raw, moved } = format === 'toml' ? hoist(parsed, report) : { raw: parsed, moved: new Map<string, string>() }
  const recognized = recognize(raw)
  if (!('dialect' in recognized)) {
    report({ ...(recognized.key === undefined ? {} : { keys: [recognized.key] }), message: recognized.message, fix: recognized.fix })
    return undefined
  }
  const { dialect } = recognized
  const home = (keys: readonly string[]) => (moved.has(keys[0] ?? '') ? [moved.get(keys[0]!)!, ...keys] : keys)
  const place: Report = ({ keys = [], ...problem }) => report({ keys: home(keys), ...problem })
  const t = createTranslation(raw, place)
  const entry = readers[dialect](t)
  if (dialect !== 'cardcage') reportUnknown(t, dialect, unknownKeys)
  return { dialect, written: t.written, notes: t.notes, ...(entry ? { entry } : {}), origin: (keys) => home(t.origin(keys)) }
}

const readers: Readonly<Record<FileDialect, (t: Translation) => EntrySearch | void>> = {
  cardcage,
  chronos,
  'platform-base-1': platformBase1,
  'platform-base-2': platformBase2,
  'platform-base-yaml': platformBaseYaml,
  panotti,
  recommendation,
}

function reportUnknown(t: Translation, dialect: FileDialect, unknownKeys: 'warning' | 'error'): void {
  const { keys, guide } = dialectTable[dialect]
  const names = Object.keys(keys)
  for (const key of Object.keys(t.raw)) {
    // The canonical form is checked as a whole, and Chronos's is part of it.
    if (Object.hasOwn(keys, key) || (dialect === 'chronos' && Object.hasOwn(t.written, key))) continue
    t.note({ from: key, why: `no key of a manifest of ${guide}` })
    const fix = didYouMean(key, names).trim() || `Known here are ${names.join(', ')}. Remove it, or correct its name.`
    t.report({ keys: [key], severity: unknownKeys, message: `unknown key ${printValue(key)}`, fix })
  }
}

/**
 * TOML puts every key written after a table's header into that table. The Chronos guide's own sample does it (`keywords` after `[api_version]`), so they are taken
 * back out, with a warning each. Only tables whose keys are all known can be told from what stands in them by mistake.
 */
function hoist(parsed: Raw, report: Report): { readonly raw: Raw; readonly moved: ReadonlyMap<string, string> } {
  const raw: Record<string, Json> = { ...parsed }
  const moved = new Map<string, string>()
  for (const [table, properties] of closedTables()) {
    const inside = own(parsed, table)
    if (!isObject(inside)) continue
    const misplaced = Object.keys(inside).filter((key) => !properties.has(key) && topLevel().has(key) && !Object.hasOwn(raw, key))
    if (misplaced.length === 0) continue
    for (const key of misplaced) {
      raw[key] = inside[key]!
      moved.set(key, table)
      const message = `"${key}" stands inside [${table}]: in TOML every key after a table's header belongs to that table; read as if it stood above it`
      report({ keys: [table, key], severity: 'warning', message, fix: `Move "${key}" above the line [${table}].` })
    }
    raw[table] = Object.fromEntries(Object.entries(inside).filter(([key]) => !misplaced.includes(key)))
  }
  return { raw, moved }
}

/** Tables of the canonical manifest that hold nothing but what their schema names, with those names. */
function closedTables(): readonly (readonly [string, ReadonlySet<string>])[] {
  const names = ['api_version', 'host_version', 'permissions', 'limits', 'isolation', 'documentation', 'modules']
  return names.map((name) => {
    const schema = own(manifestSchema['properties'], name)
    const branches = [schema, ...(Array.isArray(own(schema, 'anyOf')) ? (own(schema, 'anyOf') as readonly Json[]) : [])]
    return [name, new Set(branches.flatMap((branch) => Object.keys((own(branch, 'properties') as object | undefined) ?? {})))]
  })
}

function topLevel(): ReadonlySet<string> {
  return new Set(Object.values(dialectTable).flatMap(({ keys }) => Object.keys(keys)))
}

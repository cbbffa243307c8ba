import type { Json } from '@cardcage/plugin'
import type { DialectKeys } from './dialects/translation.ts'
import { chronosKeys } from './dialects/chronos.ts'
import { panottiKeys } from './dialects/panotti.ts'
import { platformBase1Keys, platformBase2Keys, platformBaseYamlKeys } from './dialects/platform-base.ts'
import { recommendationKeys } from './dialects/recommendation.ts'
import { manifestSchema } from './manifest-schema.ts'
import type { Dialect } from './manifest.ts'
import { isObject, own } from './schema-node.ts'

type Raw = { readonly [key: string]: Json }

/** What is known of a dialect. */
export interface DialectEntry {
  /** Whose it is. */
  readonly guide: string
  /** Keys by which it is recognised, wherever they stand: a manifest that has such keys of two dialects is refused. */
  readonly marks: readonly string[]
  readonly keys: DialectKeys
}

/** The dialects that are read from files, `module` aside. */
export type FileDialect = Exclude<Dialect, 'module'>

/** Every dialect, with the keys it is recognised by. File names do not count. */
export const dialectTable: Readonly<Record<FileDialect, DialectEntry>> = {
  cardcage: { guide: 'Cardcage', marks: ['id'], keys: canonicalKeys() },
  chronos: { guide: 'Chronos', marks: ['id'], keys: chronosKeys },
  'platform-base-1': {
    guide: 'Platform Base, the guide’s schema 1.0',
    marks: ['plugin_id', 'core_min_version', 'core_max_version'],
    keys: platformBase1Keys,
  },
  'platform-base-2': {
    guide: 'Platform Base, its registry',
    marks: ['main_class', 'requires_platform_version', 'python_requires', 'plugin_dependencies', 'sandbox_level'],
    keys: platformBase2Keys,
  },
  'platform-base-yaml': { guide: 'Platform Base, its documentation', marks: ['platform_base_version'], keys: platformBaseYamlKeys },
  panotti: { guide: 'PanottiServer', marks: [], keys: panottiKeys },
  recommendation: { guide: 'recommendation engine', marks: ['min_engine_version', 'max_engine_version'], keys: recommendationKeys },
}

/** What a manifest was recognised as, or why it was not. */
export type Recognition = { readonly dialect: FileDialect } | { readonly message: string; readonly fix: string; readonly key?: string }

/**
 * Whose manifest this is, by its keys. Keys that are marks of one dialect decide; marks of two are refused. `id` is Cardcage's or Chronos's: it is Chronos's where
 * `api_version` is a table with the major 0 and no key stands beside it that Chronos does not know but Cardcage does. Without a mark, in this order:
 *
 * 1. `entry_point` with a colon (`"package:Class"`): Platform Base's documentation
 * 2. `configuration`, or an `entry_point` with a dot (`"module.Class"`): Platform Base 1; an `entry_point` that is a Python file: Platform Base 2
 * 3. `api_version` as a table: Chronos or Cardcage, whose `id` is missing
 * 4. a key only Cardcage has (`entry`, `provides`, `permissions` …): likewise
 * 5. `name` with `capabilities` or `config_schema`: the recommendation engine
 * 6. `name` with `enabled`, `config` or `dependencies`, or with nothing but what describes it: PanottiServer
 */
export function recognize(raw: Raw): Recognition {
  const marked = Object.entries(dialectTable).flatMap(([dialect, { marks }]) => {
    const found = marks.filter((key) => Object.hasOwn(raw, key))
    return found.length > 0 && dialect !== 'chronos' ? [{ dialect: dialect as FileDialect, found }] : []
  })
  if (marked.length > 1) return inTwoDialects(marked)
  const [only] = marked
  if (only) return { dialect: only.dialect === 'cardcage' && isChronos(raw) ? 'chronos' : only.dialect }
  const dialect = byHabit(raw)
  return dialect ? { dialect } : unrecognized(raw)
}

/** Is a file of this name surely meant for us? A `manifest.json` may be a web page's or a browser extension's: it must name a plugin and its version. */
export function isOurs(file: string, raw: Json | undefined): boolean {
  if (!file.endsWith('manifest.json')) return true
  if (!isObject(raw) || !('version' in raw)) return false
  const recognized = recognize(raw)
  if (!('dialect' in recognized)) return Object.hasOwn(raw, 'plugin_id')
  return (
    recognized.dialect !== 'panotti' &&
    Object.keys(dialectTable[recognized.dialect].keys).some((key) => Object.hasOwn(raw, key) && !common.has(key))
  )
}

const common = new Set(['name', 'version', 'description', 'author', 'license', 'homepage', 'type', 'manifest_version', 'permissions', 'id'])

function inTwoDialects(marked: readonly { readonly dialect: FileDialect; readonly found: readonly string[] }[]): Recognition {
  const sides = marked.map(
    ({ dialect, found }) =>
      `${found.map((key) => JSON.stringify(key)).join(', ')} ${found.length === 1 ? 'is' : 'are'} of ${dialectTable[dialect].guide}`,
  )
  return {
    message: `is a manifest in two dialects at once: ${sides.join('; ')}`,
    fix: 'Keep the keys of one of them.',
    key: marked[1]!.found[0]!,
  }
}

function isChronos(raw: Raw): boolean {
  const api = own(raw, 'api_version')
  const others = Object.keys(raw).filter((key) => Object.hasOwn(dialectTable.cardcage.keys, key) && !Object.hasOwn(chronosKeys, key))
  return isObject(api) && own(api, 'major') === 0 && others.length === 0
}

function byHabit(raw: Raw): FileDialect | undefined {
  const has = (key: string) => Object.hasOwn(raw, key)
  const entryPoint = own(raw, 'entry_point')
  if (typeof entryPoint === 'string' && entryPoint.includes(':')) return 'platform-base-yaml'
  if (has('configuration')) return 'platform-base-1'
  if (typeof entryPoint === 'string') return /\.(?:py|[cm]?[jt]s)$/.test(entryPoint) ? 'platform-base-2' : 'platform-base-1'
  if (isObject(own(raw, 'api_version'))) return isChronos(raw) ? 'chronos' : 'cardcage'
  const known = Object.keys(dialectTable.cardcage.keys)
  const canonicalOnly = known.filter(
    (key) => has(key) && !Object.hasOwn(chronosKeys, key) && !Object.hasOwn(panottiKeys, key) && !Object.hasOwn(recommendationKeys, key),
  )
  if (canonicalOnly.length > 0) return 'cardcage'
  if (has('name') && (has('capabilities') || has('config_schema'))) return 'recommendation'
  if (!has('name')) return has('version') && Object.keys(raw).every((key) => known.includes(key)) ? 'cardcage' : undefined
  const describes = Object.keys(raw).every((key) => Object.hasOwn(panottiKeys, key))
  return has('enabled') || has('config') || has('dependencies') || (describes && has('version')) ? 'panotti' : undefined
}

function unrecognized(raw: Raw): Recognition {
  const found = Object.keys(raw)
    .slice(0, 8)
    .map((key) => JSON.stringify(key))
  const marks = Object.values(dialectTable).flatMap(({ guide, marks: [mark] }) => (mark?.includes('_') ? [`"${mark}" (${guide})`] : []))
  return {
    message: `is no manifest of a plugin: its keys are ${found.join(', ') || 'none'}`,
    fix: `Looked for were "id" (Cardcage, Chronos), ${marks.join(', ')}, and "name" with "config" (PanottiServer) or "capabilities" (recommendation engine).`,
  }
}

function canonicalKeys(): DialectKeys {
  const properties = isObject(manifestSchema['properties']) ? manifestSchema['properties'] : {}
  return Object.fromEntries(
    [...Object.keys(properties), 'manifestVersion'].map((key) => [key, key === 'manifestVersion' ? 'manifest_version' : key]),
  )
}

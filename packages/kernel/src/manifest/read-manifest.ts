import { realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Json } from '@cardcage/plugin'
import { checkManifest } from './check-manifest.ts'
import type { Note } from './dialects/translation.ts'
import { entryOf } from './entry.ts'
import { libraryWarning } from './library-warning.ts'
import { readManifestFile, reporter } from './manifest-file.ts'
import type { Dialect, Manifest } from './manifest.ts'
import { isFile, readModule } from './module-manifest.ts'
import { normalizeManifest } from './normalize-manifest.ts'
import { hasError } from './problem.ts'
import type { Problem } from './problem.ts'
import { printPath } from './schema-node.ts'

export { manifestNames } from './manifest-file.ts'

/** What reading the manifest of a folder gave; a value, never an exception. */
export interface ReadManifest {
  /** Absolute path of the manifest; the folder's where there is none. */
  readonly file: string
  /** Its text, where it could be read. */
  readonly text?: string
  /** Absent as soon as one problem is an error. */
  readonly manifest?: Manifest
  /** What could be made out even of a bad manifest, to list the failed plugin under its name. */
  readonly known: Known
  /** All of them, in the order of the file where the line is known. */
  readonly problems: readonly Problem[]
  /** Whose manifest it is; absent where it was not recognised. */
  readonly dialect?: Dialect
  /** What of a guide's manifest was mapped, kept without meaning, or dropped. */
  readonly notes?: readonly Note[]
  /** The keys of the canonical manifest it stands for, as `plugin.json` would have them. */
  readonly written?: { readonly [key: string]: Json }
  /** Where a canonical key stands in the file: under which key of its author, on which line. */
  locate?(keys: readonly string[]): { readonly keys: readonly string[]; readonly line?: number }
}

/** What a listing shows of a plugin that failed. */
export interface Known {
  readonly id?: string
  readonly name?: string
  readonly version?: string
  readonly description?: string
}

/**
 * Read the manifest of a plugin folder, in any of the dialects, and normalise it; of a file that is a plugin by itself, its module's text. Only the manifest is
 * opened; of the entry module only existence and real path are looked at. Every problem is listed at once, with line, key and fix. An entry module that is not
 * there is an error of a canonical manifest and a warning of a guide's, whose samples ship none.
 *
 * @see Chronos guide, "Plugin Metadata": also its sample, in which TOML puts `keywords` and `dependencies` inside `[api_version]`.
 */
export function readManifest(folder: string, options: { /** Default `warning`. */ unknownKeys?: 'warning' | 'error' } = {}): ReadManifest {
  const { unknownKeys = 'warning' } = options
  if (isFile(folder)) return readModule(resolve(folder))
  const problems: Problem[] = []
  const source = readManifestFile(folder, problems)
  if (!source) return { file: folder, known: {}, problems }
  const file = join(folder, source.name)
  if (source.raw === undefined) return { file, text: source.text, known: {}, problems }
  const report = reporter(source, file, problems)
  const normalized = normalizeManifest(source.raw, source.format, report, unknownKeys)
  if (!normalized) return { file, text: source.text, known: knownOf(source.raw), problems }
  const checked = checkManifest(normalized, unknownKeys, report)
  const entry = entryOf(realpathSync.native(folder), normalized, report)
  const locate = (canonical: readonly string[]) => {
    const keys = normalized.origin(canonical)
    const line = source.line(keys)
    return { keys, ...(line === undefined ? {} : { line }) }
  }
  if (checked && checked.requires.length > 0) {
    const { keys, ...place } = locate(['requires'])
    problems.push(libraryWarning({ file, key: printPath(keys), ...place }, checked.requires))
  }
  problems.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || 0)
  const manifest = checked && entry !== undefined && !hasError(problems) ? { manifest: { ...checked, entry } } : {}
  const { dialect, notes } = normalized
  const written = normalized.entry && entry !== undefined ? { ...normalized.written, entry } : normalized.written
  return { file, text: source.text, ...manifest, known: knownOf(written), problems, dialect, notes, written, locate }
}

function knownOf(raw: Readonly<Record<string, unknown>>): Known {
  const texts = ['id', 'name', 'version', 'description'].filter((key) => typeof raw[key] === 'string')
  return Object.fromEntries(texts.map((key) => [key, String(raw[key]).slice(0, 500)]))
}

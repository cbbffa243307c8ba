import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { checkManifest } from './check-manifest.ts'
import { readManifestFile } from './manifest-file.ts'
import { entryOf } from './entry.ts'
import { hasError } from './problem.ts'
import type { Manifest } from './manifest.ts'
import type { Problem } from './problem.ts'

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
}

/** What a listing shows of a plugin that failed. */
export interface Known {
  readonly id?: string
  readonly name?: string
  readonly version?: string
  readonly description?: string
}

/** Names of the manifest file, first wins. */
export const manifestNames = ['plugin.json', 'plugin.toml'] as const

/**
 * Read `plugin.json` or `plugin.toml` of a plugin folder and normalise it. Only that file is opened; of the entry module only existence
 * and real path are looked at. Every problem is listed at once, with line, key and fix.
 *
 * @see Chronos guide, "Plugin Metadata": also its sample, in which TOML puts `keywords` and `dependencies` inside `[api_version]`.
 */
export function readManifest(folder: string, options: { /** Default `warning`. */ unknownKeys?: 'warning' | 'error' } = {}): ReadManifest {
  const problems: Problem[] = []
  const source = readManifestFile(folder, problems)
  if (!source) return { file: folder, known: {}, problems }
  const file = join(folder, source.name)
  if (source.raw === undefined) return { file, ...(source.text === undefined ? {} : { text: source.text }), known: {}, problems }
  const report = source.reporter(problems)
  const manifest = checkManifest(source.raw, source.format, options.unknownKeys ?? 'warning', report)
  const entry = entryOf(realpathSync.native(folder), source.raw['entry'], report)
  problems.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || 0)
  const whole = manifest && entry !== undefined && !hasError(problems) ? { manifest: { ...manifest, entry } } : {}
  return { file, text: source.text, ...whole, known: knownOf(source.raw), problems }
}

function knownOf(raw: Readonly<Record<string, unknown>>): Known {
  const texts = ['id', 'name', 'version', 'description'].filter((key) => typeof raw[key] === 'string')
  return Object.fromEntries(texts.map((key) => [key, String(raw[key]).slice(0, 500)]))
}

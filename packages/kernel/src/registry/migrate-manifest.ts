import { resolve } from 'node:path'
import type { Json } from '@cardcage/plugin'
import { manifestSchema } from '../manifest/manifest-schema.ts'
import type { Dialect } from '../manifest/manifest.ts'
import type { Problem } from '../manifest/problem.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import type { ReadManifest } from '../manifest/read-manifest.ts'
import { isObject } from '../manifest/schema-node.ts'

/** A manifest on its way to `plugin.json`. */
export interface Migration {
  /** Absolute path of the manifest as its author wrote it; the folder's where there is none. */
  readonly file: string
  readonly dialect?: Dialect
  /** The canonical manifest, its keys in the order of the reference; absent where the author's cannot be read. */
  readonly written?: { readonly [key: string]: Json }
  /** What was mapped, kept without meaning, or dropped. */
  readonly notes: NonNullable<ReadManifest['notes']>
  /** Is the file the canonical `plugin.json` already? */
  readonly done: boolean
  readonly problems: readonly Problem[]
}

/**
 * The canonical `plugin.json` that a plugin's manifest stands for, whatever dialect it is written in; nothing is written. It names the entry module that was found,
 * because elsewhere is looked in a guide's folder.
 *
 * @param folder of the plugin
 */
export function migrateManifest(folder: string): Migration {
  const { file, dialect, written, notes = [], problems } = readManifest(resolve(folder))
  const broken = problems.some(({ severity, code }) => severity === 'error' && code !== 'incompatible')
  if (dialect === undefined || written === undefined || broken)
    return { file, notes, done: false, problems, ...(dialect === undefined ? {} : { dialect }) }
  const done = dialect === 'cardcage' && file.endsWith('plugin.json')
  return { file, dialect, written: inOrder({ manifest_version: 1, ...written }), notes, done, problems }
}

function inOrder(written: { readonly [key: string]: Json }): { readonly [key: string]: Json } {
  const names = isObject(manifestSchema['properties']) ? Object.keys(manifestSchema['properties']) : []
  const rank = (key: string) => (names.includes(key) ? names.indexOf(key) : Infinity)
  return Object.fromEntries(Object.entries(written).toSorted(([a], [b]) => rank(a) - rank(b) || 0))
}

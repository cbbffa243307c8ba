import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { ProvidedByKind } from '../manifest/provides.ts'
import { isObject, isUnsafe } from '../manifest/schema-node.ts'
import { kinds } from '../manifest/manifest.ts'

/** Raised when what is learnt changes its shape: older entries are then not found. */
const shape = 1
const mostFiles = 5000
const mostBytes = 64 * 2 ** 20

/**
 * Key of a plugin folder as it lies there now: path, manifest, and size, times and inode of its own files. Opens none of them. To be taken
 * before the plugin runs, so that a change meanwhile is not overlooked. `undefined` where there are too many files to be sure.
 */
export function folderKey(folder: string, manifestText: string): string | undefined {
  const files = ownFiles(folder)
  if (!files) return undefined
  const hash = createHash('sha256').update(JSON.stringify([shape, folder, manifestText]))
  for (const { name, link, stat } of files)
    hash.update(JSON.stringify([name, link ?? '', `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`]))
  return `f-${hash.digest('hex')}`
}

/**
 * Key of what is in a plugin's own files (not hidden ones, not `node_modules`), wherever they lie. Reads them.
 * `undefined` above 5,000 files or 64 MiB.
 *
 * @param only the plugin's files, where it is not the whole folder
 */
export async function contentHash(folder: string, only?: readonly string[]): Promise<string | undefined> {
  const files = only ? only.map((path) => ownFile(folder, path, false)) : ownFiles(folder)
  if (!files || files.reduce((sum, { stat }) => sum + Number(stat.size), 0) > mostBytes) return undefined
  const hash = createHash('sha256').update(JSON.stringify([shape]))
  for (const { name, link, path } of files) {
    const content = link === undefined ? await readFile(path) : Buffer.from(link)
    hash.update(JSON.stringify([name, link !== undefined, content.length])).update(content)
  }
  return `c-${hash.digest('hex')}`
}

/** What was learnt under a key; `undefined` where nothing was, or what is there cannot be read. */
export function recall(cacheFolder: string, key: string | undefined): ProvidedByKind | undefined {
  if (key === undefined) return undefined
  try {
    const provides: unknown = JSON.parse(readFileSync(fileOf(cacheFolder, key), 'utf8'))
    const known: readonly string[] = kinds
    if (!isObject(provides) || isUnsafe(provides)) return undefined
    return Object.entries(provides).every(([kind, things]) => known.includes(kind) && isObject(things)) ? provides : undefined
  } catch {
    return undefined
  }
}

/** Keep what was learnt under each key; whole files only, so that a reader at the same time sees the old or the new. A cache that cannot be written is not used. */
export function remember(cacheFolder: string, keys: readonly (string | undefined)[], provides: ProvidedByKind): void {
  const text = JSON.stringify(provides)
  for (const key of keys) {
    if (key === undefined) continue
    const file = fileOf(cacheFolder, key)
    const draft = `${file}.${process.pid}.draft`
    try {
      mkdirSync(join(cacheFolder, 'learnt'), { recursive: true, mode: 0o700 })
      writeFileSync(draft, text, { mode: 0o600 })
      renameSync(draft, file)
    } catch {
      discard(draft)
    }
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // The folder itself is not there: nothing was written.
  }
}

interface OwnFile {
  /** Relative to the folder. */
  readonly name: string
  readonly path: string
  /** Where a symbolic link points; it is not followed. */
  readonly link?: string
  readonly stat: { readonly size: bigint; readonly mtimeNs: bigint; readonly ctimeNs: bigint; readonly ino: bigint }
}

function fileOf(cacheFolder: string, key: string): string {
  return join(cacheFolder, 'learnt', `${key}.json`)
}

/** `undefined` where there are too many, or one vanished meanwhile or cannot be looked at. */
function ownFiles(folder: string): readonly OwnFile[] | undefined {
  try {
    return walk(folder)
  } catch {
    return undefined
  }
}

function walk(folder: string): readonly OwnFile[] | undefined {
  const files: OwnFile[] = []
  const folders = [folder]
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const path = join(next, entry.name)
      if (entry.isDirectory()) folders.push(path)
      else if (entry.isFile() || entry.isSymbolicLink()) files.push(ownFile(folder, path, entry.isSymbolicLink()))
      if (files.length + folders.length > mostFiles) return undefined
    }
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function ownFile(folder: string, path: string, isLink: boolean): OwnFile {
  const name = relative(folder, path)
  return isLink
    ? { name, path, link: readlinkSync(path), stat: lstatSync(path, { bigint: true }) }
    : { name, path, stat: statSync(path, { bigint: true }) }
}

import { readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import rcompare from 'semver/functions/rcompare.js'
import { manifestNames, readManifest } from '../manifest/read-manifest.ts'
import type { ReadManifest } from '../manifest/read-manifest.ts'
import type { Problem } from '../manifest/problem.ts'

/** A plugin folder that was found. */
export interface Discovered extends ReadManifest {
  /** Absolute, real path of the folder. */
  readonly path: string
  /** `ready` takes the slot of its id; `additional` is an older release of a plugin that is ready; `failed` has an error among its problems. */
  readonly state: 'ready' | 'additional' | 'failed'
}

/** What was found under some paths. */
export interface Discovery {
  /** Sorted by id, then by version, highest first, then by path. At most one of an id is `ready`. */
  readonly plugins: readonly Discovered[]
  /** Of the paths themselves: missing, unreadable, without a plugin. */
  readonly problems: readonly Problem[]
}

/**
 * Find plugins: each path is a plugin folder or a folder of them (one level; hidden folders and `node_modules` are skipped). A folder
 * reached twice counts once. Opens no file but manifests, and one bad plugin never hides another.
 */
export function discover(paths: readonly string[]): Discovery {
  const problems: Problem[] = []
  const folders = new Set(paths.flatMap((path) => foldersAt(resolve(path), problems)))
  const found = [...folders].map((path): Discovered => {
    const read = readManifest(path)
    return { ...read, path, state: read.manifest ? 'ready' : 'failed' }
  })
  const groups = Map.groupBy(found, ({ path, known }) => known.id ?? path)
  const plugins = [...groups.values()].flatMap((group) => settle(group))
  return { plugins: plugins.sort((a, b) => compare(a.known.id ?? a.path, b.known.id ?? b.path)), problems }
}

function foldersAt(path: string, problems: Problem[]): readonly string[] {
  const note = (severity: Problem['severity'], code: Problem['code'], message: string, fix: string) =>
    problems.push({ file: path, severity, code, message, fix })
  try {
    const stat = statSync(path)
    if (!stat.isDirectory()) {
      if (manifestNames.some((name) => path.endsWith(`/${name}`))) return [realpathSync.native(dirname(path))]
      note('error', 'not-found', 'is not a folder', 'Give a plugin folder, or a folder of plugin folders.')
      return []
    }
    const real = realpathSync.native(path)
    if (isPlugin(real)) return [real]
    const found = readdirSync(real)
      .filter((name) => !name.startsWith('.') && name !== 'node_modules')
      .map((name) => join(real, name))
      .filter(isPlugin)
      .map((folder) => realpathSync.native(folder))
    if (found.length === 0)
      note(
        'warning',
        'not-found',
        'there is no plugin here',
        'A plugin is a folder with a plugin.json or plugin.toml; give it, or the folder around it.',
      )
    return found
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const missing = code === 'ENOENT' || code === 'ENOTDIR'
    note('error', 'not-found', missing ? 'does not exist' : `cannot be read: ${code}`, missing ? 'Correct the path.' : 'Make it readable.')
    return []
  }
}

function isPlugin(folder: string): boolean {
  return manifestNames.some((name) => isThere(join(folder, name)))
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

/** Decides which plugin of one id takes the slot: the highest version; two of the same version are a conflict and none of them does. */
function settle(group: readonly Discovered[]): readonly Discovered[] {
  const sorted = group.toSorted((a, b) => compareReleases(a, b))
  const judged = sorted.map((plugin) => {
    const twins = sorted.filter((other) => other !== plugin && isTwin(plugin, other))
    return twins.length === 0 ? plugin : conflicting(plugin, twins)
  })
  const winner = judged.find(({ state }) => state === 'ready')
  return judged.map((plugin) => (plugin === winner || plugin.state === 'failed' ? plugin : additional(plugin, winner!)))
}

function isTwin(a: Discovered, b: Discovered): boolean {
  return a.manifest !== undefined && b.manifest !== undefined && rcompare(a.manifest.version, b.manifest.version) === 0
}

function conflicting(plugin: Discovered, twins: readonly Discovered[]): Discovered {
  const { id, version } = plugin.manifest!
  const message = `${id} ${version} is in ${[plugin, ...twins].map(({ path }) => path).join(' and in ')}; none of them is used`
  const { manifest: _, ...rest } = plugin
  const problem: Problem = {
    file: plugin.file,
    key: 'id',
    severity: 'error',
    code: 'conflict',
    message,
    fix: 'Remove one, or give it another id or version.',
  }
  return { ...rest, state: 'failed', problems: [...plugin.problems, problem] }
}

function additional(plugin: Discovered, winner: Discovered): Discovered {
  const { id, version } = plugin.manifest!
  const message = `${id} ${version} is not used: ${winner.manifest!.version} in ${winner.path} is newer and takes the slot ${id}`
  const problem: Problem = {
    file: plugin.file,
    key: 'version',
    severity: 'warning',
    code: 'conflict',
    message,
    fix: 'Remove the one that is not wanted.',
  }
  return { ...plugin, state: 'additional', problems: [...plugin.problems, problem] }
}

function compareReleases(a: Discovered, b: Discovered): number {
  if (a.manifest && b.manifest) return rcompare(a.manifest.version, b.manifest.version) || compare(a.path, b.path)
  return Number(!a.manifest) - Number(!b.manifest) || compare(a.path, b.path)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

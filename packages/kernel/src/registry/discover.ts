import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import rcompare from 'semver/functions/rcompare.js'
import { libraryWarning } from '../manifest/library-warning.ts'
import { makeId } from '../manifest/make-id.ts'
import { hasManifest, manifestNames } from '../manifest/manifest-file.ts'
import type { Manifest, Requirement } from '../manifest/manifest.ts'
import { isFile, isModuleName, isModulePlugin } from '../manifest/module-manifest.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import type { ReadManifest } from '../manifest/read-manifest.ts'
import type { Problem } from '../manifest/problem.ts'
import { semverRange } from '../manifest/version-range.ts'

/** A plugin that was found: a folder with a manifest, or a file that is a plugin by itself. */
export interface Discovered extends ReadManifest {
  /** Absolute, real path of the folder; of a file that is a plugin by itself, the folder it lies in, which may hold others. */
  readonly path: string
  /** Absolute, real paths of all that belongs to it, where that is not the whole folder: only these are its own to read. */
  readonly files?: readonly string[]
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
 * Find plugins: each path is a plugin folder, a file that is a plugin by itself, or a folder of both (one level; hidden ones and `node_modules` are skipped). What
 * is reached twice counts once. Opens no file but manifests, of which a file that is a plugin by itself is one, and one bad plugin never hides another. Libraries
 * of a manifest that are ids of plugins found here become dependencies.
 */
export function discover(paths: readonly string[]): Discovery {
  const problems: Problem[] = []
  const places = new Set(paths.flatMap((path) => placesAt(resolve(path), problems)))
  const found = [...places].map((place): Discovered => {
    const read = readManifest(place)
    const where = isFile(place) ? { path: dirname(place), files: [place] } : { path: place }
    return { ...read, ...where, state: read.manifest ? 'ready' : 'failed' }
  })
  const ids = new Set(found.flatMap(({ manifest }) => manifest?.id ?? []))
  const groups = Map.groupBy(
    found.map((plugin) => withDependencies(plugin, ids)),
    ({ file, known }) => known.id ?? file,
  )
  const plugins = [...groups.values()].flatMap((group) => settle(group))
  return { plugins: plugins.sort((a, b) => compare(a.known.id ?? a.path, b.known.id ?? b.path)), problems }
}

/** Folders with a manifest, and files that are plugins by themselves. */
function placesAt(path: string, problems: Problem[]): readonly string[] {
  const note = (severity: Problem['severity'], code: Problem['code'], message: string, fix: string) =>
    problems.push({ file: path, severity, code, message, fix })
  try {
    const stat = statSync(path)
    if (!stat.isDirectory()) {
      if (manifestNames.some((name) => path.endsWith(`/${name}`))) return [realpathSync.native(dirname(path))]
      if (isModuleName(basename(path))) return [realpathSync.native(path)]
      note(
        'error',
        'not-found',
        'is not a folder',
        'Give a plugin folder, a folder of plugin folders, or a module that exports createPlugin.',
      )
      return []
    }
    const real = realpathSync.native(path)
    if (hasManifest(real)) return [real]
    const found = readdirSync(real, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .map((entry) => ({
        place: join(real, entry.name),
        isFolder: entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(real, entry.name))),
      }))
      .filter(({ place, isFolder }) => (isFolder ? hasManifest(place) : isModulePlugin(place)))
      .map(({ place }) => realpathSync.native(place))
    if (found.length > 0) return found
    // Named itself, a manifest that is not ours is not passed over.
    if (manifestNames.some((name) => isThere(join(real, name)))) return [real]
    note(
      'warning',
      'not-found',
      'there is no plugin here',
      `A plugin is a folder with a manifest (${manifestNames.join(', ')}); give it, or the folder around it.`,
    )
    return []
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const missing = code === 'ENOENT' || code === 'ENOTDIR'
    note('error', 'not-found', missing ? 'does not exist' : `cannot be read: ${code}`, missing ? 'Correct the path.' : 'Make it readable.')
    return []
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch {
    return false
  }
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

/**
 * A bare name among the libraries of a manifest may be a plugin: it is where a plugin of that id is there.
 *
 * @see Platform Base guide, "Manifest Schema (v1.0)": `requires` holds both
 */
function withDependencies(plugin: Discovered, ids: ReadonlySet<string>): Discovered {
  const { manifest } = plugin
  if (!manifest) return plugin
  const isPlugin = ({ name }: Requirement) => name !== manifest.id && ids.has(makeId(name) ?? '')
  const moved = manifest.requires.filter(isPlugin)
  if (moved.length === 0) return plugin
  const requires = manifest.requires.filter((library) => !isPlugin(library))
  const dependencies: Manifest['dependencies'] = moved.map(({ name, version, optional }) => ({
    name: makeId(name)!,
    version: semverRange(version) ?? '*',
    optional,
  }))
  const known = new Set(manifest.dependencies.map(({ name }) => name))
  const all = [...manifest.dependencies, ...dependencies.filter(({ name }) => !known.has(name))]
  const before = libraryWarning(plugin, manifest.requires).message
  const left = (problem: Problem) => (requires.length === 0 ? [] : [libraryWarning(problem, requires)])
  const problems = plugin.problems.flatMap((problem) => (problem.message === before ? left(problem) : [problem]))
  return { ...plugin, manifest: { ...manifest, dependencies: all, requires }, problems }
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
  const message = `${id} ${version} is in ${[plugin, ...twins].map(placeOf).join(' and in ')}; none of them is used`
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
  const message = `${id} ${version} is not used: ${winner.manifest!.version} in ${placeOf(winner)} is newer and takes the slot ${id}`
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

function placeOf({ path, files = [] }: Discovered): string {
  return files[0] ?? path
}

function compareReleases(a: Discovered, b: Discovered): number {
  if (a.manifest && b.manifest) return rcompare(a.manifest.version, b.manifest.version) || compare(a.path, b.path)
  return Number(!a.manifest) - Number(!b.manifest) || compare(a.path, b.path)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

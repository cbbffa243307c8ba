import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Json, PluginError } from '@cardcage/plugin'
import { runnerFile } from '../link/bundle.ts'
import { diesWithHost } from '../link/dies-with-host.ts'
import { packageFolders, permissionFlags } from '../link/grants.ts'
import type { PluginForm } from '../link/assignment.ts'
import { type CpuLimit, cpuHeldBy } from '../link/hold-cpu.ts'
import { inlineLink } from '../link/inline.ts'
import type { Link, Services } from '../link/link.ts'
import { importedFiles, strippedModules } from '../link/modules.ts'
import { processLink } from '../link/process.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { Log } from '../observe/log.ts'

/** What an instance is started from. */
export interface StartParts {
  readonly slot: string
  /** Real path of the plugin's folder. */
  readonly path: string
  /** Its files, where it is not the whole folder; what they import beside them is its own, too. */
  readonly files?: readonly string[]
  readonly manifest: Manifest
  /** Final config; sensitive values are tokens. */
  readonly config: Json
  readonly isolation: 'process' | 'inline'
  /** Folder for what can be made again. */
  readonly cache: string
  /** Folder of what is kept; the data folder is made in it. */
  readonly home: string
  /** Environment variables of the host the manifest asks for, by name. */
  readonly env: Readonly<Record<string, string>>
  readonly services: Services
  /** Ids of the dependencies that are active. */
  readonly active: readonly string[]
  readonly carry: Readonly<Record<string, Json>>
  readonly log: Log
  /** Aborts where the instance is not wanted any more before it is ready. */
  readonly signal: AbortSignal
  /** Milliseconds until it must be ready. */
  readonly startTimeout: number | undefined
}

/** Milliseconds until an instance must be ready where the slot says nothing. */
const defaultStartTimeout = 30_000

/** Most resident memory where the manifest says nothing. */
const defaultMemory = 1024 * 1024 * 1024

/**
 * Start one instance of a plugin: prepare its modules, compute what it may touch, and run it at the distance its slot says.
 *
 * @throws {PluginError} what it refused with, or how its process ended
 */
export async function startInstance(parts: StartParts): Promise<Link> {
  const { slot, path, manifest, config, active, carry, services } = parts
  const entry = entryFile(path, manifest)
  const dataDir = dataFolder(parts)
  const assignment = {
    plugin: { id: manifest.id, version: manifest.version },
    slot,
    form: formOf(manifest),
    entry: pathToFileURL(entry).href,
    config,
    dataDir,
    active,
    carry,
  }
  if (parts.isolation === 'inline') return await inlineLink({ ...assignment, sources: {}, zod: { script: '', home: '' } }, services)
  const packages = packageFolders(path)
  const sources = Object.assign(
    strippedModules(entry, parts.cache),
    ...packages.map((folder) => packageSources(folder, parts.cache)),
  ) as Record<string, string>
  const runner = runnerFile(parts.cache)
  const own = parts.files ? [...parts.files, ...importedFiles(path, manifest.entry)] : [path]
  const read = [...own, ...runner.files, join(parts.cache, 'modules'), ...packages]
  return await processLink({ ...assignment, sources, zod: runner.zod }, services, {
    runner: runner.script,
    flags: permissionFlags(manifest, read, [dataDir]),
    env: parts.env,
    startTimeout: parts.startTimeout ?? defaultStartTimeout,
    memory: manifest.limits.memory ?? defaultMemory,
    cpu: cpuLimit(manifest),
    diesWithHost: diesWithHost(),
    signal: parts.signal,
  })
}

/** Real path of the entry module. A guide's manifest may name one that was not shipped with it. */
function entryFile(path: string, { id, entry }: Manifest): string {
  try {
    return realpathSync(join(path, entry))
  } catch {
    throw new PluginError('invalid-manifest', `The entry module ${entry} of ${id} is not there`, {
      hint: `Put it into ${path}, or name another one in the manifest.`,
    })
  }
}

/** What a runner must know to take an entry module in a guide's form for a plugin. */
function formOf({ dialect, export: name, configSchema, dependencies, provides }: Manifest): PluginForm {
  const adds = Object.values(provides?.enrichment ?? {}).flatMap((one) => one.adds ?? [])
  const needs = dependencies.map((dependency) => dependency.name)
  return { dialect, ...(name === undefined ? {} : { export: name }), ...(configSchema ? { configSchema } : {}), dependencies: needs, adds }
}

/** What holds its processor time, where its manifest or the operator wants that and this system can. */
function cpuLimit({ limits: { cpu: percent } }: Manifest): CpuLimit | undefined {
  const by = percent === undefined ? undefined : cpuHeldBy()
  return percent === undefined || by === undefined ? undefined : { percent, by }
}

/** The folder a plugin may write. Where it cannot be made, only those fail that use it. */
function dataFolder({ slot, home, log }: StartParts): string {
  const folder = join(home, 'data', slot)
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    log.write({ level: 'warn', message: `The data folder of ${slot} cannot be made: ${(error as Error).message}` })
  }
  return folder
}

/** Modules of a package that is itself TypeScript, as those of this workspace are. */
function packageSources(folder: string, cache: string): Record<string, string> {
  try {
    return strippedModules(realpathSync(join(folder, 'src', 'index.ts')), cache)
  } catch (error) {
    if (error instanceof PluginError) throw error
    return {}
  }
}

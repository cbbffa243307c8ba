import { statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Json, Kind } from '@cardcage/plugin'
import { printPath } from '../manifest/schema-node.ts'
import type { VersionPolicy } from '../manifest/version-range.ts'
import { checkPolicies } from './check-policies.ts'
import { configPlaces, type ConfigPlace, type PluginFolder } from './config-places.ts'
import type { ConfigProblem } from './config-problem.ts'
import { configProblem } from './config-problem.ts'
import { lineOf, type Setting, settingsOf } from './config-settings.ts'
import { type ConfigSource, readConfigSources } from './config-source.ts'
import { environmentSettings } from './environment-settings.ts'
import type { Variables } from './interpolate.ts'
import type { PolicyConfig } from './policy-config.ts'
import { camelKeys, settingsBelow } from './settings-below.ts'

/** What the configuration says of the host; times in milliseconds, sizes in bytes. */
export interface HostConfig {
  /** Default deadline of a call. */
  readonly timeout?: number
  /** Bytes all calls together may reserve. */
  readonly memory?: number
  readonly plugins: {
    /** Absolute. */
    readonly paths: readonly string[]
    /** False: only plugins that come with the host. */
    readonly enabled: boolean
    /** False: only plugins that a slot names. */
    readonly discover: boolean
    /** What a bare `version` of a slot allows. Default `Exact`. */
    readonly versionCompatibility?: VersionPolicy
  }
  /** Policies of every slot, and of those that provide a kind. */
  readonly policy: { readonly [Of in Kind | 'all']?: PolicyConfig }
  readonly security: {
    /** Most memory of a plugin's process. */
    readonly maxMemory?: number
    /** Most processor time of a plugin's process, in percent of one processor. Held on Linux. */
    readonly maxCpuPercent?: number
    /** Kept, not enforced yet. */
    readonly allowedModules?: readonly string[]
    /** Kept, not enforced yet. */
    readonly blockedModules?: readonly string[]
  }
}

/** A configuration that was read: what `createKernel` takes as `config`. */
export interface LoadedConfig {
  readonly cwd: string
  /** Where files were looked for, lowest first. */
  readonly places: readonly ConfigPlace[]
  /** Folders with a config file per plugin, lowest first. */
  readonly pluginFolders: readonly PluginFolder[]
  /** Files that were read, lowest first: each below those that include it. */
  readonly sources: readonly ConfigSource[]
  /** Every value of the files and of the host's variables, lowest first. */
  readonly settings: readonly Setting[]
  readonly host: HostConfig
  /** The environment it was read with. */
  readonly variables: Variables
  /** What is wrong. With an error among them no kernel is made of it. */
  readonly problems: readonly ConfigProblem[]
}

/** What configuration is loaded from. */
export interface LoadOptions {
  /** Folder from which the project's file is looked for. Default: the working directory. */
  readonly cwd?: string
  /** Default: that of this process. */
  readonly environment?: Variables
  /** Files instead of those that are found, lowest first. */
  readonly files?: readonly string[]
  /** Folder of the system's file. Default `/etc/cardcage`. */
  readonly system?: string
}

/**
 * Read the configuration: files of system, user and project, each above the one before, then variables. Never throws: what is wrong is in `problems`, with file,
 * line and key. Opens no plugin.
 *
 * @example
 * ```ts
 * import { loadConfig } from '@cardcage/kernel'
 *
 * const config = loadConfig({ cwd: '/nowhere', environment: {} })
 * if (config.problems.length > 0 || config.host.plugins.enabled !== true) throw new Error('a configuration out of nothing')
 * ```
 */
export function loadConfig({ cwd = process.cwd(), environment = process.env, files, system }: LoadOptions = {}): LoadedConfig {
  const problems: ConfigProblem[] = []
  const { files: places, pluginFolders } = configPlaces({ cwd, variables: environment, files, system })
  const sources = places.flatMap((place) => {
    const [file, other] = place.found
    if (file === undefined) return []
    if (other !== undefined)
      problems.push(
        configProblem({
          file,
          message: `${basename(other)} is beside it: nobody can say which is meant`,
          fix: 'Keep one of them, or include one in the other.',
        }),
      )
    return readConfigSources(file, place.layer, environment, problems)
  })
  const ofFiles = sources.flatMap((source) => settingsOf(source, problems))
  const used = new Set(
    sources.flatMap((source) => [...source.used.flatMap(({ found }) => found), ...source.unset.map(({ found }) => found)]),
  )
  const settings = [...ofFiles, ...environmentSettings(cwd, environment, problems, used)]
  const host = hostOf(settings, places, cwd)
  checkPaths(settings, host, problems)
  checkPolicies(settings, problems)
  return { cwd, places, pluginFolders, sources, settings, host, variables: environment, problems }
}

function hostOf(settings: readonly Setting[], places: readonly ConfigPlace[], cwd: string): HostConfig {
  const said = settingsBelow(
    settings.filter(({ path }) => path[0] !== 'slots'),
    [],
  )
  const { timeout, memory, plugins, policy, security } = camelKeys<Partial<HostConfig>>(said)
  return {
    ...(timeout === undefined ? {} : { timeout }),
    ...(memory === undefined ? {} : { memory }),
    plugins: {
      ...plugins,
      paths: plugins?.paths ?? defaultPaths(places, cwd),
      enabled: plugins?.enabled ?? true,
      discover: plugins?.discover ?? true,
    },
    policy: policy ?? {},
    security: security ?? {},
  }
}

/** `plugins` beside the project's file, where it is there. */
function defaultPaths(places: readonly ConfigPlace[], cwd: string): readonly string[] {
  const place = places.findLast(({ layer, found }) => (layer === 'project' || layer === 'file') && found.length > 0)
  if (!place) return []
  const folder = join(place.guide ? cwd : dirname(place.found[0]!), 'plugins')
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? [folder] : []
}

/** A path that somebody wrote must be there. */
function checkPaths(settings: readonly Setting[], { plugins }: HostConfig, problems: ConfigProblem[]): void {
  const setting = settings.findLast(({ path }) => path.join('.') === 'plugins.paths')
  if (!setting || !plugins.enabled) return
  plugins.paths.forEach((path, i) => {
    if (statSync(path, { throwIfNoEntry: false })) return
    const isList = Array.isArray(setting.source && atKeys(setting.source.value, setting.keys))
    const keys = isList ? [...setting.keys, String(i)] : setting.keys
    problems.push(
      configProblem({
        file: setting.source?.file ?? 'environment',
        line: lineOf(setting, isList ? [String(i)] : []),
        key: setting.variable ?? printPath(keys),
        message: `${path} does not exist`,
        fix: 'Correct the path, or make the folder.',
      }),
    )
  })
}

function atKeys(value: Json, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inside, key) => (inside as Readonly<Record<string, unknown>> | undefined)?.[key], value)
}

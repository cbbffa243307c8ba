import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Variables } from './interpolate.ts'
import { places } from './places.ts'

/** Who a file of configuration belongs to; each is above the one before it. `file` is one that was named instead of all others. */
export type FileLayer = 'system' | 'user' | 'project' | 'file'

/** A place where a file of configuration may be. */
export interface ConfigPlace {
  readonly layer: FileLayer
  /** Absolute paths of what is there; more than one is a problem. */
  readonly found: readonly string[]
  /** Where it was looked for: a path with the names that are possible. */
  readonly looked: string
  /** The file is of a guide: it was taken because there is no `cardcage.yaml`. */
  readonly guide?: true
}

/** A folder of config files, one per plugin, as `plugin configure` writes them. */
export interface PluginFolder {
  readonly layer: 'user' | 'workspace'
  readonly folder: string
}

/** Everything configuration is read from. */
export interface ConfigPlaces {
  /** Lowest first. */
  readonly files: readonly ConfigPlace[]
  /** Lowest first. */
  readonly pluginFolders: readonly PluginFolder[]
}

/** Where configuration is looked for. */
export interface WhereToLook {
  readonly cwd: string
  readonly variables: Variables
  /** Files instead of the chain; relative to `cwd`. */
  readonly files?: readonly string[] | undefined
  /** Folder of the system's file. Default `/etc/cardcage`. */
  readonly system?: string | undefined
}

const names = ['cardcage.yaml', 'cardcage.yml', 'cardcage.toml', 'cardcage.json']

/** Files of the guides that configure plugins, as they are called there. */
const guideNames = ['config/plugins.yaml', 'plugin_config.yaml', 'plugins.yaml']

/**
 * Where configuration is read from, lowest first: system, user, project (the nearest file at or above `cwd`; a guide's own file in `cwd` where there is none).
 * `CARDCAGE_HOME` stands for system and user; files that are named, or `CARDCAGE_CONFIG` (paths, `:` between them), stand for the whole chain. Opens nothing.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function configPlaces({ cwd, variables, files, system = '/etc/cardcage' }: WhereToLook): ConfigPlaces {
  const home = variables['CARDCAGE_HOME']
  const user = home ? resolve(cwd, home) : join(userBase(variables['XDG_CONFIG_HOME']), 'cardcage')
  const pluginFolders: PluginFolder[] = [
    { layer: 'user', folder: join(user, 'plugins') },
    { layer: 'workspace', folder: join(places(cwd, variables).home, 'config') },
  ]
  const named = files && files.length > 0 ? files : variables['CARDCAGE_CONFIG']?.split(':').filter((path) => path !== '')
  if (named && named.length > 0) {
    const explicit = named.map((path): ConfigPlace => ({ layer: 'file', found: [resolve(cwd, path)], looked: resolve(cwd, path) }))
    return { files: explicit, pluginFolders }
  }
  const project = projectPlace(resolve(cwd))
  const chain = [...(home ? [] : [inFolder('system', system)]), inFolder('user', user)]
  // A project that lies in the user's own folder is that file, once.
  const others = chain.filter(({ found }) => !found.some((path) => project.found.includes(path)))
  return { files: [...others, project], pluginFolders }
}

function inFolder(layer: FileLayer, folder: string): ConfigPlace {
  return { layer, found: names.map((name) => join(folder, name)).filter(isThere), looked: join(folder, spelled) }
}

const spelled = 'cardcage.{yaml,yml,toml,json}'

function projectPlace(cwd: string): ConfigPlace {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const place = inFolder('project', folder)
    if (place.found.length > 0) return place
    if (folder === dirname(folder)) break
  }
  const guide = guideNames.map((name) => join(cwd, name)).find(isThere)
  const looked = `${join(cwd, spelled)} and above`
  return guide === undefined ? { layer: 'project', found: [], looked } : { layer: 'project', found: [guide], looked, guide: true }
}

function userBase(value: string | undefined): string {
  return value && isAbsolute(value) ? value : join(homedir(), '.config')
}

/** Is there anything of that name? A folder called `cardcage.yaml` counts, so that it is not passed over in silence. */
function isThere(path: string): boolean {
  return existsSync(path) && (statSync(path).isFile() || names.some((name) => path.endsWith(`/${name}`)))
}

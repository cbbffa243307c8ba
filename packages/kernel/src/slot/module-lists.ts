import { type LoadedConfig } from '../config/load-config.ts'
import { lineOf } from '../config/config-settings.ts'
import type { ModuleList, ModuleLists } from '../link/module-lists.ts'
import { printPath } from '../manifest/schema-node.ts'
import { modulesMeant } from '../manifest/module-names.ts'
import type { Discovered } from '../registry/discover.ts'

/** The operator's lists of modules; what stands for nothing here is left out, and so is a list of which nothing is left. */
export interface HostModules {
  readonly blocked?: ModuleList
  readonly allowed?: ModuleList
}

/** The lists of `security` in a configuration, and where they stand. */
export function hostModules(config: LoadedConfig | undefined): HostModules {
  if (!config) return {}
  const { allowedModules, blockedModules } = config.host.security
  const list = (kind: 'allowed' | 'blocked', names: readonly string[] | undefined) => {
    const key = `security.${kind}_modules`
    const setting = config.settings.findLast(({ path }) => path.join('.') === key)
    const line = setting && lineOf(setting)
    const place = setting?.variable ?? `${setting?.source?.file ?? 'the configuration'}${line === undefined ? '' : `:${line}`}`
    return listOf(kind, names, key, `${key} of the host (${place})`)
  }
  const blocked = list('blocked', blockedModules)
  const allowed = list('allowed', allowedModules)
  return { ...(blocked ? { blocked } : {}), ...(allowed ? { allowed } : {}) }
}

/** The operator's lists and the manifest's together; `undefined` where there is none: then nothing is looked at. */
export function moduleLists(host: HostModules, plugin: Pick<Discovered, 'file' | 'path' | 'manifest' | 'locate'>): ModuleLists | undefined {
  const ofManifest = (kind: 'allowed' | 'blocked') => {
    const { keys, line } = plugin.locate?.(['modules', kind]) ?? { keys: ['modules', kind] }
    const place = `${plugin.file}${line === undefined ? '' : `:${line}`}`
    return listOf(kind, plugin.manifest?.modules[kind], `modules.${kind}`, `${printPath(keys)} of its manifest (${place})`)
  }
  const blocked = [host.blocked, ofManifest('blocked')].filter((list) => list !== undefined)
  const allowed = [host.allowed, ofManifest('allowed')].filter((list) => list !== undefined)
  return blocked.length + allowed.length === 0 ? undefined : { blocked, allowed, own: plugin.path }
}

/** What lists come to, as people are shown it: the modules that are blocked, and those that every allow-list has. */
export function shownModules({ blocked, allowed }: ModuleLists): {
  readonly blocked: readonly string[]
  readonly allowed?: readonly string[]
  readonly by: readonly string[]
} {
  const by = [...blocked, ...allowed].map((list) => list.by)
  const everywhere = allowed.flatMap(meant).filter((name) => allowed.every((list) => meant(list).some((whole) => isWithin(name, whole))))
  return { blocked: sorted(blocked.flatMap(meant)), ...(allowed.length > 0 ? { allowed: sorted(everywhere) } : {}), by }
}

function listOf(kind: 'allowed' | 'blocked', written: readonly string[] = [], by: string, at: string): ModuleList | undefined {
  const names = written.map((name) => ({ written: name, means: modulesMeant(name, kind) })).filter(({ means }) => means.length > 0)
  return names.length === 0 ? undefined : { by, at, names }
}

function meant({ names }: ModuleList): readonly string[] {
  return names.flatMap(({ means }) => means)
}

function isWithin(name: string, whole: string): boolean {
  return name === whole || name.startsWith(`${whole}/`)
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}

import satisfies from 'semver/functions/satisfies.js'
import { didYouMean } from '@cardcage/plugin/internal'
import type { Dependency } from '../../manifest/manifest.ts'
import { discover } from '../discover.ts'
import type { Discovered } from '../discover.ts'
import type { Facts } from './facts.ts'
import type { NoteKey } from './finding.ts'

/**
 * Hold the plugins a plugin depends on against those that are there: missing, failed, of another version. An optional one may be missing, but not be of
 * another version. A library that has the name of a plugin is one.
 *
 * @param beside plugin folders, and folders of them
 * @returns folders of those it needs, directly or through others
 */
export function checkDependencies(
  { id, dependencies = [], requires = [] }: Pick<Facts, 'id' | 'dependencies' | 'requires'>,
  beside: readonly string[],
  note: NoteKey,
): readonly string[] {
  if (dependencies.length + requires.length === 0) return []
  const there = new Map<string, Discovered>()
  for (const plugin of discover(beside).plugins) {
    const name = plugin.known.id
    if (name !== undefined && name !== id && (!there.has(name) || plugin.state === 'ready')) there.set(name, plugin)
  }
  dependencies.forEach((dependency, i) => checkOne(dependency, there, ['dependencies', String(i)], note))
  return foldersOf([...dependencies, ...requires], there)
}

function checkOne(
  { name, version, optional }: Dependency,
  there: ReadonlyMap<string, Discovered>,
  keys: readonly string[],
  note: NoteKey,
): void {
  const severity = optional ? 'warning' : 'error'
  const found = there.get(name)
  if (!found) {
    if (!optional)
      note(
        severity,
        keys,
        `${name} is not there`,
        `Give the folder it is in with --plugins, or make it optional.${didYouMean(name, there.keys())}`,
        'incompatible',
      )
    return
  }
  if (!found.manifest)
    return note(
      severity,
      keys,
      `${name} in ${found.path} is broken itself`,
      `See \`cardcage plugin dev validate ${found.path}\`.`,
      'incompatible',
    )
  const is = found.manifest.version
  if (version !== '*' && !satisfies(is, version))
    note(
      severity,
      keys,
      `${name} ${is} in ${found.path} does not satisfy ${version}`,
      `Install a version of ${name} that does, or widen the range.`,
      'incompatible',
    )
}

function foldersOf(dependencies: readonly Pick<Dependency, 'name'>[], there: ReadonlyMap<string, Discovered>): readonly string[] {
  const found = new Set<string>()
  const open = dependencies.map(({ name }) => name)
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const plugin = there.get(name)
    if (!plugin || found.has(plugin.files?.[0] ?? plugin.path)) continue
    found.add(plugin.files?.[0] ?? plugin.path)
    open.push(...(plugin.manifest?.dependencies ?? []).map((each) => each.name))
  }
  return [...found]
}

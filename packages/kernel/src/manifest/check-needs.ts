import { isPluginId } from '../base/id.ts'
import { printValue } from './describe-schema.ts'
import { hostVersion } from './host-table.ts'
import { makeId } from './make-id.ts'
import type { Report } from './manifest-file.ts'
import type { Dependency, Manifest, Requirement } from './manifest.ts'
import { parseRequirement } from './requirement.ts'
import { mapValues } from './spell-out.ts'
import { isInRange, semverRange } from './version-range.ts'
import type { Written } from './written.ts'

/** What a plugin needs around it: plugins, libraries, the host, runtimes. Ranges in every notation become semver ranges. */
export function needsOf(
  written: Written,
  fault: Report,
): Pick<Manifest, 'dependencies' | 'requires' | 'conflictsWith' | 'runtime' | 'host'> {
  const dependencies = (written.dependencies ?? []).flatMap((dependency, i) => dependencyOf(written.id, dependency, i, fault))
  reportDuplicates(dependencies, fault)
  return {
    dependencies,
    requires: (written.requires ?? []).flatMap((library, i) => requirementOf(library, i, fault)),
    conflictsWith: (written.conflicts_with ?? []).map((name) => makeId(name) ?? name),
    runtime: runtimeOf(written, fault),
    ...hostOf(written, fault),
  }
}

function dependencyOf(own: string, written: NonNullable<Written['dependencies']>[number], i: number, fault: Report): readonly Dependency[] {
  const keys = ['dependencies', String(i)]
  const split = typeof written === 'string' ? parseRequirement(written) : undefined
  const {
    name,
    version = '*',
    optional = false,
  } = typeof written === 'string' ? { name: split?.name ?? written, version: split?.range ?? '*' } : written
  if (!isPluginId(name))
    fault({
      keys,
      message: `${printValue(name)} is no plugin's id`,
      fix: 'Write "dtw", "dtw@^1.2" or { "name": "dtw", "version": "^1.2" }.',
    })
  else if (name === own) fault({ keys, message: 'the plugin depends on itself', fix: 'Remove it.' })
  const range = semverRange(version)
  if (range === undefined)
    fault({ keys, message: `${printValue(version)} is not a range of versions`, fix: 'Give a semver range, as in "^1.2" or ">=1.0.0 <3".' })
  return [{ name, version: range ?? version, optional }]
}

function requirementOf(written: NonNullable<Written['requires']>[number], i: number, fault: Report): readonly Requirement[] {
  if (typeof written !== 'string') return [{ name: written.name, version: written.version ?? '*', optional: written.optional ?? false }]
  const split = parseRequirement(written)
  if (split) return [{ name: split.name, version: split.range, optional: false }]
  fault({
    keys: ['requires', String(i)],
    message: `${printValue(written)} names no library`,
    fix: 'Write "numpy", "numpy>=1.24" or an object.',
  })
  return []
}

function hostOf({ host_version: written }: Written, fault: Report): Pick<Manifest, 'host'> {
  if (written === undefined) return {}
  const { name = 'cardcage', range: given } = typeof written === 'string' ? { range: written } : written
  const range = semverRange(given)
  if (range === undefined) {
    fault({
      keys: ['host_version'],
      message: `${printValue(given)} is not a range of versions`,
      fix: 'Give a semver range, as in ">=2.0.0 <3".',
    })
    return {}
  }
  const found = hostVersion(name)
  if (!isInRange(found, range))
    fault({
      keys: ['host_version'],
      code: 'incompatible',
      message: `the plugin was written for ${name} ${range}, this host ${name === 'cardcage' ? 'is' : 'stands in for'} ${name} ${found}`,
      fix: `Install a release of the plugin for ${name} ${found}; where it runs with that version, too, widen the range.`,
    })
  return { host: { name, range } }
}

/** Ranges of runtimes that are here are checked; of others they stay as they were written. */
function runtimeOf({ runtime = {} }: Written, fault: Report): Manifest['runtime'] {
  return mapValues(runtime, (written, name) => {
    const range = semverRange(written)
    if (range === undefined && Object.hasOwn(process.versions, name))
      fault({
        keys: ['runtime', name],
        message: `${printValue(written)} is not a range of versions`,
        fix: 'Give a semver range, as in ">=26".',
      })
    return range ?? written
  })
}

function reportDuplicates(dependencies: readonly Dependency[], fault: Report): void {
  for (const [i, { name }] of dependencies.entries()) {
    if (dependencies.findIndex((each) => each.name === name) < i)
      fault({ keys: ['dependencies', String(i)], message: `${printValue(name)} is named twice`, fix: 'Keep one of them.' })
  }
}

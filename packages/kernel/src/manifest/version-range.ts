import { createRequire } from 'node:module'

/**
 * A range of versions in any of the guides' notations as a semver range; `undefined` where it is none. Read are semver's own (`^1.2`, `~1.2`, `>=1.0.0 <3`,
 * `1.x || 2.x`, `1.0 - 2.0`) and PEP 440's (`~=1.2.0`, `==1.0.0`, `!=1.5.0`, comparators joined by commas). What semver reads as it stands is given back as it is.
 *
 * @see https://peps.python.org/pep-0440/#version-specifiers
 *
 * @example
 * ```ts
 * semverRange('~=1.2.0') // '>=1.2.0 <1.3.0-0'
 * ```
 */
export function semverRange(written: string): string | undefined {
  const trimmed = written.trim()
  if (trimmed === '' || trimmed === '*') return '*'
  if (trimmed.length > 256) return undefined
  if (!/[,!]|~=|==/.test(trimmed)) return isSemverRange(trimmed) ? written : undefined
  const alternatives = trimmed.split('||').flatMap(fromPep440)
  const range = alternatives.join(' || ')
  return alternatives.length > 0 && alternatives.length <= 64 && isSemverRange(range) ? range : undefined
}

/** The range from one version to another, both included; a side that is left out is open. Partial versions count whole: `2` as the highest takes 2.9.9, too. */
export function rangeBetween(lowest: string | undefined, highest: string | undefined): string | undefined {
  const parts = [lowest === undefined ? [] : [`>=${lowest.trim()}`], highest === undefined ? [] : [`<=${highest.trim()}`]].flat()
  return parts.every(isSemverRange) ? parts.join(' ') || '*' : undefined
}

/** The semver range of what lies in all of these. */
export function commonRange(ranges: readonly string[]): string {
  const alternatives = [...new Set(ranges)].map((range) => range.split('||').map((side) => side.trim()))
  return alternatives.reduce((before, sides) => before.flatMap((each) => sides.map((side) => `${each} ${side}`.trim())), ['']).join(' || ')
}

/** How far a version may be from the one that was asked for: the words of distributed-transformer's `version_compatibility`. */
export type VersionPolicy = 'Exact' | 'Major' | 'Minor' | 'Any'

/** The range a version policy means for a version: `=`, `^` (same major), `~` (same major and minor), anything. */
export function policyRange(policy: VersionPolicy, version: string): string {
  return { Exact: `=${version}`, Major: `^${version}`, Minor: `~${version}`, Any: '*' }[policy]
}

/** Does a version lie in a semver range? Pre-releases count by their place in the order: 2.0.0-beta.1 is in `>=1.0.0`, and below 2.0.0. */
export function isInRange(version: string, range: string): boolean {
  const satisfies = require('semver/functions/satisfies.js') as (version: string, range: string, options: object) => boolean
  return satisfies(version, range, { includePrerelease: true })
}

// Loaded only where a range is given: most plugins have none.
const require = createRequire(import.meta.url)

function isSemverRange(range: string): boolean {
  const validRange = require('semver/ranges/valid.js') as (range: string) => string | null
  return range.length <= 4096 && validRange(range) !== null
}

/** Comparators that must all hold, as semver ranges one of which must hold: `!=` takes the two sides of a version. */
function fromPep440(written: string): readonly string[] {
  let ranges: readonly string[] = ['']
  const comparators = /(?:[~^<>=!]+\s*)?[^\s,~^<>=!]+/g
  if (/[^\s,]/.test(written.replace(comparators, '')) || !comparators.test(written)) return []
  for (const comparator of written.match(comparators) ?? []) {
    const [, operator = '', version = ''] = /^([~^<>=!]*)\s*(.*)$/s.exec(comparator) ?? []
    const sides = comparatorRanges(operator, version)
    if (sides === undefined || ranges.length > 64) return []
    ranges = ranges.flatMap((range) => sides.map((side) => `${range} ${side}`.trim()))
  }
  return ranges
}

function comparatorRanges(operator: string, version: string): readonly string[] | undefined {
  if (operator === '~=') return compatible(version)
  if (operator === '!=') return [`<${version}`, `>${version}`]
  if (operator === '==' || operator === '===') return [`=${version.replace(/\.\*$/, '.x')}`]
  return [`${operator}${version}`]
}

/** `~=1.2.3`: at least that, the last number free. */
function compatible(version: string): readonly string[] | undefined {
  const [, numbers = '', rest = ''] = /^(\d+(?:\.\d+){1,2})(.*)$/s.exec(version) ?? []
  const [major, minor, patch] = numbers.split('.').map(Number)
  if (major === undefined || minor === undefined) return undefined
  const next = patch === undefined ? `${major + 1}.0.0-0` : `${major}.${minor + 1}.0-0`
  return [`>=${major}.${minor}.${patch ?? 0}${rest} <${next}`]
}

import { createRequire } from 'node:module'
import valid from 'semver/functions/valid.js'
import { didYouMean } from '@cardcage/plugin/internal'
import type { Json } from '@cardcage/plugin'
import { isPluginId, pluginIdRule } from '../base/id.ts'
import { durationSyntax, parseDuration, parseSize, sizeSyntax } from '../base/quantity.ts'
import { misfits } from './check-schema.ts'
import type { Misfit } from './check-schema.ts'
import { defaultContract, refuseContract } from './contract-version.ts'
import { printValue } from './describe-schema.ts'
import type { Report } from './manifest-file.ts'
import { manifestSchema } from './manifest-schema.ts'
import { kinds } from './manifest.ts'
import type { Dependency, IsolationLevel, JsonSchema, Manifest, Permission, Permissions } from './manifest.ts'
import type { Provided, ProvidedByKind } from './provides.ts'
import { isObject, own } from './schema-node.ts'
import { inputFaults, mapValues, nameFault, spellOutInputs } from './spell-out.ts'
import type { WrittenInputs } from './spell-out.ts'

type Raw = { readonly [key: string]: Json }

/** A manifest as its JSON Schema lets it through. */
interface Written {
  readonly id: string
  readonly name?: string
  readonly version: string
  readonly description?: string
  readonly author?: string
  readonly license?: string
  readonly homepage?: string
  readonly repository?: string
  readonly api_version?: string | { readonly major: number; readonly minor?: number; readonly patch?: number }
  readonly keywords?: readonly string[]
  readonly dependencies?: readonly (string | { readonly name: string; readonly version?: string; readonly optional?: boolean })[]
  readonly config_schema?: JsonSchema
  readonly provides?: { readonly [kind: string]: Readonly<Record<string, Omit<Provided, 'inputs'> & { readonly inputs?: WrittenInputs }>> }
  readonly permissions?: { readonly [K in keyof Permissions]?: readonly (string | Permission)[] }
  readonly limits?: { readonly memory?: string | number; readonly timeout?: string | number }
  readonly isolation?: IsolationLevel | { readonly minimum?: IsolationLevel }
}

/** Checks a parsed manifest and brings it into one shape; all but its entry module. `undefined` after an error was reported. */
export function checkManifest(
  parsed: Raw,
  format: 'json' | 'toml',
  unknownKeys: 'warning' | 'error',
  report: Report,
): Omit<Manifest, 'entry'> | undefined {
  const raw = format === 'toml' ? hoist(parsed, report) : parsed
  let sound = true
  const fault: Report = (problem) => {
    if (problem.severity !== 'warning') sound = false
    report(problem)
  }
  const wrong = misfits(manifestSchema, raw)
  for (const misfit of wrong) reportMisfit(misfit, unknownKeys, fault)
  const isBad = (key: string) => wrong.some(({ path, what }) => path[0] === key && what !== 'unknown')
  const written = Object.fromEntries(Object.entries(raw).filter(([key]) => !isBad(key))) as unknown as Written
  const manifest = {
    ...described(written),
    ...identified(written, fault),
    apiVersion: contractOf(written, fault),
    dependencies: (written.dependencies ?? []).flatMap((dependency, i) => dependencyOf(written.id, dependency, i, fault)),
    ...providedOf(written, fault),
    permissions: permissionsOf(written),
    limits: limitsOf(written, fault),
  }
  reportDuplicates(manifest.dependencies, fault)
  return sound ? manifest : undefined
}

/** TOML puts every key written after `[api_version]` into that table. The guide's own sample does it, so they are taken back out. */
function hoist(parsed: Raw, report: Report): Raw {
  const known = isObject(manifestSchema['properties']) ? manifestSchema['properties'] : {}
  const raw: Record<string, Json> = { ...parsed }
  for (const table of ['api_version', 'permissions', 'limits', 'isolation']) {
    const inside = own(parsed, table)
    if (!isObject(inside)) continue
    const misplaced = Object.keys(inside).filter((key) => Object.hasOwn(known, key) && !Object.hasOwn(raw, key) && !belongs(table, key))
    if (misplaced.length === 0) continue
    for (const key of misplaced) {
      raw[key] = inside[key]!
      const message = `"${key}" stands inside [${table}]: in TOML every key after a table's header belongs to that table; read as if it stood above it`
      report({ keys: [table, key], severity: 'warning', message, fix: `Move "${key}" above the line [${table}].` })
    }
    raw[table] = Object.fromEntries(Object.entries(inside).filter(([key]) => !misplaced.includes(key)))
  }
  return raw
}

function belongs(table: string, key: string): boolean {
  const properties = isObject(manifestSchema['properties']) ? own(manifestSchema['properties'], table) : undefined
  return own(own(properties, 'properties'), key) !== undefined
}

function reportMisfit({ path, what, message, allowed = [] }: Misfit, unknownKeys: 'warning' | 'error', report: Report): void {
  const name = path.at(-1) ?? ''
  const names = allowed.map(String)
  if (what === 'unknown' && path[0] === 'provides' && path.length === 2) {
    report({ keys: path, message: `unknown kind ${printValue(name)}`, fix: `The kinds are ${kinds.join(', ')}.${didYouMean(name, kinds)}` })
  } else if (what === 'unknown') {
    const fix = didYouMean(name, names).trim() || `Known here are ${names.join(', ')}. Remove it, or correct its name.`
    report({ keys: path, message: `unknown key ${printValue(name)}`, fix, ...(unknownKeys === 'warning' ? { severity: 'warning' } : {}) })
  } else if (path.length === 1 && name === 'id' && what === 'wrong') {
    report({ keys: path, message, fix: `An id has ${pluginIdRule}.` })
  } else report({ keys: path, message, fix: what === 'missing' ? `Add "${name}".` : 'Give a value of that form.' })
}

function identified({ id, version }: Written, fault: Report): Pick<Manifest, 'id' | 'version'> {
  if (id !== undefined && !isPluginId(id)) fault({ keys: ['id'], message: `${printValue(id)} given`, fix: `An id has ${pluginIdRule}.` })
  if (version !== undefined && !isVersion(version))
    fault({
      keys: ['version'],
      message: `${printValue(version)} is not a semantic version`,
      fix: 'Give three numbers, as in "1.0.0" or "1.0.0-beta.1".',
    })
  return { id, version }
}

function isVersion(version: string): boolean {
  return /^\d/.test(version) && !/\s/.test(version) && valid(version) !== null
}

function described({ id, name, description, author, license, homepage, repository, keywords, config_schema, isolation }: Written) {
  return {
    name: name ?? id,
    description: description ?? '',
    ...(author === undefined ? {} : { author }),
    ...(license === undefined ? {} : { license }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(repository === undefined ? {} : { repository }),
    keywords: keywords ?? [],
    ...(config_schema === undefined || Object.keys(config_schema).length === 0 ? {} : { configSchema: config_schema }),
    isolation: typeof isolation === 'string' ? { minimum: isolation } : (isolation ?? {}),
  }
}

function contractOf({ api_version: written }: Written, fault: Report): Manifest['apiVersion'] {
  if (written === undefined) return defaultContract
  const [major = 0, minor = 0, patch = 0] =
    typeof written === 'string' ? written.split('.').map(Number) : [written.major, written.minor, written.patch]
  const version = { major, minor, patch }
  const refusal = refuseContract(version)
  if (refusal)
    fault({
      keys: ['api_version'],
      code: 'incompatible',
      message: refusal,
      fix: 'Install a release of the plugin for one of these, or update this host.',
    })
  return version
}

function dependencyOf(own: string, written: NonNullable<Written['dependencies']>[number], i: number, fault: Report): readonly Dependency[] {
  const keys = ['dependencies', String(i)]
  const split = typeof written === 'string' ? /^([^@\s]*)(?:@(.*))?$/s.exec(written) : undefined
  const {
    name,
    version = '*',
    optional = false,
  } = typeof written === 'string' ? { name: split?.[1] ?? written, version: split?.[2] || '*' } : written
  if (!isPluginId(name))
    fault({
      keys,
      message: `${printValue(name)} is no plugin's id`,
      fix: 'Write "dtw", "dtw@^1.2" or { "name": "dtw", "version": "^1.2" }.',
    })
  else if (name === own) fault({ keys, message: 'the plugin depends on itself', fix: 'Remove it.' })
  if (version !== '*' && !isRange(version))
    fault({ keys, message: `${printValue(version)} is not a range of versions`, fix: 'Give a semver range, as in "^1.2" or ">=1.0.0 <3".' })
  return [{ name, version, optional }]
}

function isRange(range: string): boolean {
  // Loaded only where a range is given: most plugins have none.
  const validRange = createRequire(import.meta.url)('semver/ranges/valid.js') as (range: string) => string | null
  return range.length <= 256 && validRange(range) !== null
}

function reportDuplicates(dependencies: readonly Dependency[], fault: Report): void {
  for (const [i, { name }] of dependencies.entries()) {
    if (dependencies.findIndex((each) => each.name === name) < i)
      fault({ keys: ['dependencies', String(i)], message: `${printValue(name)} is named twice`, fix: 'Keep one of them.' })
  }
}

function providedOf({ provides }: Written, fault: Report): { readonly provides?: ProvidedByKind } {
  if (provides === undefined) return {}
  const described = kinds.flatMap((kind) => {
    const things = own(provides, kind) as unknown as NonNullable<Written['provides']>[string] | undefined
    if (things === undefined) return []
    for (const [name, { inputs }] of Object.entries(things)) {
      const bad = nameFault(kind, name)
      if (bad) fault({ keys: ['provides', kind, name], message: bad, fix: 'Rename it.' })
      for (const message of inputFaults(inputs ?? {})) fault({ keys: ['provides', kind, name, 'inputs'], message, fix: 'Change it.' })
    }
    return [[kind, mapValues(things, (thing) => spellOut(kind, thing))]]
  })
  return { provides: Object.fromEntries(described) as ProvidedByKind }
}

function spellOut(kind: string, { inputs, ...thing }: Omit<Provided, 'inputs'> & { readonly inputs?: WrittenInputs }): Provided {
  if (kind === 'analysis') return { ...thing, inputs: spellOutInputs(inputs), deterministic: thing.deterministic ?? true }
  if (kind !== 'visualization' || thing.from !== undefined) return thing
  return { ...thing, inputs: spellOutInputs(inputs), draws: thing.draws ?? ['image/svg+xml'] }
}

function permissionsOf({ permissions = {} }: Written): Permissions {
  const list = (key: keyof Permissions): readonly Permission[] =>
    (permissions[key] ?? []).map((entry) =>
      typeof entry === 'string'
        ? { value: entry }
        : { value: entry.value, ...(entry.reason === undefined ? {} : { reason: entry.reason }) },
    )
  return { net: list('net'), read: list('read'), write: list('write'), env: list('env'), secrets: list('secrets') }
}

function limitsOf({ limits = {} }: Written, fault: Report): Manifest['limits'] {
  const read = (key: 'memory' | 'timeout', parse: (quantity: string | number) => number | undefined, syntax: string) => {
    const written = limits[key]
    if (written === undefined) return {}
    const amount = parse(written)
    if (amount === undefined || amount <= 0)
      fault({ keys: ['limits', key], message: `${printValue(written)} given, more than 0 needed`, fix: `Give ${syntax}.` })
    return { [key]: amount }
  }
  return { ...read('memory', parseSize, sizeSyntax), ...read('timeout', parseDuration, durationSyntax) }
}

import valid from 'semver/functions/valid.js'
import type { Json } from '@cardcage/plugin'
import { didYouMean } from '@cardcage/plugin/internal'
import { isPluginId, pluginIdRule } from '../base/id.ts'
import { durationSyntax, parseDuration, parseSize, sizeSyntax } from '../base/quantity.ts'
import { needsOf } from './check-needs.ts'
import { misfits } from './check-schema.ts'
import type { Misfit } from './check-schema.ts'
import { defaultContract, refuseContract } from './contract-version.ts'
import { printValue } from './describe-schema.ts'
import { formHint } from './form-hint.ts'
import type { Report } from './manifest-file.ts'
import { manifestSchema } from './manifest-schema.ts'
import { kinds } from './manifest.ts'
import type { JsonSchema, Manifest, Permission, Permissions } from './manifest.ts'
import type { Normalized } from './normalize-manifest.ts'
import type { Provided, ProvidedByKind } from './provides.ts'
import { isObject, own } from './schema-node.ts'
import { shapeFaults } from './shape-faults.ts'
import { inputFaults, mapValues, nameFault, spellOutInputs } from './spell-out.ts'
import type { WrittenInputs } from './spell-out.ts'
import type { Written } from './written.ts'

/** Checks a normalised manifest and brings it into one shape; all but its entry module. `undefined` after an error was reported. */
export function checkManifest(
  { dialect, written: raw, origin }: Normalized,
  unknownKeys: 'warning' | 'error',
  report: Report,
): Omit<Manifest, 'entry'> | undefined {
  let sound = true
  const fault: Report = ({ keys = [], ...problem }) => {
    if (problem.severity !== 'warning') sound = false
    report({ keys: origin(keys), ...problem })
  }
  const wrong = misfits(manifestSchema, raw)
  for (const misfit of wrong) reportMisfit(misfit, unknownKeys, origin, fault)
  for (const [place, schema] of schemasOf(raw))
    for (const { keys, ...wrong } of shapeFaults(schema)) fault({ keys: [...place, ...keys], ...wrong })
  const isBad = (key: string) => wrong.some(({ path, what }) => path[0] === key && what !== 'unknown')
  const written = Object.fromEntries(Object.entries(raw).filter(([key]) => !isBad(key))) as unknown as Written
  const manifest = {
    ...described(written),
    ...identified(written, fault),
    dialect,
    apiVersion: contractOf(written, fault),
    ...needsOf(written, fault),
    ...providedOf(written, fault),
    permissions: permissionsOf(written),
    limits: limitsOf(written, fault),
  }
  return sound ? manifest : undefined
}

/** The schemas in a manifest, each with its place: of the config, and of params and data of what it provides. */
function schemasOf(raw: JsonSchema): readonly (readonly [place: readonly string[], schema: JsonSchema])[] {
  const entries = (value: Json | undefined) => (isObject(value) ? Object.entries(value) : [])
  const provided = entries(own(raw, 'provides')).flatMap(([kind, things]) =>
    entries(things).flatMap(([name, thing]) => ['params', 'data'].map((key) => [['provides', kind, name, key], own(thing, key)] as const)),
  )
  return [[['config_schema'], own(raw, 'config_schema')] as const, ...provided].flatMap(([place, schema]) =>
    isObject(schema) ? [[place, schema] as const] : [],
  )
}

function reportMisfit(misfit: Misfit, unknownKeys: 'warning' | 'error', origin: Normalized['origin'], report: Report): void {
  const { path, what, value, message, allowed = [] } = misfit
  const name = path.at(-1) ?? ''
  const names = allowed.map(String)
  if (what === 'unknown' && path[0] === 'provides' && path.length === 2) {
    report({ keys: path, message: `unknown kind ${printValue(name)}`, fix: `The kinds are ${kinds.join(', ')}.${didYouMean(name, kinds)}` })
  } else if (what === 'unknown') {
    const fix =
      didYouMean(name, names).trim() || (path.length === 1 ? remove : `Known here are ${names.join(', ')}. Remove it, or correct its name.`)
    report({ keys: path, message: `unknown key ${printValue(name)}`, fix, ...(unknownKeys === 'warning' ? { severity: 'warning' } : {}) })
  } else if (path.length === 1 && name === 'id') {
    const fix = `${what === 'missing' ? `Add ${JSON.stringify(origin(path).at(-1))}. ` : ''}An id has ${pluginIdRule}.`
    report({ keys: path, message: what === 'missing' ? 'is missing' : `${printValue(value)} given, an id needed`, fix })
  } else if (what === 'missing') {
    report({ keys: path, message, fix: `Add ${JSON.stringify(origin(path).at(-1))}.` })
  } else if (path[0] === 'manifest_version') {
    const fix = 'Update this host, or install a release of the plugin for it.'
    report({ keys: path, code: 'incompatible', message: `the manifest has the shape ${printValue(value)}, this host reads 1`, fix })
  } else {
    report({ keys: path, message, fix: formHint(misfit, origin(path).at(-1) ?? name) })
  }
}

const remove = 'No key is like it: remove it, or put it under "metadata", which is for others to read.'

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

function described(written: Written) {
  const { id, name, description, author, license, homepage, repository, keywords, config_schema, isolation } = written
  const { config, export: exported, produces, capabilities, platforms, enabled, documentation, modules, metadata } = written
  return {
    name: name ?? id,
    description: description ?? '',
    ...(author === undefined ? {} : { author }),
    ...(license === undefined ? {} : { license }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(repository === undefined ? {} : { repository }),
    keywords: keywords ?? [],
    ...(config_schema === undefined || Object.keys(config_schema).length === 0 ? {} : { configSchema: config_schema }),
    ...(config === undefined ? {} : { config }),
    ...(exported === undefined ? {} : { export: exported }),
    produces: produces ?? [],
    capabilities: capabilities ?? {},
    platforms: platforms ?? [],
    enabled: enabled ?? true,
    documentation: {
      ...(documentation?.readme === undefined ? {} : { readme: documentation.readme }),
      examples: documentation?.examples ?? [],
    },
    modules: { allowed: modules?.allowed ?? [], blocked: modules?.blocked ?? [] },
    metadata: metadata ?? {},
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
  const read = (key: 'memory' | 'timeout', parse: (quantity: string | number) => number | undefined, what: string, syntax: string) => {
    const written = limits[key]
    if (written === undefined) return {}
    const amount = parse(written)
    if (amount === undefined || amount <= 0)
      fault({ keys: ['limits', key], message: `${printValue(written)} given, ${what} above 0 needed`, fix: `Give ${syntax}.` })
    return { [key]: amount }
  }
  return {
    ...read('memory', parseSize, 'a size', sizeSyntax),
    ...read('timeout', parseDuration, 'a length of time', durationSyntax),
    ...(limits.cpu === undefined ? {} : { cpu: limits.cpu }),
  }
}

import { PluginError } from '@cardcage/plugin'
import type { Json, Kind, Provides } from '@cardcage/plugin'
import { kinds } from './manifest.ts'
import type { JsonSchema } from './manifest.ts'
import type { Provided, ProvidedByKind } from './provides.ts'
import { inputFaults, nameFault, spellOutInputs } from './spell-out.ts'
import type { WrittenInputs } from './spell-out.ts'

/**
 * What `setup` returned, as data: JSON Schemas instead of schemas, every column role spelled out, no functions. Runs in the plugin's process.
 *
 * @throws {PluginError} `invalid-manifest` naming the kind, the name and what is wrong: an unknown kind, no function to call, a schema without
 * JSON Schema, a name that would break an address.
 */
export function describeProvides(provides: Provides): ProvidedByKind {
  if (!isRecord(provides)) throw fault('setup', `returned ${shown(provides)}`, 'Return an object keyed by kind: { analysis: { … } }.')
  const described: [string, Record<string, Provided>][] = []
  for (const [kind, things] of Object.entries(provides)) {
    if (things === undefined) continue
    if (!isKind(kind)) throw fault('setup', `returned the unknown kind ${JSON.stringify(kind)}`, `The kinds are ${kinds.join(', ')}.`)
    if (!isRecord(things)) throw fault(kind, `is ${shown(things)}`, `Give a record by name: { ${kind}: { name: … } }.`)
    described.push([kind, Object.fromEntries(Object.entries(things).map(([name, thing]) => [name, describeThing(kind, name, thing)]))])
  }
  if (!described.some(([, things]) => Object.keys(things).length > 0))
    throw fault('setup', 'provides nothing', 'Return at least one thing of a kind.')
  return Object.fromEntries(described)
}

type Thing = Readonly<Record<string, unknown>>

function describeThing(kind: Kind, name: string, thing: unknown): Provided {
  const at = `${kind}.${name}`
  const bad = nameFault(kind, name)
  if (bad) throw fault(kind, bad, 'Rename it.')
  if (!isRecord(thing)) throw fault(at, `is ${shown(thing)}`, 'Give an object.')
  return { ...describeAbout(at, thing), ...describers[kind](at, thing) }
}

const describers: Readonly<Record<Kind, (at: string, thing: Thing) => Provided>> = {
  source(at, thing) {
    needFunction(at, thing, 'read')
    return { ...schemaOf(at, thing, 'params'), can: functionsOf(at, thing, ['read', 'check', 'discover']) }
  },
  format(at, thing) {
    const can = functionsOf(at, thing, ['read', 'write', 'probe'])
    if (!can.includes('read') && !can.includes('write')) throw fault(at, 'can neither read nor write', 'Give `read`, `write` or both.')
    const extensions = texts(at, thing, 'extensions', /^\.[^\s/\\]+$/, true)
    return { extensions, ...optionalTexts(at, thing, 'mediaTypes', mediaType), ...schemaOf(at, thing, 'params'), can }
  },
  analysis(at, thing) {
    needFunction(at, thing, 'run')
    const { deterministic = true } = thing
    if (typeof deterministic !== 'boolean') throw fault(`${at}.deterministic`, `is ${shown(deterministic)}`, 'Give true or false.')
    const can = functionsOf(at, thing, ['estimate'])
    return { inputs: inputsOf(at, thing), ...schemaOf(at, thing, 'params'), deterministic, ...(can.length > 0 ? { can } : {}) }
  },
  visualization(at, thing) {
    if ('export' in thing) return describeExporter(at, thing)
    needFunction(at, thing, 'run')
    const draws = thing['draws'] === undefined ? ['image/svg+xml'] : texts(at, thing, 'draws', mediaType, true)
    return { inputs: inputsOf(at, thing), ...schemaOf(at, thing, 'params'), draws }
  },
  enrichment(at, thing) {
    needFunction(at, thing, 'enrich')
    return { subjects: texts(at, thing, 'subjects', /\S/, true), ...optionalTexts(at, thing, 'adds', /\S/), ...schemaOf(at, thing, 'data') }
  },
  handler(at, thing) {
    needFunction(at, thing, 'handle')
    return schemaOf(at, thing, 'data')
  },
}

const mediaType = /^[\w.+-]+\/[\w.+-]+(?:\s*;.*)?$/

function describeExporter(at: string, thing: Thing): Provided {
  needFunction(at, thing, 'export')
  const text = (key: string, pattern: RegExp) => {
    const value = thing[key]
    if (typeof value !== 'string' || !pattern.test(value))
      throw fault(`${at}.${key}`, `is ${shown(value)}`, 'An exporter says `from`, `to` and `extension`.')
    return value
  }
  return { from: text('from', mediaType), to: text('to', mediaType), extension: text('extension', /^\.[^\s/\\]+$/) }
}

function describeAbout(at: string, thing: Thing): Provided {
  const about: Record<string, string | boolean> = {}
  for (const key of ['title', 'description', 'version', 'category', 'reference', 'experimental']) {
    const value = thing[key]
    const wanted = key === 'experimental' ? 'boolean' : 'string'
    if (value === undefined) continue
    if (typeof value !== wanted) throw fault(`${at}.${key}`, `is ${shown(value)}`, `Give a ${wanted}.`)
    about[key] = value as string | boolean
  }
  return about
}

function inputsOf(at: string, { inputs }: Thing): Readonly<Record<string, NonNullable<Provided['inputs']>[string]>> {
  const written = plain(`${at}.inputs`, inputs) as WrittenInputs | undefined
  if (written === undefined) return spellOutInputs(undefined)
  if (!isRecord(written)) throw fault(`${at}.inputs`, `is ${shown(written)}`, 'Give inputs by name: { data: {} }.')
  for (const [name, input] of Object.entries(written)) checkInput(`${at}.inputs.${name}`, input)
  const [first] = inputFaults(written)
  if (first) throw fault(`${at}.inputs`, first, 'Change it.')
  return spellOutInputs(written)
}

function checkInput(at: string, input: unknown): void {
  if (!isRecord(input)) throw fault(at, `is ${shown(input)}`, 'Give an object: { columns: { value: "number" } }.')
  for (const key of ['minRows', 'maxRows']) {
    const rows = input[key]
    if (rows !== undefined && !(Number.isSafeInteger(rows) && (rows as number) >= 0))
      throw fault(`${at}.${key}`, `is ${shown(rows)}`, 'Give a whole number.')
  }
  if (input['columns'] !== undefined && !isRecord(input['columns']))
    throw fault(`${at}.columns`, `is ${shown(input['columns'])}`, 'Give types by role.')
  for (const [role, need] of Object.entries(input['columns'] ?? {})) {
    const type: unknown = isRecord(need) ? need['type'] : need
    const known = ['number', 'time', 'ordered', 'text', 'boolean', 'any']
    if (!known.includes(type as string))
      throw fault(`${at}.columns.${role}`, `has the type ${shown(type)}`, `The types are ${known.join(', ')}.`)
  }
}

function schemaOf(at: string, thing: Thing, key: 'params' | 'data'): { readonly params?: JsonSchema; readonly data?: JsonSchema } {
  if (thing[key] === undefined) return {}
  const document = jsonSchemaOf(thing[key], `${at}.${key}`)
  if (key === 'params' && 'type' in document && document['type'] !== 'object')
    throw fault(`${at}.params`, `is a schema of ${shown(document['type'])}`, 'Params are given by name: use an object schema.')
  return { [key]: document }
}

/** The JSON Schema (draft 2020-12, input side) of an author's schema. @throws {PluginError} `invalid-manifest` where it has none */
export function jsonSchemaOf(schema: unknown, at: string): JsonSchema {
  const standard = isRecord(schema) || typeof schema === 'function' ? (schema as Thing)['~standard'] : undefined
  const input = (standard as { jsonSchema?: { input?: (options: object) => unknown } } | undefined)?.jsonSchema?.input
  const hint = 'Use a Standard Schema that gives its JSON Schema: Zod 4.2 or newer, ArkType, or Valibot through @valibot/to-json-schema.'
  if (typeof input !== 'function') throw fault(at, 'has no JSON Schema', hint)
  let made: unknown
  try {
    made = input({ target: 'draft-2020-12' })
  } catch (error) {
    throw fault(
      at,
      `cannot be said in JSON Schema: ${error instanceof Error ? error.message : String(error)}`,
      'Use a type JSON has.',
      error,
    )
  }
  const described = plain(at, made)
  if (!isRecord(described)) throw fault(at, `gave ${shown(made)} as its JSON Schema`, hint)
  const { $schema: _, ...document } = described
  return document
}

function functionsOf<Name extends string>(at: string, thing: Thing, names: readonly Name[]): readonly Name[] {
  return names.filter((name) => {
    if (thing[name] === undefined) return false
    needFunction(at, thing, name)
    return true
  })
}

function needFunction(at: string, thing: Thing, name: string): void {
  if (typeof thing[name] !== 'function') throw fault(`${at}.${name}`, `is ${shown(thing[name])}`, 'Give a function.')
}

function optionalTexts(at: string, thing: Thing, key: string, pattern: RegExp): Record<string, readonly string[]> {
  return thing[key] === undefined ? {} : { [key]: texts(at, thing, key, pattern, false) }
}

function texts(at: string, thing: Thing, key: string, pattern: RegExp, some: boolean): readonly string[] {
  const list = thing[key]
  const fits = Array.isArray(list) && (!some || list.length > 0) && list.every((each) => typeof each === 'string' && pattern.test(each))
  if (!fits) throw fault(`${at}.${key}`, `is ${shown(list)}`, `Give a list of texts that match ${pattern.source}.`)
  return [...(list as string[])]
}

/** What is left after a trip through JSON; functions and cycles do not survive it. */
function plain(at: string, value: unknown): Json | undefined {
  if (value === undefined) return undefined
  try {
    return JSON.parse(JSON.stringify(value)) as Json
  } catch (error) {
    throw fault(at, `is not JSON: ${error instanceof Error ? error.message : String(error)}`, 'Give plain data.', error)
  }
}

function isKind(kind: string): kind is Kind {
  return (kinds as readonly string[]).includes(kind)
}

function isRecord(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return String(JSON.stringify(typeof value === 'bigint' ? String(value) : value)).slice(0, 60)
}

function fault(at: string, what: string, hint: string, cause?: unknown): PluginError {
  return new PluginError('invalid-manifest', `${at} ${what}`, { hint, details: { key: at }, ...(cause === undefined ? {} : { cause }) })
}

import { createRequire } from 'node:module'
import type { Validator } from 'typebox/schema'
import type { Json } from '@cardcage/plugin'
import { allowedValues, describeSchema, printValue } from './describe-schema.ts'
import { fits } from './fits.ts'
import { atPointer, branchesOf, isObject, isUnsafe, pointerKeys, printPath, resolve } from './schema-node.ts'
import { shapeFaults } from './shape-faults.ts'
import type { JsonSchema } from './manifest.ts'

/** A place in a value that does not fit its schema. */
export interface Misfit {
  readonly path: readonly string[]
  /** What was given there; absent where something is missing. */
  readonly value?: unknown
  readonly what: 'missing' | 'unknown' | 'wrong'
  /** For people, without the path: `11 given, an integer from 1 to 10 (default 2) needed`. */
  readonly message: string
  /** Values or names that would fit, where they can be listed. */
  readonly allowed?: readonly Json[]
}

/**
 * Where a value does not fit a JSON Schema (draft 2020-12), one entry per place; empty if it fits. Validators are compiled once per schema
 * object. A schema that cannot be compiled is one misfit at the root; so is a value nested deeper than 100 or with a `__proto__` key.
 */
export function misfits(schema: JsonSchema, value: unknown): readonly Misfit[] {
  if (isUnsafe(value)) return [unsafe]
  if (fits(schema, value)) return []
  const validator = compile(schema)
  if (typeof validator === 'string') return [{ path: [], what: 'wrong', message: `the schema itself is broken: ${validator}` }]
  try {
    return validator.Check(value) ? [] : told(schema, value, validator.Errors(value)[1] as readonly RawError[])
  } catch (error) {
    return [
      {
        path: [],
        value,
        what: 'wrong',
        message: `the schema cannot be applied: ${error instanceof Error ? error.message : String(error)}`,
      },
    ]
  }
}

/** Why a JSON Schema cannot be used, in words with the place (a bad pattern, a keyword of the wrong type, a reference to nowhere); empty if it can. Compiles it. */
export function schemaFaults(schema: JsonSchema): readonly string[] {
  if (isUnsafe(schema)) return [unsafe.message]
  const faults = shapeFaults(schema).map(({ keys, message }) => `${printPath(keys) || 'the schema'} ${message}`)
  const compiled = faults.length === 0 ? compile(schema) : undefined
  return typeof compiled === 'string' ? [compiled] : faults
}

const unsafe: Misfit = { path: [], what: 'wrong', message: 'nested deeper than 100, or has a key "__proto__"' }

interface RawError {
  readonly keyword: string
  readonly schemaPath: string
  readonly instancePath: string
  readonly message: string
  readonly params: {
    readonly requiredProperties?: string[]
    readonly additionalProperties?: string[]
    readonly unevaluatedProperties?: string[]
  }
}

const require = createRequire(import.meta.url)

/** Errors of one value that are told; the validator's own limit is 8. */
const mostErrors = 100
const compiled = new WeakMap<JsonSchema, Validator | string>()

let typebox: typeof import('typebox/schema') | undefined

/**
 * Load the validator, on the first value that is not plainly right: it costs more time than the rest of a listing. Called before work that may be ended in its
 * middle (`bounded`): of a module whose loading was ended, half would stay for ever.
 */
export function loadValidator(): typeof import('typebox/schema') {
  if (typebox) return typebox
  const { Settings } = require('typebox/system') as typeof import('typebox/system')
  Settings.Set({ maxErrors: mostErrors })
  return (typebox = require('typebox/schema') as typeof import('typebox/schema'))
}

function compile(schema: JsonSchema): Validator | string {
  let validator = compiled.get(schema)
  if (validator === undefined) {
    try {
      validator = loadValidator().Compile(schema as never) as unknown as Validator
    } catch (error) {
      validator = error instanceof Error ? error.message : String(error)
    }
    compiled.set(schema, validator)
  }
  return validator
}

/** One misfit per place, never none. */
function told(schema: JsonSchema, value: unknown, errors: readonly RawError[]): readonly Misfit[] {
  const found = leading(schema, errors).flatMap((error) => translate(schema, error, value))
  const first = new Map(found.toReversed().map((misfit) => [misfit.path.join('\0'), misfit]))
  return first.size > 0
    ? [...first.values()].toReversed()
    : [{ path: [], value, what: 'wrong', message: errors[0]?.message ?? 'does not fit' }]
}

/** Of a union, whose every branch complains, either the branch that was meant or the union itself. */
function leading(root: JsonSchema, errors: readonly RawError[]): readonly RawError[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  const inside = (error: RawError, union: RawError) => error.schemaPath.startsWith(`${union.schemaPath}/${union.keyword}/`)
  const top = unions.filter((union) => !unions.some((other) => other !== union && inside(union, other)))
  const rest = errors.filter((error) => !top.includes(error) && !top.some((union) => inside(error, union)))
  return [
    ...rest,
    ...top.flatMap((union) =>
      meant(
        root,
        union,
        errors.filter((error) => inside(error, union)),
      ),
    ),
  ]
}

function meant(root: JsonSchema, union: RawError, inner: readonly RawError[]): readonly RawError[] {
  const byBranch = Map.groupBy(inner, ({ schemaPath }) => schemaPath.slice(union.schemaPath.length).split('/')[2]!)
  const depth = pointerKeys(union.instancePath).length
  const isElsewhere = ({ keyword, instancePath }: RawError) => {
    const below = pointerKeys(instancePath).length - depth
    return (below === 0 && keyword === 'type') || (below === 1 && (keyword === 'const' || keyword === 'enum'))
  }
  const candidates = [...byBranch.values()].filter((branch) => !branch.some(isElsewhere))
  return candidates.length === 1 ? leading(root, candidates[0]!) : [union]
}

function translate(root: JsonSchema, error: RawError, value: unknown): readonly Misfit[] {
  const path = pointerKeys(error.instancePath)
  const found = atPointer(root, error.schemaPath)
  const node = resolve(root, found) ?? {}
  const { requiredProperties, additionalProperties, unevaluatedProperties } = error.params
  if (requiredProperties) {
    const given = valueAt(value, path)
    const missing = requiredProperties.filter((name) => !isObject(given) || !Object.hasOwn(given, name))
    return missing.map((name) => missingAt(root, [...path, name], isObject(node['properties']) ? node['properties'][name] : undefined))
  }
  const strangers = additionalProperties ?? unevaluatedProperties
  if (strangers) {
    // Also said, of every key, where only the schema of such keys was not met: that misfit is told by itself.
    if (node[error.keyword] !== false) return []
    const allowed = isObject(node['properties']) ? Object.keys(node['properties']) : []
    return strangers.map((name) => ({
      path: [...path, name],
      value: valueAt(value, [...path, name]),
      what: 'unknown',
      message: 'is not known',
      allowed,
    }))
  }
  if (error.keyword === 'boolean' && /\/(?:additional|unevaluated)Properties$/.test(error.schemaPath)) return []
  const given = valueAt(value, path)
  if (error.keyword === 'boolean')
    return [{ path, value: given, what: 'wrong', message: `${printValue(given)} given, but it must not be given` }]
  const said = simple.has(error.keyword) ? `${describeSchema(root, node)} needed` : error.message
  const allowed = allowedValues(node) ?? branchesOf(root, node).flatMap((branch) => allowedValues(branch) ?? [])
  const shown = `${printValue(given)} given, ${said}`
  return [{ path, value: given, what: 'wrong', message: shown, ...(allowed.length > 0 ? { allowed } : {}) }]
}

const simple = new Set(
  'type enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern format minItems maxItems anyOf oneOf'.split(
    ' ',
  ),
)

function missingAt(root: JsonSchema, path: readonly string[], schema: Json | undefined): Misfit {
  const node = resolve(root, schema)
  const allowed = node && allowedValues(node)
  return {
    path,
    what: 'missing',
    message: node ? `is missing, ${describeSchema(root, node)} needed` : 'is missing',
    ...(allowed ? { allowed } : {}),
  }
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key) ? (inside as never)[key] : undefined),
    value,
  )
}

import { didYouMean } from '@cardcage/plugin/internal'
import type { Json } from '@cardcage/plugin'
import { loadValidator, misfits } from '../manifest/check-schema.ts'
import type { Misfit } from '../manifest/check-schema.ts'
import { describeSchema, printValue } from '../manifest/describe-schema.ts'
import type { JsonSchema } from '../manifest/manifest.ts'
import { applicable, isObject, isUnsafe, own, printPath, resolve } from '../manifest/schema-node.ts'
import { plainlyValid } from './plainly-valid.ts'
import { bounded } from './bounded.ts'
import { prepare } from './prepare.ts'
import { schemaAt } from './schema-at.ts'
import { isSecretAt, mask, masked } from './secret.ts'

/** A value after validation, and everything that is wrong with it. */
export interface Validated {
  /** With strings coerced and defaults filled in; only to be used where there are no problems. */
  readonly value: unknown
  readonly problems: readonly ValueProblem[]
}

/** One thing that is wrong with a value; secrets are masked. */
export interface ValueProblem {
  /** Keys from the root; `path` for programs. */
  readonly keys: readonly string[]
  readonly what: Misfit['what']
  /** `server.port`, `list[0]`; empty for the value as a whole. */
  readonly path: string
  /** What was given; absent where something is missing. */
  readonly value?: unknown
  /** For people, complete: parameter, value, range, default, nearest known name. */
  readonly message: string
  /** Values or names that would fit, where they can be listed. */
  readonly allowed?: readonly Json[]
}

/** How strict to be. */
export interface ValidateOptions {
  /** What happens to keys the schema does not name and does not expressly allow. Default `allow`: as JSON Schema has it. */
  readonly unknown?: 'refuse' | 'allow'
  /** What a key is called in messages. Default `parameter`. */
  readonly noun?: string
}

/** The schema of an operation that takes no params. */
export const noParams: JsonSchema = { type: 'object', properties: {}, additionalProperties: false }

/**
 * Coerce strings, fill in defaults at every depth, and check a value against a JSON Schema (draft 2020-12). The value given is not
 * changed. Never throws, and never takes long: also a broken schema, a value nested too deep, a `__proto__` key and a pattern that does not come to an end are
 * problems.
 */
export function validate(schema: JsonSchema, given: unknown, options: ValidateOptions = {}): Validated {
  if (!hasPattern(schema)) return check(schema, given, options)
  const tooLong = {
    value: {},
    problems: [
      { ...whole, message: `a pattern of the schema needs more than ${patternTime} ms for these ${options.noun ?? 'parameter'}s` },
    ],
  }
  const plain = bounded(patternTime, () => ({ value: plainlyValid(schema, given) }))
  if (plain === undefined) return tooLong
  if (plain.value) return { value: plain.value, problems: [] }
  loadValidator()
  return bounded(patternTime, () => check(schema, given, options)) ?? tooLong
}

/** Where a problem is about the value as a whole. */
const whole = { keys: [], what: 'wrong', path: '' } as const

/** Milliseconds for a check in which regular expressions of a plugin run: the worst ones would take for ever. */
const patternTime = 200

const patterned = new WeakMap<JsonSchema, boolean>()

function hasPattern(schema: JsonSchema): boolean {
  let found = patterned.get(schema)
  if (found === undefined) patterned.set(schema, (found = /"(pattern|patternProperties)":/.test(JSON.stringify(schema))))
  return found
}

function check(schema: JsonSchema, given: unknown, { unknown = 'allow', noun = 'parameter' }: ValidateOptions): Validated {
  const plain = plainlyValid(schema, given)
  if (plain) return { value: plain, problems: [] }
  if (isUnsafe(given))
    return { value: {}, problems: [{ ...whole, message: `the ${noun}s are nested deeper than 100, or one is called "__proto__"` }] }
  const value = prepare(schema, given)
  const wrong = misfits(schema, value)
  const strangers = unknown === 'refuse' ? strangersIn(schema, schema, value, []) : []
  if (wrong.length === 0 && strangers.length === 0) return { value, problems: [] }
  const told = new Set(wrong.map(({ path }) => path.join('\0')))
  const all = [...wrong, ...strangers.filter(({ path }) => !told.has(path.join('\0')))]
  const shown = mask(value, schema)
  return { value, problems: all.map((misfit) => explain(schema, misfit, shown, noun)) }
}

function explain(schema: JsonSchema, misfit: Misfit, shown: unknown, noun: string): ValueProblem {
  const { path, what, value } = misfit
  const isHidden = isSecretAt(schema, path)
  // What a schema says of a secret may name its values.
  const { message, allowed } = isHidden ? { message: unnamed(schema, misfit), allowed: undefined } : misfit
  const at = printPath(path)
  const about = { keys: path, what, path: at, ...(allowed ? { allowed } : {}) }
  if (what === 'missing') return { ...about, message: `${noun} ${at} ${message}` }
  const safe = isHidden
    ? masked
    : path.reduce<unknown>((inside, key) => (typeof inside === 'object' && inside !== null ? (inside as never)[key] : undefined), shown)
  if (what === 'unknown') {
    const names = (allowed ?? []).map(String)
    const known = names.length === 0 ? ` There are no ${noun}s here.` : ` Known: ${names.join(', ')}.`
    return { ...about, value: safe, message: `unknown ${noun} ${at}.${didYouMean(path.at(-1) ?? '', names) || known}` }
  }
  const start = `${printValue(value)} given`
  const said = message.startsWith(start) ? `${printValue(safe)} given${message.slice(start.length)}` : message
  return { ...about, value: safe, message: at === '' ? said : `${noun} ${at}: ${said}` }
}

/** The message about a secret, without the values its schema names. */
function unnamed(schema: JsonSchema, { path, what, message }: Misfit): string {
  const needed = what === 'unknown' ? message : `${describeSchema(schema, withoutValues(schemaAt(schema, path)))} needed`
  return what === 'missing' ? `is missing, ${needed}` : `"${masked}" given, ${needed}`
}

function withoutValues(nodes: readonly JsonSchema[]): JsonSchema {
  const { default: _, enum: named, const: only, ...rest } = Object.assign({}, ...nodes.toReversed()) as JsonSchema
  const one = Array.isArray(named) ? named[0] : only
  return { ...rest, ...(rest['type'] === undefined && one !== undefined ? { type: one === null ? 'null' : typeof one } : {}) }
}

/** Keys of objects whose schema lists its properties and does not say that there may be others. */
function strangersIn(root: JsonSchema, written: Json | undefined, value: unknown, path: readonly string[]): readonly Misfit[] {
  const node = resolve(root, written)
  if (!node || path.length > 100) return []
  if (Array.isArray(value)) return value.flatMap((item, i) => strangersIn(root, node['items'], item, [...path, String(i)]))
  if (!isObject(value)) return []
  const known = namesOf(root, node)
  const found: Misfit[] = []
  for (const key in value) {
    if (known && !known.has(key))
      found.push({ path: [...path, key], value: value[key], what: 'unknown', message: 'is not known', allowed: [...known] })
    const inside = own(node['properties'], key)
    if (inside !== undefined && typeof value[key] === 'object') found.push(...strangersIn(root, inside, value[key], [...path, key]))
  }
  return found
}

/** Every name an object's schema knows, in any of its parts; `undefined` where it is open to others. */
function namesOf(root: JsonSchema, node: JsonSchema): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  let lists = false
  for (const part of applicable(root, [node])) {
    const { properties, additionalProperties = false, patternProperties, $ref, allOf, anyOf, oneOf } = part
    if (additionalProperties !== false || patternProperties !== undefined) return undefined
    if (isObject(properties)) for (const name in properties) names.add(name)
    else if ([$ref, allOf, anyOf, oneOf].every((each) => each === undefined) && part['type'] === 'object') return undefined
    lists ||= isObject(properties)
  }
  return lists ? names : undefined
}

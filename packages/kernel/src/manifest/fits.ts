import type { Json } from '@cardcage/plugin'
import { isObject, own, typesOf } from './schema-node.ts'
import type { JsonSchema } from './manifest.ts'

/**
 * Does the value certainly fit? Knows only the everyday keywords, but in microseconds and without loading a validator: `true` is
 * final, `false` means "ask the validator".
 */
export function fits(schema: Json | undefined, value: unknown): boolean {
  if (schema === true) return value !== undefined
  const kind = kindOf(value)
  if (!isObject(schema) || kind === undefined) return false
  for (const keyword in schema) {
    if (annotations.has(keyword)) continue
    const check = checks[keyword]
    if (!check || !check(schema[keyword]!, value, kind, schema)) return false
  }
  return true
}

type Kind = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object'
type Check = (wanted: Json, value: unknown, kind: Kind, schema: JsonSchema) => boolean

const annotations = new Set(
  '$schema $id $comment $defs title description default examples deprecated readOnly writeOnly sensitive'.split(' '),
)

const patterns = new Map<string, RegExp>()

const checks: Readonly<Record<string, Check | undefined>> = {
  __proto__: null as never,
  type: (_, value, kind, schema) => typesOf(schema).some((type) => type === kind || (type === 'integer' && Number.isSafeInteger(value))),
  enum: (wanted, value, kind) => isScalar(kind) && Array.isArray(wanted) && wanted.includes(value),
  const: (wanted, value, kind) => isScalar(kind) && wanted === value,
  minimum: (wanted, value, kind) => kind !== 'number' || (value as number) >= Number(wanted),
  maximum: (wanted, value, kind) => kind !== 'number' || (value as number) <= Number(wanted),
  exclusiveMinimum: (wanted, value, kind) => kind !== 'number' || (value as number) > Number(wanted),
  exclusiveMaximum: (wanted, value, kind) => kind !== 'number' || (value as number) < Number(wanted),
  minLength: (wanted, value, kind) => kind !== 'string' || (isAscii(value as string) && (value as string).length >= Number(wanted)),
  maxLength: (wanted, value, kind) => kind !== 'string' || (isAscii(value as string) && (value as string).length <= Number(wanted)),
  pattern: (wanted, value, kind) => kind !== 'string' || (typeof wanted === 'string' && matches(wanted, value as string)),
  minItems: (wanted, value, kind) => kind !== 'array' || (value as Json[]).length >= Number(wanted),
  maxItems: (wanted, value, kind) => kind !== 'array' || (value as Json[]).length <= Number(wanted),
  items: (wanted, value, kind) => kind !== 'array' || (value as Json[]).every((item) => fits(wanted, item)),
  required: (wanted, value, kind) =>
    kind !== 'object' || (Array.isArray(wanted) && wanted.every((key) => Object.hasOwn(value as object, String(key)))),
  properties: (wanted, value, kind) =>
    kind !== 'object' ||
    Object.keys(wanted as object).every((key) => !Object.hasOwn(value as object, key) || fits(own(wanted, key), own(value, key))),
  additionalProperties: (wanted, value, kind, schema) =>
    kind !== 'object' ||
    wanted === true ||
    Object.keys(value as object).every(
      (key) => own(schema['properties'], key) !== undefined || (wanted !== false && fits(wanted, own(value, key))),
    ),
  anyOf: (wanted, value) => Array.isArray(wanted) && wanted.some((branch) => fits(branch, value)),
}

function kindOf(value: unknown): Kind | undefined {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isFinite(value) ? 'number' : undefined
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'object' ? (typeof value as Kind) : undefined
}

function isScalar(kind: Kind): boolean {
  return kind !== 'array' && kind !== 'object'
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}

function matches(pattern: string, text: string): boolean {
  let regexp = patterns.get(pattern)
  if (!regexp) {
    try {
      regexp = new RegExp(pattern, 'u')
    } catch {
      return false
    }
    if (patterns.size >= 1000) patterns.clear()
    patterns.set(pattern, regexp)
  }
  return regexp.test(text)
}

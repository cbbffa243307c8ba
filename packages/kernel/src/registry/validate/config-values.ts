import type { Json } from '@cardcage/plugin'
import { bounded } from '../../config/bounded.ts'
import { secretPaths } from '../../config/secret.ts'
import { validate } from '../../config/validate.ts'
import { loadValidator, misfits } from '../../manifest/check-schema.ts'
import { describeSchema, printValue } from '../../manifest/describe-schema.ts'
import type { JsonSchema } from '../../manifest/manifest.ts'
import { isObject, own, printPath } from '../../manifest/schema-node.ts'
import { schemaPlaces } from '../../manifest/schema-places.ts'
import type { NoteKey } from './finding.ts'

/** What secrets are mostly called. */
const secretName =
  /(?:^|[_-])(?:api[_-]?key|pass(?:word|wd|phrase)|secret|credentials?|(?:access|auth|bearer|refresh)[_-]?token|private[_-]?key|client[_-]?secret)$/i

/** Milliseconds for checks in which patterns of the schema run. */
const patternTime = 500

/**
 * Check what a sound config schema of a manifest says beside its form: defaults fit their own property, every property says what it is for, secrets are
 * marked and have no value in the file.
 *
 * @param keys where the schema stands in the manifest
 */
export function checkConfigProperties(schema: JsonSchema, keys: readonly string[], note: NoteKey): void {
  if (schema['type'] !== undefined && schema['type'] !== 'object')
    note('error', [...keys, 'type'], `a config is an object, not ${printValue(schema['type'])}`, 'Write "type": "object".')
  const secrets = new Set(secretPaths(schema).map((path) => path.join('\0')))
  for (const { name, node, path, place } of propertiesOf(schema)) {
    const secret = secrets.has(name.join('\0'))
    if (Object.hasOwn(node, 'default')) checkDefault(schema, node, printPath(name), [...keys, ...path, 'default'], note)
    if (secret && isValue(node['default']))
      note(
        'error',
        [...keys, ...path, 'default'],
        'is the default of a secret: everybody who has the plugin has it',
        `Remove it; the operator gives "${printPath(name)}", as with \${${variable(name)}}.`,
      )
    if (!secret && place && secretName.test(name.at(-1)!) && mayBeText(node))
      note(
        'warning',
        [...keys, ...path],
        `"${printPath(name)}" looks like a secret and is not marked as one: it is shown in listings and logs`,
        'Write "sensitive": true beside it.',
      )
    if (typeof node['description'] !== 'string' || node['description'].trim() === '')
      note(
        'warning',
        [...keys, ...path],
        `nothing says what "${printPath(name)}" is for`,
        'Write a "description": `plugin info` and forms show it.',
      )
  }
}

/**
 * Check the values of the config a manifest brings, against its schema; what is required and not there is the operator's to give. Values with `${…}` are
 * known only where the plugin runs.
 */
export function checkConfigValues(config: JsonSchema, schema: JsonSchema | undefined, note: NoteKey): void {
  const plain = withoutVariables(config) as JsonSchema
  const shape = schema ?? { type: 'object', properties: {} }
  for (const { path, message, value } of validate(shape, plain, { unknown: schema ? 'refuse' : 'allow', noun: 'config value' }).problems)
    if (value !== undefined || path === '')
      note('error', ['config', ...keysOf(path)], message, 'Give a value that fits the config schema, or change the schema.')
  for (const path of schema ? secretPaths(schema) : [])
    for (const { keys, value } of valuesAt(plain, path))
      if (isValue(value))
        note(
          'error',
          ['config', ...keys],
          'is the value of a secret: everybody who has the plugin has it',
          `Remove it here and change the secret; the operator gives it, as with \${${variable(keys)}}.`,
        )
}

/** Names of the required config values for which neither the schema nor the manifest has one: the plugin cannot start before they are given. */
export function lackingConfig(schema: JsonSchema | undefined, config: JsonSchema): readonly string[] {
  if (!schema) return []
  return validate(schema, withoutVariables(config), { noun: 'config value' }).problems.flatMap(({ path, value }) =>
    value === undefined && path !== '' ? [path] : [],
  )
}

interface Property {
  /** Names from the root of the config. */
  readonly name: readonly string[]
  readonly node: JsonSchema
  /** Where its schema stands in the schema. */
  readonly path: readonly string[]
  /** Does a value stand there, rather than parts of one? */
  readonly place: boolean
}

/** Every property that is named by `properties` alone, also of objects in it: what people see as config keys. */
function propertiesOf(schema: JsonSchema): readonly Property[] {
  return schemaPlaces(schema).flatMap(({ node, path }) => {
    const isProperty = path.length > 0 && path.every((key, i) => i % 2 === 1 || key === 'properties')
    if (!isProperty || path.length % 2 === 1) return []
    return [{ name: path.filter((_, i) => i % 2 === 1), node, path, place: !isObject(node['properties']) }]
  })
}

function checkDefault(root: JsonSchema, node: JsonSchema, name: string, keys: readonly string[], note: NoteKey): void {
  const alone: JsonSchema = /"\$ref":/.test(JSON.stringify(node)) ? withOthers(root, name, node) : { properties: { [name]: node } }
  const fix = 'Give a default that fits the schema itself.'
  const { problems } = validate(alone, { [name]: node['default'] }, { noun: 'default of' })
  for (const { message } of problems) note('error', keys, message, fix)
  const value = node['default']
  if (problems.length > 0 || typeof value !== 'string') return
  loadValidator()
  const asWritten = bounded(patternTime, () => misfits(alone, { [name]: value }))
  if (asWritten && asWritten.length > 0)
    note(
      'error',
      keys,
      `default of ${name}: the text ${printValue(value)} given, ${describeSchema(root, node)} needed`,
      'Write the value itself, without quotes.',
    )
}

/** The schema of one property among the others, because they may be referred to; their own defaults are not its matter. */
function withOthers(root: JsonSchema, name: string, node: JsonSchema): JsonSchema {
  const { required: _, allOf: _all, anyOf: _any, oneOf: _one, ...rest } = root
  const others = isObject(root['properties']) ? Object.entries(root['properties']).map(([key, one]) => [key, withoutDefault(one)]) : []
  return { ...rest, properties: { ...Object.fromEntries(others), [name]: node } }
}

function withoutDefault(node: Json): Json {
  if (!isObject(node)) return node
  const { default: _, ...rest } = node
  return rest
}

function isValue(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== ''
}

function mayBeText({ type }: JsonSchema): boolean {
  return type === undefined || type === 'string' || (Array.isArray(type) && type.includes('string'))
}

function variable(name: readonly string[]): string {
  return name
    .filter((key) => !/^\d+$/.test(key))
    .join('_')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
}

/** A copy without the texts whose value is known only later. */
function withoutVariables(value: Json): Json {
  if (Array.isArray(value)) return value.some(isVariable) ? [] : value.map(withoutVariables)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (isVariable(each) ? [] : [[key, withoutVariables(each)]])))
}

function isVariable(value: Json): boolean {
  return typeof value === 'string' && /\$\{/.test(value)
}

function keysOf(path: string): readonly string[] {
  return path.split(/[.[\]]+/).filter((key) => key !== '')
}

/** What stands at a path of a value; `*` is any key or place. */
function valuesAt(
  value: Json | undefined,
  path: readonly string[],
  keys: readonly string[] = [],
): readonly { readonly keys: readonly string[]; readonly value: Json }[] {
  const [first, ...rest] = path
  if (value === undefined) return []
  if (first === undefined) return [{ keys, value }]
  const children = Array.isArray(value)
    ? value.map((each, i): [string, Json] => [String(i), each])
    : isObject(value)
      ? Object.entries(value)
      : []
  if (first === '*') return children.flatMap(([key, each]) => valuesAt(each, rest, [...keys, key]))
  return valuesAt(own(value, first), rest, [...keys, first])
}

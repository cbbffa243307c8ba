import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Compile } from 'typebox/schema'
import type { Json } from '@cardcage/plugin'
import { misfits, schemaFaults } from './check-schema.ts'
import { fits } from './fits.ts'
import { printPath } from './schema-node.ts'
import type { JsonSchema } from './manifest.ts'

const object = (properties: JsonSchema, more: JsonSchema = {}): JsonSchema => ({ type: 'object', properties, ...more })

function said(schema: JsonSchema, value: unknown): readonly string[] {
  return misfits(schema, value).map(({ path, message }) => `${printPath(path)}: ${message}`)
}

test('a misfit names its place, the value given, the range and the default', () => {
  const schema = object({ degree: { type: 'integer', minimum: 1, maximum: 10, default: 2 } })
  assert.deepEqual(misfits(schema, { degree: 2 }), [])
  assert.deepEqual(said(schema, { degree: 11 }), ['degree: 11 given, an integer from 1 to 10 (default 2) needed'])
  assert.deepEqual(said(schema, { degree: 'two' }), ['degree: "two" given, an integer from 1 to 10 (default 2) needed'])
  assert.deepEqual(said(schema, { degree: 1.5 }), ['degree: 1.5 given, an integer from 1 to 10 (default 2) needed'])
})

test('every misfit is told at once, one per place', () => {
  const schema = object(
    {
      name: { type: 'string', minLength: 2, pattern: '^[a-z]+$' },
      list: { type: 'array', items: { type: 'number' }, maxItems: 2 },
      how: { enum: ['a', 'b'] },
    },
    { required: ['name', 'key'], additionalProperties: false },
  )
  assert.deepEqual(said(schema, { name: 'A', list: [1, 'x'], how: 'c', nmae: 1 }).toSorted(), [
    'how: "c" given, one of "a", "b" needed',
    'key: is missing',
    'list[1]: "x" given, a number needed',
    'name: "A" given, text of at least 2 characters that matches ^[a-z]+$ needed',
    'nmae: is not known',
  ])
  assert.deepEqual(
    misfits(schema, { name: 'ab', key: 1, how: 'c' }).map(({ allowed }) => allowed),
    [
      ['name', 'list', 'how'],
      ['a', 'b'],
    ],
  )
})

test('however many there are, up to a hundred', () => {
  const wrong = (count: number) => said({ type: 'array', items: { type: 'number' } }, Array(count).fill('x')).length
  assert.equal(wrong(60), 60)
  assert.equal(wrong(10_000), 100)
})

test('of a union the branch that was meant is blamed, else the union', () => {
  const branch = (t: string, more: JsonSchema): JsonSchema => ({
    type: 'object',
    required: ['t'],
    properties: { t: { const: t }, ...more },
  })
  const schema = object({ either: { oneOf: [branch('a', { x: { type: 'number' } }), branch('b', { y: { type: 'number' } })] } })
  assert.deepEqual(said(schema, { either: { t: 'b', y: 'no' } }), ['either.y: "no" given, a number needed'])
  assert.deepEqual(said(schema, { either: { t: 'c' } }), ['either: {"t":"c"} given, an object with t needed'])
  assert.deepEqual(said(object({ u: { anyOf: [{ type: 'string' }, { type: 'null' }] } }), { u: 3 }), ['u: 3 given, text or null needed'])
})

test('keys of any name are held to their schema, forbidden ones and exotic rules are never passed over', () => {
  const open = object({}, { additionalProperties: { type: 'number' } })
  assert.deepEqual(said(open, { a: 1, b: 'x' }), ['b: "x" given, a number needed'])
  assert.deepEqual(said(object({ a: false }), { a: 1 }), ['a: 1 given, but it must not be given'])
  assert.match(said({ not: { type: 'string' } }, 'x')[0]!, /"x" given, must not/)
  assert.match(said(JSON.parse('{"if": {"type": "string"}, "then": {"minLength": 3}}'), 'x')[0]!, /"x" given, must match "then" schema/)
  assert.equal(said({ dependentRequired: { a: ['b'] } }, { a: 1 }).length, 1)
  assert.equal(said({ type: 'array', uniqueItems: true }, [1, 1]).length, 1)
  assert.ok(said({ propertyNames: { maxLength: 1 } }, { ab: 1 }).length > 0)
})

test('references, formats and properties called as those of Object.prototype are checked', () => {
  const schema = object(
    { at: { $ref: '#/$defs/url' }, constructor: { type: 'number' } },
    { $defs: { url: { type: 'string', format: 'uri' } } },
  )
  assert.deepEqual(said(schema, { at: 'x' }), ['at: "x" given, text that is a valid uri needed'])
  assert.deepEqual(misfits(schema, { at: 'https://x.example/' }), [])
})

test('values that could do harm are refused, whatever the schema', () => {
  let deep: Json = 1
  for (let i = 0; i < 50_000; i++) deep = [deep]
  assert.match(said({ type: 'string' }, deep)[0]!, /nested deeper than 100/)
  assert.match(said({ type: 'object' }, JSON.parse('{"__proto__": {"polluted": 1}}'))[0]!, /__proto__/)
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
})

test('what cannot be a schema is said', () => {
  assert.deepEqual(schemaFaults(object({ a: { type: 'integer', minimum: 1 } })), [])
  assert.deepEqual(schemaFaults(object({ a: { type: 'int' } })), [
    'properties.a.type is "int"; one of string, number, integer, boolean, object, array, null needed',
  ])
  assert.match(schemaFaults({ type: 'string', pattern: '(' })[0]!, /Unterminated group/)
  assert.match(schemaFaults({ $ref: '#/$defs/none' })[0]!, /points at #\/\$defs\/none, which is not there/)
  assert.deepEqual(schemaFaults(object({ a: { minimum: '1' }, b: 3 })), [
    'properties.b is 3; a schema is an object',
    'properties.a.minimum is "1"; number needed',
  ])
  assert.match(said({ type: 'string', pattern: '(' }, 'a')[0]!, /the schema itself is broken/)
})

test('a quick yes is never given where the validator says no', () => {
  const schemas: readonly JsonSchema[] = [
    {},
    { type: 'number' },
    { type: ['integer', 'null'] },
    { type: 'integer', minimum: 1, maximum: 3 },
    { exclusiveMinimum: 1, exclusiveMaximum: 3 },
    { type: 'string', minLength: 2, maxLength: 3 },
    { pattern: '^a' },
    { enum: ['a', 1, null] },
    { const: 'a' },
    { type: 'array', items: { type: 'number' }, minItems: 1, maxItems: 2 },
    { anyOf: [{ type: 'string' }, { type: 'array' }] },
    { type: 'object', required: ['a'] },
    object({ a: { type: 'number' } }, { additionalProperties: false }),
    object({ a: false }),
    object({ a: { type: 'string' } }, { additionalProperties: { type: 'number' } }),
    { oneOf: [{ type: 'string' }, { minLength: 1 }] },
    { not: {} },
    { multipleOf: 2 },
    { enum: [{ a: 1 }] },
    { const: [1] },
    { type: 'string', format: 'email' },
    { required: ['toString'] },
  ]
  const values: readonly unknown[] = [
    0,
    1,
    2,
    1.5,
    3,
    Number.NaN,
    Infinity,
    '',
    'a',
    'ab',
    'abcd',
    '👍👍',
    'ä',
    null,
    true,
    [],
    [1],
    [1, 'x'],
    [1, 2, 3],
    {},
    { a: 1 },
    { a: 'x' },
    { a: 1, b: 2 },
    { b: 'x' },
    { a: 'x', b: 2 },
  ]
  let yes = 0
  for (const schema of schemas) {
    const validator = Compile(schema as never)
    for (const value of values) {
      if (!fits(schema, value)) continue
      yes++
      assert.ok(validator.Check(value), `${JSON.stringify(schema)} ${JSON.stringify(value)}`)
    }
  }
  assert.ok(yes > 100, `${yes} quick answers`)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonSchema } from './manifest.ts'
import { schemaCircles } from './schema-circles.ts'
import { schemaPlaces } from './schema-places.ts'

const circles = (schema: JsonSchema) => schemaCircles(schema, schemaPlaces(schema)).map((path) => path.join('.'))

test('a schema that is told to fit itself is a circle; one that holds itself below a key or an item is none', () => {
  const cases: readonly [schema: JsonSchema, found: readonly string[]][] = [
    [{ $ref: '#' }, ['']],
    [{ allOf: [{ type: 'object' }, { $ref: '#' }] }, ['allOf.1']],
    [{ if: { not: { anyOf: [{ $ref: '#' }] } } }, ['if.not.anyOf.0']],
    [
      { properties: { a: { $ref: '#/$defs/b' } }, $defs: { b: { $ref: '#/$defs/c' }, c: { else: { $ref: '#/$defs/b' } } } },
      ['$defs.c.else'],
    ],
    [{ properties: { left: { $ref: '#' }, right: { $ref: '#' } } }, []],
    [{ type: 'array', items: { anyOf: [{ type: 'number' }, { $ref: '#' }] } }, []],
    [{ allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }], $defs: { a: { type: 'object' } } }, []],
  ]
  for (const [schema, found] of cases) assert.deepEqual(circles(schema), found, JSON.stringify(schema))
})

test('a long chain of references is followed to its end', () => {
  const length = 20_000
  const chain = (last: string) =>
    Object.fromEntries(Array.from({ length }, (_, i) => [`a${i}`, { $ref: i + 1 < length ? `#/$defs/a${i + 1}` : last }]))
  assert.deepEqual(circles({ $defs: chain('#/$defs/end') }), [])
  assert.deepEqual(circles({ $defs: chain('#/$defs/a0') }), [`$defs.a${length - 1}`])
})

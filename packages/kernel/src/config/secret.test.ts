import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonSchema } from '../manifest/manifest.ts'
import { mask, secretPaths } from './secret.ts'

const secret: JsonSchema = { type: 'string', sensitive: true }
const schema: JsonSchema = {
  properties: {
    open: { type: 'string' },
    key: { type: 'string', writeOnly: true },
    users: { type: 'array', items: { properties: { password: { $ref: '#/$defs/secret' } } } },
    tokens: { type: 'object', additionalProperties: secret },
    either: { anyOf: [{ type: 'null' }, { properties: { pin: secret } }] },
    whole: { type: 'object', sensitive: true },
    both: { allOf: [{ properties: { pin: secret } }] },
  },
  $defs: { secret, loop: { properties: { again: { $ref: '#/$defs/loop' } } } },
}

test('the paths of secrets are found through lists, references and unions', () => {
  assert.deepEqual(
    secretPaths(schema).map((path) => path.join('.')),
    ['key', 'whole', 'tokens.*', 'either.pin', 'both.pin', 'users.*.password'],
  )
  assert.deepEqual(secretPaths({ $ref: '#/$defs/loop', $defs: schema['$defs']! }), [])
  const tree: JsonSchema = { anyOf: [{ $ref: '#' }, { $ref: '#' }], properties: { pin: secret, left: { $ref: '#' }, right: { $ref: '#' } } }
  assert.deepEqual(secretPaths(tree)[0], ['pin'])
  assert.deepEqual(mask({ left: { right: { pin: 'a' } } }, tree), { left: { right: { pin: '***' } } })
})

test('every secret is masked, nothing else is, and the value is not changed', () => {
  const value = {
    open: 'a',
    key: 'b',
    users: [{ password: 'c', name: 'd' }],
    tokens: { x: 'e' },
    either: { pin: 'f', other: 'g' },
    whole: { h: 'i' },
    both: { pin: 'j' },
    more: { key: 'k' },
  }
  const before = structuredClone(value)
  assert.deepEqual(mask(value, schema), {
    open: 'a',
    key: '***',
    users: [{ password: '***', name: 'd' }],
    tokens: { x: '***' },
    either: { pin: '***', other: 'g' },
    whole: '***',
    both: { pin: '***' },
    more: { key: 'k' },
  })
  assert.deepEqual(value, before)
  assert.deepEqual(mask({ key: null }, schema), { key: null })
})

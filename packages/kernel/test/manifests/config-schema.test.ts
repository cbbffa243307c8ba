import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Json } from '@cardcage/plugin'
import { secretPaths } from '../../src/config/secret.ts'
import { validate } from '../../src/config/validate.ts'
import { schemaFaults } from '../../src/manifest/check-schema.ts'
import { readManifest } from '../../src/manifest/read-manifest.ts'

const root = mkdtempSync(join(tmpdir(), 'cardcage-config-schema-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0

function schemaOf(raw: Json) {
  const folder = join(root, String(++count))
  mkdirSync(folder)
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify(raw))
  const { manifest, problems } = readManifest(folder)
  const { configSchema } = manifest ?? {}
  assert.ok(configSchema, JSON.stringify(problems))
  assert.deepEqual(schemaFaults(configSchema), [])
  return configSchema
}

/** Schema, values that are taken with what they become, values that are refused. */
type Case = readonly [raw: Json, schema: Json, taken: readonly (readonly [given: Json, becomes: Json])[], refused: readonly Json[]]

function check(wrap: (raw: Json) => Json, cases: readonly Case[]): void {
  for (const [raw, schema, taken, refused] of cases) {
    const found = schemaOf(wrap(raw))
    assert.deepEqual((found['properties'] as Record<string, Json>)['x'], schema)
    for (const [given, becomes] of taken) {
      const { value, problems } = validate(found, given)
      assert.deepEqual(problems, [], JSON.stringify([raw, given]))
      assert.deepEqual(value, becomes)
    }
    for (const given of refused)
      assert.notEqual(validate(found, given).problems.length, 0, `${JSON.stringify(given)} is refused by ${JSON.stringify(found)}`)
  }
}

test("Platform Base's configuration becomes JSON Schema, and is enforced", () => {
  check(
    (x) => ({ plugin_id: 'a', version: '1.0.0', configuration: { x } }),
    [
      [
        { type: 'float', default: 2.0 },
        { type: 'number', default: 2 },
        [
          [{}, { x: 2 }],
          [{ x: 2.5 }, { x: 2.5 }],
          [{ x: '2.5' }, { x: 2.5 }],
        ],
        [{ x: 'two' }],
      ],
      [
        { type: 'int', min: 1, max: 5, step: 2 },
        { type: 'integer', minimum: 1, maximum: 5, step: 2 },
        [[{ x: 2 }, { x: 2 }]],
        [{ x: 0 }, { x: 6 }, { x: 1.5 }],
      ],
      [
        { type: 'bool', default: false, label: 'On' },
        { type: 'boolean', default: false, title: 'On' },
        [
          [{}, { x: false }],
          [{ x: 'true' }, { x: true }],
        ],
        [{ x: 5 }],
      ],
      [
        { type: 'string', options: ['a', 'b'], default: 'a' },
        { type: 'string', default: 'a', enum: ['a', 'b'] },
        [[{}, { x: 'a' }]],
        [{ x: 'c' }],
      ],
      [
        { type: 'choice', options: [1, 'b'] },
        { enum: [1, 'b'] },
        [
          [{ x: 1 }, { x: 1 }],
          [{ x: 'b' }, { x: 'b' }],
        ],
        [{ x: 2 }],
      ],
      [
        { type: 'integer', default: null },
        { type: ['integer', 'null'], default: null },
        [
          [{}, { x: null }],
          [{ x: 5 }, { x: 5 }],
        ],
        [{ x: 'five' }],
      ],
      [
        { type: 'string', default: null, options: ['a'] },
        { type: ['string', 'null'], default: null, enum: ['a', null] },
        [
          [{}, { x: null }],
          [{ x: 'a' }, { x: 'a' }],
        ],
        [{ x: 'b' }],
      ],
      [
        { type: 'string', min: 2, max: 3 },
        { type: 'string', minLength: 2, maxLength: 3 },
        [[{ x: 'ab' }, { x: 'ab' }]],
        [{ x: 'a' }, { x: 'abcd' }],
      ],
      [
        { type: 'array', items: 'float', min: 1 },
        { type: 'array', items: { type: 'number' }, minItems: 1 },
        [[{ x: [1.5] }, { x: [1.5] }]],
        [{ x: [] }, { x: ['a'] }],
      ],
      [
        { type: 'float|string' },
        { type: ['number', 'string'] },
        [
          [{ x: 1 }, { x: 1 }],
          [{ x: 'a' }, { x: 'a' }],
        ],
        [{ x: true }],
      ],
      [
        { type: 'object', properties: { y: { type: 'int', required: true } } },
        { type: 'object', properties: { y: { type: 'integer' } }, required: ['y'] },
        [[{ x: { y: 1 } }, { x: { y: 1 } }]],
        [{ x: {} }, { x: { y: 'a' } }],
      ],
      [
        { type: 'string', sensitive: true, pattern: '^k' },
        { type: 'string', sensitive: true, pattern: '^k' },
        [[{ x: 'key' }, { x: 'key' }]],
        [{ x: 'no' }],
      ],
    ],
  )
})

test("the recommendation engine's properties become JSON Schema, and are enforced", () => {
  check(
    (x) => ({ name: 'a', version: '1.0.0', capabilities: ['c'], config_schema: { properties: { x } } }),
    [
      [{ type: 'string', required: true }, { type: 'string' }, [[{ x: 'a' }, { x: 'a' }]], [{}]],
      [
        { type: 'string', required: false, enum: ['a', 'b'] },
        { type: 'string', enum: ['a', 'b'] },
        [
          [{}, {}],
          [{ x: 'b' }, { x: 'b' }],
        ],
        [{ x: 'c' }],
      ],
      [
        { type: 'string', pattern: '^https://', sensitive: true },
        { type: 'string', pattern: '^https://', sensitive: true },
        [[{ x: 'https://e' }, { x: 'https://e' }]],
        [{ x: 'http://e' }],
      ],
      [
        { type: 'int', minimum: 1, maximum: 3, default: 2 },
        { type: 'integer', minimum: 1, maximum: 3, default: 2 },
        [[{}, { x: 2 }]],
        [{ x: 0 }, { x: 4 }],
      ],
      [{ type: 'float64', minimum: null, enum: null, pattern: '' }, { type: 'number' }, [[{ x: 0.5 }, { x: 0.5 }]], [{ x: 'a' }]],
      [
        { type: 'array', items: { type: 'object', properties: { y: { type: 'string', required: true } } } },
        { type: 'array', items: { type: 'object', properties: { y: { type: 'string' } }, required: ['y'] } },
        [[{ x: [{ y: 'a' }] }, { x: [{ y: 'a' }] }]],
        [{ x: [{}] }],
      ],
      [
        { type: 'string', default: null, enum: ['a'] },
        { type: ['string', 'null'], default: null, enum: ['a', null] },
        [[{}, { x: null }]],
        [{ x: 'b' }],
      ],
    ],
  )
  assert.deepEqual(
    schemaOf({
      name: 'a',
      version: '1.0.0',
      capabilities: [],
      config_schema: { properties: { x: { type: 'string', required: true }, y: { type: 'string' } }, required: ['y'] },
    })['required'],
    ['y', 'x'],
  )
})

test("Panotti's config is described by its values; what looks like a secret is one", () => {
  const schema = schemaOf({
    name: 'a',
    version: '1.0.0',
    enabled: true,
    config: {
      on: true,
      size: 5,
      text: 'a',
      list: [1],
      nothing: null,
      expr: '${X:-30}',
      flag: '${X:-true}',
      open: '${X}',
      api_key: 'k',
      smtpPassword: 'p',
      deep: { accessToken: 't', max_tokens: 5, token_url: 'u' },
    },
  })
  const properties = schema['properties'] as Record<string, Json>
  assert.deepEqual(
    [properties['on'], properties['size'], properties['expr'], properties['flag'], properties['open'], properties['nothing']],
    [{ type: 'boolean', default: true }, { type: 'number', default: 5 }, { type: 'number' }, { type: 'boolean' }, {}, { default: null }],
  )
  assert.deepEqual(
    secretPaths(schema).map((path) => path.join('.')),
    ['api_key', 'smtpPassword', 'deep.accessToken'],
  )
  assert.doesNotMatch(JSON.stringify([properties['api_key'], properties['smtpPassword']]), /"default"/)
  assert.equal(validate(schema, { size: 'much' }).problems.length, 1)
})

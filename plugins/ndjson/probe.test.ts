import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { formats } from './test/formats.ts'

const probe = (text: string, name = 'data'): number => formats['ndjson']!.probe!(new TextEncoder().encode(text), name)

test('objects line by line are likely, other things are not', () => {
  assert.ok(probe('{"a":1}\n{"a":2}\n{"a":') > 0.9)
  assert.ok(probe('{"a":1}\nx\n') < 0.6)
  assert.equal(probe('{\n  "a": 1\n}\n'), 0)
  assert.equal(probe('a,b\n1,2\n', 'x.jsonl'), 0)
  assert.equal(probe('[{"a":1}]\n'), 0)
  assert.ok(probe(`{"a":"${'x'.repeat(100)}`, 'x.ndjson') >= 0.5)
})

test('what the manifest says is what the plugin provides', async () => {
  const manifest = JSON.parse(await readFile(new URL('./plugin.json', import.meta.url), 'utf8'))
  const { title, description, extensions, mediaTypes, params, ...rest } = formats['ndjson']!
  const can = ['read', 'write', 'probe'].filter((one) => one in rest)
  const { $schema: _, ...schema } = params!['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  assert.deepEqual(manifest.provides, { format: { ndjson: { title, description, params: schema, extensions, mediaTypes, can } } })
})

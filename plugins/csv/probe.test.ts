import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { formats } from './test/formats.ts'

const probe = (text: string | Uint8Array, name = 'data', format = 'csv'): number =>
  formats[format]!.probe!(typeof text === 'string' ? new TextEncoder().encode(text) : text, name)

test('delimited text is likely, more so by its name', () => {
  assert.ok(probe('a,b\n1,2\n3,4\n') > 0.8)
  assert.ok(probe('one column\nof text\n') === 0)
  assert.ok(probe('one column\nof text\n', 'x.csv') > 0.6)
  assert.ok(probe('a\tb\n1\t2\n', 'x.tsv', 'tsv') > probe('a\tb\n1\t2\n', 'x.tsv', 'csv'))
})

test('other things are unlikely', () => {
  assert.equal(probe(Uint8Array.of(0x50, 0x41, 0x52, 0x31, 0, 1, 2), 'x.csv'), 0)
  assert.ok(probe('{"a":1,"b":2}\n{"a":3,"b":4}\n') < 0.3)
  assert.ok(probe('{"a":1,"b":2}\n', 'x.csv') < 0.5)
  assert.equal(probe(''), 0)
})

test('what the manifest says is what the plugin provides', async () => {
  const manifest = JSON.parse(await readFile(new URL('./plugin.json', import.meta.url), 'utf8'))
  assert.deepEqual(Object.keys(manifest.provides.format), Object.keys(formats))
  for (const [name, format] of Object.entries(formats)) {
    const { title, description, extensions, mediaTypes } = format
    const { $schema: _, ...params } = format.params!['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
    const can = ['read', 'write', 'probe'].filter((one) => one in format)
    assert.deepEqual(manifest.provides.format[name], { title, description, params, extensions, mediaTypes, can })
  }
})

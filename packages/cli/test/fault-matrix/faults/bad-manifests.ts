import type { Json } from '@cardcage/plugin'
import { bomb, deepAnchors, deepLists, large, latin } from '../bad-texts.ts'
import type { Fault } from '../fault.ts'

/** Arguments of a call of the plugin in `bad`, which must not be started. */
const args = ['plugin', 'call', 'bad.analysis.run', '--plugins', 'bad', '--no-builtin']
const code = `throw new Error('it was started')\n`

function bad(what: string, file: string, content: NonNullable<Fault['files']>[string], says: Fault['says'], hint: RegExp): Fault {
  const files = { 'bad/index.ts': code, [`bad/${file}`]: content }
  return { what: `bad manifest: ${what}`, args, files, code: 'invalid-manifest', says: [file, ...says], hint }
}

function schema(what: string, config_schema: Json, says: Fault['says'], hint: RegExp): Fault {
  const manifest = { id: 'bad', version: '1.0.0', description: 'Bad', config_schema }
  return bad(`config_schema ${what}`, 'plugin.json', JSON.stringify(manifest, null, 1), [/plugin\.json:\d+ config_schema/, ...says], hint)
}

const property = (value: Json) => ({ type: 'object', properties: { url: value } })
const head = 'name: bad\nversion: 1.0.0\n'
const both = { id: 'bad', version: '1.0.0', description: 'Bad', plugin_id: 'worse', core_min_version: '1.0.0' }

/** Files that are no manifest, or should not be read as one: the plugin is not started, one problem is told. */
export const badManifests: readonly Fault[] = [
  bad('an anchor that contains itself', 'plugin.yaml', `${head}config: &c\n  c: *c\n`, [':4', 'the anchor c contains itself'], /syntax/),
  bad('anchors nested deep', 'plugin.yaml', deepAnchors, ['its anchors are used so often'], /syntax/),
  bad('a YAML bomb', 'plugin.yaml', head + bomb, ['its anchors are used so often that the value would be huge'], /syntax/),
  bad('nested deep', 'plugin.yaml', `${head}config: ${deepLists}`, ['nested too deep'], /syntax/),
  bad('nested deep, JSON', 'plugin.json', `{"id": "bad", "config": ${deepLists}}`, ['nested deeper than 100'], /flatter/),
  bad('a key twice', 'plugin.yaml', `${head}name: worse\n`, [':3', 'the key "name" stands twice'], /syntax/),
  bad('a key twice, JSON', 'plugin.json', '{"id": "bad",\n "id": "worse"}', [':2', 'the key "id" stands twice'], /syntax/),
  bad('a tab', 'plugin.yaml', 'name: bad\nconfig:\n\tkey: 1\n', [':3', 'a tab where spaces must be'], /syntax/),
  bad('50 MB', 'plugin.yaml', large, ['has 524', 'bytes; at most 1048576 are read'], /Move data/),
  bad('a folder', 'plugin.json', null, ['is not a file'], /file/),
  bad('unreadable', 'plugin.yaml', { link: 'plugin.yaml' }, ['cannot be read', 'ELOOP'], /readable/),
  bad('not UTF-8', 'plugin.yaml', latin, ['not UTF-8'], /UTF-8/),
  bad('two dialects at once', 'plugin.json', JSON.stringify(both), ['two dialects at once', '"id"', '"plugin_id"'], /one of them/),
  schema('that is a text', 'nope', ['"nope" given, an object needed'], /JSON Schema/),
  schema('with an unknown type', property({ type: 'strng' }), ['properties.url.type', '"strng"'], /'string'/),
  schema('with properties that are none', { type: 'object', properties: 7 }, ['properties', 'is 7; object needed'], /JSON Schema/),
  schema('with a remote $ref', property({ $ref: 'https://example.com/s.json' }), ['$ref', 'https://example.com', 'fetched'], /\$defs/),
  schema('with a $ref to a file', { $ref: 'file:///etc/passwd' }, ['$ref', 'file:///etc/passwd', 'fetched'], /\$defs/),
  schema('with a $ref to nowhere', property({ $ref: '#/$defs/url' }), ['$ref', '#/$defs/url'], /Correct it/),
  schema('that is itself', { $ref: '#' }, ['refers to itself'], /below a key/),
  schema(
    'in a circle',
    { allOf: [{ $ref: '#/$defs/a' }], $defs: { a: { not: { $ref: '#' } } } },
    ['not', 'refers to itself'],
    /below a key/,
  ),
  schema('with a pattern that is none', property({ type: 'string', pattern: '(' }), ['pattern', '"("'], /Correct it/),
]

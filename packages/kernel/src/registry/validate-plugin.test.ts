import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { validatePlugin } from './validate-plugin.ts'

const root = mkdtempSync(join(tmpdir(), 'cardcage-validate-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0

function folder(manifest: object, files: readonly string[] = ['index.ts', 'README.md']): string {
  const path = join(root, `plugin-${++count}`)
  mkdirSync(path)
  writeFileSync(join(path, 'plugin.json'), JSON.stringify({ id: 'a', version: '1.0.0', description: 'A.', ...manifest }, null, 2))
  for (const name of files) writeFileSync(join(path, name), '')
  return path
}

const seen = (path: string) => validatePlugin(path).problems.map(({ severity, key, message }) => `${severity} ${key ?? ''}: ${message}`)

test('a sound plugin has no problems', () => {
  const path = folder({
    config_schema: { type: 'object', properties: { size: { type: 'integer', default: 1 } } },
    permissions: { net: [{ value: 'a.example', reason: 'prices' }] },
  })
  assert.deepEqual(seen(path), [])
  assert.equal(validatePlugin(path).manifest?.id, 'a')
})

test('everything is said at once: schema, defaults, reasons, links, README, unknown keys', () => {
  const bad = folder(
    {
      config_schema: { type: 'object', properties: { size: { type: 'integer', minimum: 5, default: 1 } } },
      permissions: { net: ['a.example'] },
      description: '',
    },
    ['index.ts'],
  )
  symlinkSync('/etc/passwd', join(bad, 'secrets'))
  symlinkSync('nowhere', join(bad, 'dangling'))
  symlinkSync('circle', join(bad, 'circle'))
  symlinkSync('index.ts', join(bad, 'fine.ts'))
  assert.deepEqual(seen(bad).toSorted(), [
    'error : is a link that leads nowhere',
    'error : is a link that leads nowhere',
    "error : is a link that leads outside the plugin's folder",
    'error config_schema.properties.size.default: default of size: 1 given, an integer, at least 5 (default 1) needed',
    'warning : there is no README.md',
    'warning description: there is no description',
    'warning permissions.net.0: nothing says why "a.example" is needed',
  ])
  assert.equal(validatePlugin(bad).manifest, undefined)
  assert.deepEqual(seen(folder({ keyword: [] })), ['error keyword: unknown key "keyword"'])
})

test('a config schema that is none is named', () => {
  assert.match(
    seen(folder({ config_schema: { properties: { a: { type: 'int' } } } }))[0]!,
    /config_schema: is no JSON Schema: properties\.a\.type is "int"/,
  )
  assert.match(seen(folder({ config_schema: { type: 'array' } }))[0]!, /config_schema\.type: a config is an object/)
  assert.match(
    seen(folder({ provides: { analysis: { x: { params: { type: 'object', properties: { a: { pattern: '(' } } } } } } }))[0]!,
    /provides\.analysis\.x\.params: is no JSON Schema/,
  )
})

test('a manifest that cannot be read does not hide the rest', () => {
  const path = folder({}, ['index.ts'])
  writeFileSync(join(path, 'plugin.json'), '{')
  assert.equal(seen(path).length, 2)
  assert.deepEqual(seen(join(root, 'nowhere')), ['error : is not a folder'])
  assert.deepEqual(seen(join(path, 'index.ts')), ['error : is not a folder'])
})

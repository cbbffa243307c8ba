import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { dataFormatOf, parseDataText } from '../manifest/data-text.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import { migrateManifest } from './migrate-manifest.ts'

const samples = fileURLToPath(new URL('../../test/manifests/fixtures', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'cardcage-migrate-'))
after(() => rmSync(root, { recursive: true, force: true }))

/** A copy of a sample, with the entry module its manifest names. */
function copyOf(name: string): string {
  const folder = join(root, name)
  cpSync(join(samples, name), folder, { recursive: true })
  const entry = join(folder, readManifest(folder).manifest?.entry ?? 'index.ts')
  mkdirSync(dirname(entry), { recursive: true })
  if (!existsSync(entry)) writeFileSync(entry, '')
  return folder
}

const isEmpty = (value: unknown) => typeof value === 'object' && Object.keys(value ?? {}).length === 0

const names = readdirSync(samples, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

for (const name of names)
  test(`${name}: what is written means the same, and has nothing unknown in it`, () => {
    const folder = copyOf(name)
    const before = readManifest(folder)
    const { written, file, notes, done } = migrateManifest(folder)
    assert.ok(before.manifest && written)
    assert.equal(done, false)
    for (const [key, value] of Object.entries(parseDataText(before.text ?? '', dataFormatOf(file) ?? 'json').value as object))
      if (value !== null && !isEmpty(value))
        assert.ok(Object.hasOwn(written, key) || notes.some(({ from }) => from.split(/[.:[ ]/)[0] === key), `nothing is said of ${key}`)
    rmSync(file)
    writeFileSync(join(folder, 'plugin.json'), JSON.stringify(written))
    const after = readManifest(folder, { unknownKeys: 'error' })
    assert.deepEqual(
      after.problems.filter(({ severity }) => severity === 'error'),
      [],
    )
    assert.deepEqual({ ...after.manifest, dialect: undefined }, { ...before.manifest, dialect: undefined })
    assert.equal(after.dialect, 'cardcage')
    assert.equal(migrateManifest(folder).done, true)
  })

test('all dialects are among the samples', () => {
  const dialects = new Set(names.map((name) => readManifest(join(samples, name)).dialect))
  assert.deepEqual([...dialects].map(String).toSorted(), [
    'cardcage',
    'chronos',
    'panotti',
    'platform-base-1',
    'platform-base-2',
    'platform-base-yaml',
    'recommendation',
  ])
})

test('a manifest for a host of another version is migrated all the same, a broken one is not', () => {
  const folder = join(root, 'versions')
  mkdirSync(folder)
  writeFileSync(join(folder, 'index.ts'), '')
  const write = (more: object) =>
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ plugin_id: 'a', version: '1.0.0', entry_point: 'index.A', ...more }))
  write({ core_min_version: '99.0.0' })
  const later = migrateManifest(folder)
  assert.deepEqual(
    later.problems.map(({ code }) => code),
    ['incompatible'],
  )
  assert.equal(later.written?.['id'], 'a')
  write({ version: 'one' })
  const broken = migrateManifest(folder)
  assert.equal(broken.written, undefined)
  assert.equal(basename(broken.file), 'manifest.json')
  assert.equal(migrateManifest(join(root, 'nowhere')).written, undefined)
})

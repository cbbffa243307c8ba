import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { cacheFolder } from '../../packages/cli/bin/cache-folder.js'
import { stripCached } from '../../packages/cli/bin/strip-cache.js'

const source = 'export const one: number = 1\n'
const stripped = 'export const one         = 1\n'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardcage-strip-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const entries = (): string[] =>
  readdirSync(join(folder, 'stripped', process.version)).map((name) => join(folder, 'stripped', process.version, name))

test('types become blanks, and the second time the answer comes from the one entry that was kept', () => {
  assert.equal(stripCached(source, 'file:///one.ts', folder), stripped)
  const [entry] = entries()
  assert.ok(entry)
  const marked = 'export const one = "from the cache"\n'
  const text = readFileSync(entry, 'utf8')
  writeFileSync(entry, text.replace(stripped, marked))
  assert.equal(stripCached(source, 'file:///one.ts', folder), stripped, 'an entry that does not fit its own hash is not believed')
  assert.equal(readFileSync(entry, 'utf8'), text, 'and is made again')
  const body = marked + text.slice(stripped.length, text.lastIndexOf('=') + 1)
  writeFileSync(entry, body + hash('sha256', marked))
  assert.equal(stripCached(source, 'file:///one.ts', folder), marked, 'a sound entry is taken as it is')
  assert.equal(entries().length, 1, 'no drafts are left behind')
})

test('another source has another entry', () => {
  stripCached(source, 'file:///one.ts', folder)
  assert.equal(stripCached(`${source}let two: string\n`, 'file:///one.ts', folder), `${stripped}let two        \n`)
  assert.equal(entries().length, 2)
})

test('damaged entries of any length are made again', () => {
  stripCached(source, 'file:///one.ts', folder)
  const [entry = ''] = entries()
  const text = readFileSync(entry)
  for (const length of [0, 1, 30, text.length - 1]) {
    writeFileSync(entry, text.subarray(0, length))
    assert.equal(stripCached(source, 'file:///one.ts', folder), stripped)
    assert.deepEqual(readFileSync(entry), text)
  }
})

test('a folder that cannot be made costs nothing but the cache', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  assert.equal(stripCached(source, 'file:///one.ts', file), stripped)
})

test('what cannot be stripped is refused with the name of the file, and nothing is kept', () => {
  for (const wrong of ['const = 1', 'enum A { b }']) {
    assert.throws(
      () => stripCached(wrong, 'file:///wrong.ts', folder),
      (error: Error) => error.message.startsWith('file:///wrong.ts: '),
    )
  }
  assert.throws(entries, { code: 'ENOENT' })
})

test('the cache folder: CARDCAGE_HOME, then XDG_CACHE_HOME where it is absolute, then the home folder', () => {
  assert.equal(cacheFolder({ CARDCAGE_HOME: '/a', XDG_CACHE_HOME: '/b' }), '/a/cache')
  assert.equal(cacheFolder({ CARDCAGE_HOME: '', XDG_CACHE_HOME: '/b' }), '/b/cardcage')
  assert.match(cacheFolder({ XDG_CACHE_HOME: 'relative' }), /^\/.*\/\.cache\/cardcage$/)
})

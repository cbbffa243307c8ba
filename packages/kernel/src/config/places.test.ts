import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { places } from './places.ts'

test('the nearest .cardcage above is the workspace; a file of that name is not', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'places-'))
  t.after(() => rmSync(root, { recursive: true }))
  const deep = join(root, 'project', 'src', 'deep')
  mkdirSync(deep, { recursive: true })
  mkdirSync(join(root, 'project', '.cardcage'))
  writeFileSync(join(root, 'project', 'src', '.cardcage'), 'a file')
  const found = places(deep, {})
  assert.equal(found.home, join(root, 'project', '.cardcage'))
  assert.equal(found.homeExists, true)
})

test('without one it would be created in the working directory', () => {
  // A folder that is not there has no workspace above it, whatever lies in the folder for temporary files.
  const found = places('/no-such-folder/project', {})
  assert.equal(found.home, '/no-such-folder/project/.cardcage')
  assert.equal(found.homeExists, false)
})

test('cache and user store follow XDG; a relative value is ignored', () => {
  const given = places('/', { XDG_CACHE_HOME: '/c', XDG_DATA_HOME: '/d' })
  assert.deepEqual([given.cache, given.userStore], ['/c/cardcage', '/d/cardcage'])
  const ignored = places('/', { XDG_CACHE_HOME: 'c', XDG_DATA_HOME: '' })
  assert.deepEqual([ignored.cache, ignored.userStore], [join(homedir(), '.cache/cardcage'), join(homedir(), '.local/share/cardcage')])
})

test('CARDCAGE_HOME overrides all three, relative to the working directory', () => {
  const found = places('/somewhere', { CARDCAGE_HOME: 'mine', XDG_CACHE_HOME: '/c' })
  assert.deepEqual([found.home, found.cache, found.userStore], ['/somewhere/mine', '/somewhere/mine/cache', '/somewhere/mine/store'])
})

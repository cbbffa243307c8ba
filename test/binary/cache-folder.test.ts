import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cacheFolder } from '../../packages/cli/bin/cache-folder.js'

test('the cache folder: CARDCAGE_HOME, then XDG_CACHE_HOME where it is absolute, then the home folder', () => {
  assert.equal(cacheFolder({ CARDCAGE_HOME: '/a', XDG_CACHE_HOME: '/b' }), '/a/cache')
  assert.equal(cacheFolder({ CARDCAGE_HOME: '', XDG_CACHE_HOME: '/b' }), '/b/cardcage')
  assert.match(cacheFolder({ XDG_CACHE_HOME: 'relative' }), /^\/.*\/\.cache\/cardcage$/)
})

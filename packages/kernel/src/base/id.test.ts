import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callId, isEventPattern, isName, isPluginId } from './id.ts'

test('a plugin id never holds a path, a dot, upper case or a name of Object.prototype', () => {
  for (const id of ['dtw', 'moving-average', 'a_b', '3d', 'x'.repeat(64)]) assert.ok(isPluginId(id), id)
  const bad = ['', '../x', 'a/b', 'a\\b', 'A', 'a.b', ' a', 'a\n', '-a', '_a', '__proto__', 'constructor', 'prototype', 'x'.repeat(65), 'ä']
  for (const id of bad) assert.ok(!isPluginId(id), JSON.stringify(id))
})

test('names have no dots; event patterns do', () => {
  for (const name of ['custom_regression', 'line', 'Close', '2d']) assert.ok(isName(name), name)
  for (const name of ['', 'a.b', '__proto__', 'constructor', 'a b', 'a/b', 'a\n']) assert.ok(!isName(name), JSON.stringify(name))
  for (const pattern of ['order.created', 'order.*', '*', '**', 'a.**']) assert.ok(isEventPattern(pattern), pattern)
  for (const pattern of ['', '.', 'a.', '.a', 'a..b', '__proto__', 'constructor', 'a b', 'a*']) assert.ok(!isEventPattern(pattern), pattern)
})

test('call ids do not repeat', () => {
  const ids = new Set(Array.from({ length: 1000 }, callId))
  assert.equal(ids.size, 1000)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from '@cardcage/plugin/internal'

test('the nearest names come first, by edits, swaps and beginnings', () => {
  const names = ['value', 'values', 'time', 'volume', 'moving_average']
  assert.deepEqual(nearest('valeu', names), ['value', 'values'])
  assert.deepEqual(nearest('TIME', names), ['time'])
  assert.deepEqual(nearest('moving', names), ['moving_average'])
  assert.deepEqual(nearest('tiem', names), ['time'])
})

test('what is not near is not named', () => {
  assert.deepEqual(nearest('humidity', ['value', 'time']), [])
  assert.deepEqual(nearest('', ['value']), [])
  assert.deepEqual(nearest('x', []), [])
})

test('a name that stands in another is near it', () => {
  assert.deepEqual(nearest('exceeded', ['limit-exceeded', 'timeout']), ['limit-exceeded'])
  assert.deepEqual(nearest('out', ['timeout']), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration, parseSize, printDuration, printSize } from './quantity.ts'

test('a duration is read in every unit', () => {
  const read = { '500ms': 500, '30s': 30_000, '1.5s': 1500, '10m': 600_000, '1h': 3_600_000, '2d': 172_800_000, '250': 250, ' 2 S ': 2000 }
  for (const [text, expected] of Object.entries(read)) assert.equal(parseDuration(text), expected, text)
  assert.equal(parseDuration(30), 30)
  assert.equal(parseDuration(0), 0)
})

test('a size is read in decimal and binary units, to whole bytes', () => {
  const read = { '512MiB': 536_870_912, '1GB': 1e9, '1.5KiB': 1536, '10kb': 10_000, '7B': 7, '7': 7, '1TiB': 2 ** 40, '0.0001KB': 0 }
  for (const [text, expected] of Object.entries(read)) assert.equal(parseSize(text), expected, text)
})

test('what is no quantity is undefined', () => {
  for (const text of ['', 's', '-5s', '5 weeks', '1e3s', '1m30s', 'NaN', '0x10', '5toString', '5constructor', '9'.repeat(400)]) {
    assert.equal(parseDuration(text), undefined, text)
    assert.equal(parseSize(text), undefined, text)
  }
  for (const number of [-1, Number.NaN, Infinity]) assert.equal(parseDuration(number), undefined)
  assert.equal(parseSize('512M'), undefined)
  assert.equal(parseSize('9999999TiB'), undefined)
})

test('exact quantities are printed so that they read back the same', () => {
  for (const text of ['500ms', '30s', '90s', '10m', '1h', '2d']) assert.equal(printDuration(parseDuration(text)!), text)
  for (const text of ['512MiB', '1GB', '1500B', '16KiB', '3TB']) assert.equal(parseSize(printSize(parseSize(text)!)), parseSize(text))
  assert.equal(printSize(536_870_912), '512MiB')
  assert.equal(printDuration(0), '0ms')
  assert.equal(printSize(0), '0B')
})

test('others are printed to three digits', () => {
  assert.equal(printDuration(12_345.6), '12.3s')
  assert.equal(printDuration(0.4567), '0.457ms')
  assert.equal(printSize(1_234_567), '1.18MiB')
})

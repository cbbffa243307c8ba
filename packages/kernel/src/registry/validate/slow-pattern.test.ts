import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slowText } from './slow-pattern.ts'

const slow: readonly (readonly [pattern: string, text: RegExp])[] = [
  ['(a+)+$', /^a+…$/],
  ['^(a|a)*$', /^a+…$/],
  ['^(\\w|\\d)+$', /^0+…$/],
  ['^id:(x+x+)+y$', /^id:x+…$/],
  ['^\\d+\\d+\\d+\\d+$', /^0+…$/],
  ['^(?:.*,){11}P', /^,+…$/],
  ['^(?<word>[a-z]+\\s?)*$', /^a/],
  ['^\\[(?:\\\\.|[^\\]]|\\\\)*\\]$', /./],
  ['^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*@[a-z0-9]+$', /^a+…$/],
]

for (const [pattern, text] of slow)
  test(`${pattern} takes too long`, () => {
    assert.match(slowText(pattern) ?? '', text)
  })

const sound = [
  '',
  '^[a-z]+(-[a-z]+)*$',
  '^([a-z]+\\.)+[a-z]+$',
  '^\\s+|\\s+$',
  '^[^@]+@[^@]+\\.[^@]+$',
  '^(?=.*[A-Z])(?=.*\\d).{8,}$',
  '^\\p{L}+$',
  '^(auto|tab|\\\\t|[^"\\r\\n\\u0080-\\uffff])$',
  '^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$',
  '^(a{1,3}){1,3}$',
  '[\\[\\]{}()/]+',
]

for (const pattern of sound)
  test(`${pattern} is fast`, () => {
    assert.equal(slowText(pattern), undefined)
  })

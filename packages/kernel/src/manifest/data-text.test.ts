import assert from 'node:assert/strict'
import test from 'node:test'
import { parseDataText } from './data-text.ts'

test('YAML, TOML and JSON give the same values and the lines of their keys', () => {
  const value = { a: 1, b: { c: [1, { d: 'two' }] } }
  const texts = {
    yaml: 'a: 1\nb:\n  c:\n    - 1\n    - d: two\n',
    toml: 'a = 1\n[b]\nc = [1, { d = "two" }]\n',
    json: '{"a": 1,\n"b": {"c": [1,\n{"d": "two"}]}}',
  }
  const lines = { yaml: [1, 2, 3, 5], toml: [1, 2, 3, 3], json: [1, 2, 2, 3] }
  for (const format of ['yaml', 'toml', 'json'] as const) {
    const parsed = parseDataText(texts[format], format)
    assert.deepEqual(parsed.value, value, format)
    assert.deepEqual(
      [['a'], ['b'], ['b', 'c'], ['b', 'c', '1', 'd']].map((keys) => parsed.line(keys)),
      lines[format],
      format,
    )
  }
})

test('text that is no clear value is refused with its line', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefg'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`),
  ]
  const cases: [format: 'yaml' | 'json' | 'toml', text: string, message: RegExp, line?: number][] = [
    ['yaml', 'a: 1\na: 2\n', /"a" stands twice/, 2],
    ['yaml', 'a:\n\t- b\n', /tab/, 2],
    ['yaml', 'a: &x [*x]\n', /anchor x contains itself/, 1],
    ['yaml', bomb.join('\n'), /anchors are used so often/],
    ['yaml', 'a: *nope', /nope/],
    ['yaml', 'a: .inf', /Infinity/],
    ['yaml', 'a: 1\n---\nb: 2', /second document/],
    ['yaml', 'a: !!js/function "x"', /tag/, 1],
    ['yaml', '? [a]\n: b', /keys must be strings/, 1],
    ['yaml', 'a: [1,\n', /./],
    ['json', '{"a": 1,\n"b": {"c": 2, "c": 3}}', /"c" stands twice/, 2],
    ['json', '{"a": 1,}', /property name/, 1],
    ['toml', 'a = 1\na = 2', /redefine/, 2],
    ['toml', 'a = inf', /Infinity/],
  ]
  for (const [format, text, message, line] of cases) {
    const { value, fault } = parseDataText(text, format)
    assert.equal(value, undefined, text)
    assert.match(fault?.message ?? '', message, text)
    if (line !== undefined) assert.equal(fault?.line, line, text)
  }
})

test('a key that stands twice is found at every depth, whatever stands in texts', () => {
  const fault = (text: string) => parseDataText(text, 'json').fault?.message
  for (const text of ['{"a":{"b":[{"c":1,"c":2}]}}', '{"a\\":":1,"a\\":":2}', '{"a":1,"\\u0061":2}'])
    assert.match(fault(text) ?? '', /stands twice/, text)
  for (const text of ['{"a:b":"c:d","e":"\\":"}', '[{"a":1},{"a":2}]', '{"":{"":1}}']) assert.equal(fault(text), undefined, text)
})

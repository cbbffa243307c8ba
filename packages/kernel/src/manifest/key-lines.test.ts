import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonErrorOffset, keyLine, lineAndColumn } from './key-lines.ts'

test('a JSON key, a list item and a key inside it are found on their lines', () => {
  const text =
    '{\n  "id": "a{\\"}", "x": 1,\n  "limits": {\n    "memory": "1MiB"\n  },\n  "list": [\n    "a",\n    { "name":\n "b" }\n  ]\n}'
  const lines = { id: 2, x: 2, limits: 3, 'limits memory': 4, list: 6, 'list 0': 7, 'list 1': 8, 'list 1 name': 8, 'limits timeout': 3 }
  for (const [path, line] of Object.entries(lines)) assert.equal(keyLine(text, 'json', path.split(' ')), line, path)
  assert.equal(keyLine(text, 'json', ['none']), undefined)
})

test('a TOML key is found under its table', () => {
  const text = 'id = "a"\n\n[limits]\nmemory = "1MiB"\n"time-out" = 3\n[permissions]\nnet = []\n[a.b]\nid = 1\nx.y = 2\n'
  const lines = { id: 1, limits: 3, 'limits memory': 4, 'limits time-out': 5, 'permissions net': 7, 'a b id': 9, 'a b x y': 10 }
  for (const [path, line] of Object.entries(lines)) assert.equal(keyLine(text, 'toml', path.split(' ')), line, path)
})

test('the first token that is not JSON is found', () => {
  const wrong = {
    '{"a": nope}': 6,
    '{': 1,
    '{"a":1,}': 7,
    '': 0,
    '[1 2]': 3,
    '{"a":"x\ny"}': 5,
    '{"a" 1}': 5,
    '[1]]': 3,
    ' x': 1,
    '{"a":tru}': 5,
    "{'a':1}": 1,
  }
  for (const [text, offset] of Object.entries(wrong)) {
    assert.throws(() => JSON.parse(text))
    assert.equal(jsonErrorOffset(text), offset, text)
  }
})

test('what JSON.parse takes has no error', () => {
  for (const text of ['{"a":[1,-2.5e+3,true,null,{"b\\u0041":""}]}', ' [ ] ', '3', '"\\n"', '{ "a" : { } }']) {
    JSON.parse(text)
    assert.equal(jsonErrorOffset(text), undefined, text)
  }
})

test('offsets become lines and columns from 1', () => {
  assert.deepEqual(lineAndColumn('ab\ncd', 4), { line: 2, column: 2 })
  assert.deepEqual(lineAndColumn('', 0), { line: 1, column: 1 })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escapeDollars, interpolate, interpolateData } from './interpolate.ts'

const variables = { A: 'a', EMPTY: '', LINES: 'one\ntwo: "three"', SELF: '${A} $$', NUMBER: '45' }

test('variables are put in; their values are not looked at', () => {
  const cases: [text: string, result: string][] = [
    ['plain $ 5$', 'plain $ 5$'],
    ['${A}', 'a'],
    ['-${A}-${A}-', '-a-a-'],
    ['${A:-x}', 'a'],
    ['${NONE:-x}', 'x'],
    ['${EMPTY:-x}', 'x'],
    ['${EMPTY}', ''],
    ['${NONE:-}', ''],
    ['${NONE:-${OTHER:-c}}', 'c'],
    ['${NONE:-${A:-c}}', 'a'],
    ['${A:-${NONE}}', 'a'],
    ['${NONE:-a b:-c}', 'a b:-c'],
    ['${LINES}', 'one\ntwo: "three"'],
    ['${SELF}', '${A} $$'],
    ['${NONE:-$$}', '$'],
    ['$$', '$'],
    ['$${A}', '${A}'],
    ['$$$${A}', '$${A}'],
    ['$$${A}', '$a'],
    ['$A', '$A'],
    ['} ${A}}', '} a}'],
  ]
  for (const [text, result] of cases) assert.deepEqual(interpolate(text, variables).text, result, text)
  for (const name of ['constructor', '__proto__', 'toString']) assert.equal(interpolate(`\${${name}}`, variables).unset, name)
})

test('a variable that is not set is named, the first of them', () => {
  for (const [text, unset] of [
    ['${NONE}', 'NONE'],
    ['x${A}${NONE}', 'NONE'],
    ['${NONE:-${OTHER}}', 'OTHER'],
  ] as const)
    assert.deepEqual(interpolate(text, variables), { used: text.includes('${A}') ? ['A'] : [], unset }, text)
})

test('a text that is wrong is a fault with its place', () => {
  const cases: [text: string, fault: RegExp][] = [
    ['ab ${A', /\$\{ at character 4 has no }/],
    ['${NONE:-x', /has no }/],
    ['${NONE:-${A}', /at character 1 has no }/],
    ['${}', /not followed by a variable/],
    ['${1A}', /not followed by a variable/],
    ['${A-b}', /\$\{NAME:-default\}/],
    ['${A:?b}', /not followed by a variable/],
    ['${A B}', /not followed by a variable/],
    ['${N:-'.repeat(60) + '}'.repeat(60), /deeper than 50/],
  ]
  for (const [text, fault] of cases) {
    const result = interpolate(text, variables)
    assert.equal(result.text, undefined, text)
    assert.match(result.fault ?? '', fault, text)
  }
})

test('in data: what has no value is left out, in a list it is a fault; keys and other types stay', () => {
  const data = {
    '${A}': 1,
    a: ['${A}', { b: '${NUMBER}' }],
    gone: '${NONE}',
    inner: { gone: '${NONE}', stays: null },
    list: ['${NONE}', '${'],
  }
  assert.deepEqual(interpolateData(data, variables), {
    value: { '${A}': 1, a: ['a', { b: '45' }], inner: { stays: null }, list: [] },
    used: [
      { keys: ['a', '0'], found: ['A'] },
      { keys: ['a', '1', 'b'], found: ['NUMBER'] },
    ],
    unset: [
      { keys: ['gone'], found: 'NONE' },
      { keys: ['inner', 'gone'], found: 'NONE' },
    ],
    faults: [
      { keys: ['list', '0'], found: 'the variable NONE is not set' },
      { keys: ['list', '1'], found: 'the ${ at character 1 has no }' },
    ],
  })
})

test('escaped, every text stays as it is', () => {
  for (const text of ['', '$', '$$', '${A}', '$${A}', '$$$', 'a$b', '${', '$${', 'x$$$${A:-b}$'])
    assert.equal(interpolate(escapeDollars(text), variables).text, text, text)
})

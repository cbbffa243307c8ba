import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeId } from './make-id.ts'
import { parseRequirement } from './requirement.ts'

test('names become ids; paths do not', () => {
  const cases: readonly [name: string, id: string | undefined][] = [
    ['my_plugin', 'my_plugin'],
    ['my-plugin', 'my-plugin'],
    ['MyPlugin', 'my-plugin'],
    ['My Plugin', 'my-plugin'],
    ['DTWAlign', 'dtw-align'],
    ['Ação 2', 'acao-2'],
    ['_private', 'private'],
    ['x'.repeat(70), 'x'.repeat(64)],
    ['../etc', undefined],
    ['a/b', undefined],
    ['!!!', undefined],
    ['', undefined],
    ['constructor', undefined],
    ['__proto__', 'proto__'],
  ]
  for (const [name, id] of cases) assert.equal(makeId(name), id, name)
})

test('requirements are split into name and range', () => {
  const cases: readonly [text: string, name: string | undefined, range?: string][] = [
    ['numpy', 'numpy', '*'],
    ['numpy>=1.24', 'numpy', '>=1.24'],
    ['numpy >= 1.24, <2', 'numpy', '>= 1.24, <2'],
    ['scipy (>=1.7)', 'scipy', '>=1.7'],
    ['pandas[all]~=2.0; python_version > "3.8"', 'pandas', '~=2.0'],
    ['dtw@^1.2', 'dtw', '^1.2'],
    ['dtw@', 'dtw', '*'],
    ['scikit-learn==1.0.*', 'scikit-learn', '==1.0.*'],
    ['@scope/name@1', '@scope/name', '1'],
    ['a b', undefined],
    ['../a', undefined],
    ['', undefined],
    ['x'.repeat(300), undefined],
  ]
  for (const [text, name, range] of cases) assert.deepEqual(parseRequirement(text), name === undefined ? undefined : { name, range }, text)
})

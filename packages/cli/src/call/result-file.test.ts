import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesOfTables } from './result-file.ts'

test('each table has a file of its own, whatever it is called', () => {
  const cases: readonly [file: string, names: readonly string[], files: readonly string[]][] = [
    ['out.csv', ['result'], ['out.csv']],
    ['out.csv', ['a', 'b'], ['out.a.csv', 'out.b.csv']],
    ['out/x', ['größe', '../../etc'], ['out/x.größe', 'out/x._etc']],
    ['out.csv', ['a b', 'a/b', 'a_b', 'a_b_2'], ['out.a_b.csv', 'out.a_b_2.csv', 'out.a_b_3.csv', 'out.a_b_2_2.csv']],
    ['out.csv', [], []],
  ]
  for (const [file, names, files] of cases) assert.deepEqual(filesOfTables(file, names), files)
})

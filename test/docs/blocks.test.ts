import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocks, exampleBlocks } from './blocks.ts'

const fence = '```'

test('blocks of a document: language, marks, line and code, out of a list as well', () => {
  const text = [
    '# Title',
    `${fence}ts no-run embedding`,
    'const a = 1',
    '',
    '  b()',
    fence,
    '',
    '- item',
    `  ${fence}sh run`,
    '  ls',
    fence.padStart(5),
    '~~~',
    fence,
    '~~~',
  ].join('\n')
  assert.deepEqual(blocks('a.md', text), [
    { file: 'a.md', line: 3, language: 'ts', marks: ['no-run', 'embedding'], code: 'const a = 1\n\n  b()\n' },
    { file: 'a.md', line: 10, language: 'sh', marks: ['run'], code: 'ls\n' },
    { file: 'a.md', line: 13, language: '', marks: [], code: `${fence}\n` },
  ])
})

test('a block that is not closed is named', () => {
  assert.throws(() => blocks('a.md', `text\n${fence}ts\nconst a = 1\n`), /^Error: a\.md:2: /)
})

test('blocks of docstrings: only those of @example, at the line they stand on', () => {
  const source = [
    '/** One line. */',
    'export const a = 1',
    '',
    '/**',
    ' * What it does:',
    ` * ${fence}ts`,
    ' * not(an.example)',
    ` * ${fence}`,
    ' * @throws `x`',
    ' * @example',
    ` * ${fence}ts`,
    ' * a * 2',
    ' *',
    ` * ${fence}`,
    ' * @see b',
    ' */',
    'export const b = 2',
  ].join('\n')
  assert.deepEqual(exampleBlocks('a.ts', source), [{ file: 'a.ts', line: 12, language: 'ts', marks: [], code: 'a * 2\n\n' }])
})

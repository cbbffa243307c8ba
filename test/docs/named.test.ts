import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anchors, namedCommands, namedLinks, namedPaths, namedRootFiles } from './named.ts'

const text = [
  '# The title: `code`, too',
  'A [link](docs/a.md#part) and [one away](https://example.org/a), ![picture](<pictures/a.svg>), <img src="b.png">.',
  'Paths: `packages/kernel/src/kernel.ts`, `plugins/*`, `packages/<name>`, `test/NAME`, `docs/`, `src/other.ts`, `a packages/x`.',
  'Files: `ARCHITECTURE.md`, `plugin.json`, `.oxlintrc.json`.',
  'Run `npx cardcage plugin list --json` or `cardcage-other x` or ``cardcage explain timeout``.',
  '```sh',
  '$ npm ci && cardcage demo --json | cardcage doctor   # `packages/none`, [no](link)',
  'cardcage plugin call \\',
  '  --input a.csv',
  '```',
  '```ts',
  'const a = "[no](link)" // cardcage no',
  '```',
].join('\n')

const found = (list: readonly { line: number; text: string }[]): string[] => list.map((one) => `${one.line} ${one.text}`)

test('links', () => assert.deepEqual(found(namedLinks(text)), ['2 docs/a.md#part', '2 pictures/a.svg', '2 b.png']))
test('paths', () => assert.deepEqual(found(namedPaths(text)), ['3 packages/kernel/src/kernel.ts', '3 plugins/*', '3 docs/']))
test('files of the root', () => assert.deepEqual(found(namedRootFiles(text)), ['4 ARCHITECTURE.md', '4 .oxlintrc.json']))
test('anchors', () => assert.deepEqual(anchors(text), ['the-title-code-too']))
test('commands', () => {
  const inline = ['5 cardcage plugin list --json', '5 cardcage explain timeout']
  assert.deepEqual(found(namedCommands(text, 'cardcage')), [
    ...inline,
    '7 cardcage demo --json',
    '7 cardcage doctor',
    '8 cardcage plugin call     --input a.csv',
  ])
  assert.deepEqual(found(namedCommands(text, 'npm')), ['7 npm ci'])
})

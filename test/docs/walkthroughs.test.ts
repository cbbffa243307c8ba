import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { type Block, blocks, documents, root } from './blocks.ts'

const markOf = ({ marks }: Block, name: string): string | undefined =>
  marks.find((mark) => mark.startsWith(`${name}=`))?.slice(name.length + 1)
const walkthroughs = documents()
  .map((file) => ({ file, all: blocks(file, readFileSync(join(root, file), 'utf8')) }))
  .filter(({ all }) => all.some(({ marks }) => marks.includes('tutorial')))

/**
 * A reader who does what a document says, in order: writes its files (`file=NAME`), runs its commands (`tutorial`, with `fails=CODE` where they must), each from
 * where the first one began; and sees in what they print the lines that the document shows (`prints`).
 */
function walk(file: string, all: readonly Block[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'cardcage-walk-'))
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`, NO_COLOR: '1' }
  let printed = ''
  try {
    for (const block of all) {
      const written = markOf(block, 'file')
      if (written !== undefined) {
        mkdirSync(dirname(join(folder, written)), { recursive: true })
        writeFileSync(join(folder, written), block.code)
      }
      if (block.marks.includes('prints')) {
        for (const line of block.code.split('\n'))
          assert.ok(printed.includes(line.trim()), `${file}:${block.line} shows "${line.trim()}", printed was\n${printed}`)
      }
      if (!block.marks.includes('tutorial')) continue
      const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', block.code], { cwd: folder, env, encoding: 'utf8' })
      printed = `${stdout}\n${stderr}`
      assert.equal(status, Number(markOf(block, 'fails') ?? 0), `${file}:${block.line}\n${block.code}\n${printed}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('documents that are walked through work from their first line to their last', () => {
  for (const { file, all } of walkthroughs) test(file, { timeout: 240_000 }, () => walk(file, all))
})

test('the tutorial is one of them', () => assert.ok(walkthroughs.some(({ file }) => file === 'docs/tutorial.md')))

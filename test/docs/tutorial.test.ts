import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { test } from 'node:test'
import { type Block, blocks, root } from './blocks.ts'

const file = 'docs/tutorial.md'
const all = blocks(file, readFileSync(join(root, file), 'utf8'))
const markOf = ({ marks }: Block, name: string): string | undefined =>
  marks.find((mark) => mark.startsWith(`${name}=`))?.slice(name.length + 1)

/** A reader who does what the tutorial says, in order: writes its files, runs its commands, each from where the first one began. */
test('the tutorial works from its first line to its last', { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardcage-tutorial-'))
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}` }
  try {
    for (const block of all) {
      const written = markOf(block, 'file')
      if (written !== undefined) {
        mkdirSync(dirname(join(folder, written)), { recursive: true })
        writeFileSync(join(folder, written), block.code)
      }
      if (!block.marks.includes('tutorial')) continue
      const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', block.code], { cwd: folder, env, encoding: 'utf8' })
      assert.equal(status, Number(markOf(block, 'fails') ?? 0), `${file}:${block.line}\n${block.code}\n${stdout}${stderr}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  assert.ok(all.some(({ marks }) => marks.includes('tutorial')))
})

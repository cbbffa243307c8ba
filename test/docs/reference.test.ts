import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { errorCauses, errorTable } from '@cardcage/plugin'
import { messages } from '../../packages/kernel/src/wire/message.ts'
import { referencePages } from '../../scripts/reference.ts'
import { root } from './blocks.ts'

const pages = referencePages()

for (const [path, text] of Object.entries(pages)) {
  test(`${path} is what its table says (otherwise: npm run reference)`, () => {
    assert.equal(readFileSync(join(root, path), 'utf8'), text)
  })
}

test('no code, cause or message is left out, and every table has its columns', () => {
  const named = (path: string, names: readonly string[]): string[] =>
    names.filter((name) => !new RegExp(`\`${name}\``).test(pages[path] ?? ''))
  assert.deepEqual(named('docs/reference/errors.md', [...Object.keys(errorTable), ...Object.keys(errorCauses)]), [])
  assert.deepEqual(named('docs/reference/wire.md', Object.keys(messages)), [])
  for (const [path, text] of Object.entries(pages)) {
    for (const table of text.match(/(^\|.*\n)+/gm) ?? []) {
      const widths = new Set(
        table
          .trimEnd()
          .split('\n')
          .map((row) => row.replaceAll('\\|', '').split('|').length),
      )
      assert.equal(widths.size, 1, `${path}: ${table}`)
    }
  }
})

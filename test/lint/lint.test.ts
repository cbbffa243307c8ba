import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Rule → a line that breaks it. A linter without types, or without its configuration, finds none of these. */
const planted: Readonly<Record<string, string>> = {
  'no-floating-promises': 'work()',
  'no-misused-promises': 'if (work()) process.exit(1)',
  'await-thenable': 'export const three = await 3',
  'no-explicit-any': 'export const anything: any = 1',
  'no-unused-vars': 'const unused = 1',
  'only-throw-error': "export const fail = () => { throw 'text' }",
  'switch-exhaustiveness-check': "export const which = (word: 'a' | 'b') => { switch (word) { case 'a': return 1 } }",
  'no-empty': 'try { await work() } catch {}',
  'no-console': "console.log('here')",
}
const sound = 'const work = async (): Promise<number> => 1\nawait work()\n'

let folder = ''
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardcage-lint-'))
  const options = {
    target: 'esnext',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
})
after(() => rmSync(folder, { recursive: true, force: true }))

function lint(source: string): { codes: string[]; status: number | null } {
  writeFileSync(join(folder, 'planted.ts'), source)
  const program = join(root, 'node_modules/.bin/oxlint')
  const run = spawnSync(program, ['-c', join(root, '.oxlintrc.json'), '--deny-warnings', '--format=json', 'planted.ts'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: { code: string }[] }
  return { codes: diagnostics.map(({ code }) => code.replace(/^.*\(|\)$/g, '')), status: run.status }
}

describe('the linter, as this repository configures it', () => {
  test('has nothing to say about a sound file', () => {
    assert.deepEqual(lint(sound), { codes: [], status: 0 })
  })

  for (const [rule, line] of Object.entries(planted)) {
    test(`finds a planted breach of ${rule}`, () => {
      const { codes, status } = lint(`${sound}${line}\n`)
      assert.ok(codes.includes(rule), `found only: ${codes.join(', ') || 'nothing'}`)
      assert.equal(status, 1)
    })
  }
})

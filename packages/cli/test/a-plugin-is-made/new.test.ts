import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { cardcage, emptyFolder } from '../run-cli.ts'

/** How a plugin of each kind is called, and what must be in the answer. */
const calls: Readonly<Record<string, Called>> = {
  analysis: {
    args: ['mine.analysis.scale', '--input', '[1,2]', '-p', 'by=10'],
    answer: /\[10,20\]/,
    example: 'values.csv',
    shown: /30/,
  },
  visualization: {
    args: ['mine.visualization.bars', '--input', '[3,1,2]'],
    answer: /3 bars, the highest is 3/,
    example: 'values.csv',
    shown: /^bars\.svg$/m,
  },
  format: {
    args: ['mine.format.lines', '--input', 'a.mine'],
    answer: /\["one","two"\]/,
    file: ['a.mine', 'one\n# not this\ntwo\n'],
    example: 'sample.mine',
    shown: /two/,
  },
  source: { args: ['mine.source.squares', '-p', 'rows=3'], answer: /\[1,4,9\]/, example: 'sum.ts', shown: /add up to 385/ },
  enrichment: {
    args: ['mine.enrichment.contact', '--input', '{"type":"user","id":"ada"}'],
    answer: /ada@example\.org/,
    example: 'user.json',
    shown: /ada@example\.org/,
  },
  handler: {
    args: ['mine.handler.order.created', '--input', '{"type":"order.created","data":{"total":12}}'],
    answer: /"sum":12/,
    example: 'order.json',
    shown: /"sum":24/,
  },
}

interface Called {
  readonly args: readonly string[]
  readonly answer: RegExp
  readonly file?: readonly [name: string, text: string]
  /** Its file in `examples`, and what is shown by the command of the README that uses it. */
  readonly example: string
  readonly shown: RegExp
}

/** The registry cannot be reached: nothing is downloaded. */
const offline = { npm_config_registry: 'http://127.0.0.1:9', npm_config_offline: 'true' }

for (const [kind, { args, answer, file, example, shown }] of Object.entries(calls)) {
  test(`a new ${kind}: validates, type-checks, passes its own test, can be called`, async (t) => {
    const cwd = emptyFolder(t)
    const made = await cardcage(['plugin', 'dev', 'new', 'mine', '--kind', kind, '--json'], { cwd, env: offline })
    assert.equal(made.code, 0, made.stdout)
    const folder = join(cwd, 'mine')
    assert.deepEqual(made.document().files, [
      '.gitignore',
      'README.md',
      `examples/${example}`,
      'index.test.ts',
      'index.ts',
      'package.json',
      'plugin.json',
      'tsconfig.json',
    ])
    const lines = readFileSync(join(folder, 'index.ts'), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
    assert.ok(lines.length <= 20, `${lines.length} lines`)

    const validated = await cardcage(['plugin', 'dev', 'validate', folder, '--json'], { cwd, env: offline })
    assert.deepEqual([validated.code, validated.document().problems], [0, []])
    passes(t, folder, join(folder, 'node_modules/.bin/tsc'), ['-p', '.'])
    passes(t, folder, process.execPath, ['--test'])

    if (file) writeFileSync(join(cwd, file[0]), file[1])
    const called = await cardcage(['plugin', 'call', ...args, '--plugins', folder, '--json'], { cwd, env: offline })
    assert.equal(called.code, 0, called.stdout)
    assert.match(called.stdout, answer)

    const command = readFileSync(join(folder, 'README.md'), 'utf8').match(new RegExp(`^npx .*examples/${example}.*$`, 'm'))?.[0] ?? ''
    const [, tool = '', ...words] = command.replace(/ +#.*$/, '').split(' ')
    const { status, stdout, stderr } = spawnSync(join(folder, 'node_modules/.bin', tool), words, { cwd: folder, encoding: 'utf8' })
    assert.equal(status, 0, `${command}\n${stdout}${stderr}`)
    assert.match(stdout + stderr, shown)
  })
}

function passes(t: TestContext, cwd: string, command: string, args: readonly string[]): void {
  // The runner of this test marks its children by this variable; a test of its own must not take part in it.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: { ...env, ...offline }, encoding: 'utf8' })
  if (status !== 0) t.diagnostic(`${stdout}\n${stderr}`)
  assert.equal(status, 0, `${command} ${args.join(' ')}`)
}

test('a name that is no id, and a folder that is not empty, are refused', async (t) => {
  const cwd = emptyFolder(t)
  for (const name of ['Mine', '../mine', 'a b', '-x-']) {
    const { code, stdout } = await cardcage(['plugin', 'dev', 'new', '--kind', 'source', '--json', '--', name], { cwd })
    assert.equal(code, 3, `${name} ${stdout}`)
  }
  mkdirSync(join(cwd, 'full'))
  writeFileSync(join(cwd, 'full', 'mine.txt'), 'keep')
  const { code, document } = await cardcage(['plugin', 'dev', 'new', 'full', '--kind', 'source', '--json'], { cwd })
  assert.deepEqual([code, document().error.code], [6, 'conflict'])
  assert.equal(readFileSync(join(cwd, 'full', 'mine.txt'), 'utf8'), 'keep')
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { allBlocks, root, type Block } from './blocks.ts'

/**
 * The code in the documents and docstrings. ```` ```ts ```` is type-checked and run, with `no-run` only type-checked; ```` ```sh run ```` is run. Each runs in a
 * folder of its own in which `examples` and `plugins` are those of the repository.
 */
const all = allBlocks()
const typed = all.filter(({ language }) => language === 'ts')
const shell = all.filter(({ language, marks }) => language === 'sh' && marks.includes('run'))
const label = ({ file, line }: Block): string => `${file}:${line}`

/** Below the workspace, so that a block's imports resolve as a reader's would. */
let folder = ''
const place = (block: Block): string => join(folder, label(block).replace(/[^\w.-]/g, '-'))

before(() => {
  mkdirSync(join(root, '.cardcage'), { recursive: true })
  folder = mkdtempSync(join(root, '.cardcage/docs-'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const block of [...typed, ...shell]) {
    mkdirSync(place(block))
    for (const name of ['examples', 'plugins']) symlinkSync(join(root, name), join(place(block), name))
    if (block.language === 'ts') writeFileSync(join(place(block), 'example.ts'), `${ownImport(block)}${block.code}\nexport {}\n`)
  }
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** An example in a docstring that imports nothing may use what its own module exports. On the same line as its first, to keep the numbers. */
function ownImport({ file, code }: Block): string {
  if (!file.endsWith('.ts') || /^import /m.test(code)) return ''
  const exported = readFileSync(join(root, file), 'utf8').matchAll(/^export (?:async )?(?:function\*?|const|class|type|interface) (\w+)/gm)
  const used = [...exported].map(([, name = '']) => name).filter((name) => new RegExp(`\\b${name}\\b`).test(code))
  return used.length === 0 ? '' : `import { ${used.join(', ')} } from '${join(root, file)}'; `
}

const environment = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}` }

function run(block: Block, program: string, args: readonly string[]): void {
  const result = spawnSync(program, args, { cwd: place(block), encoding: 'utf8', env: environment, timeout: 120_000 })
  assert.equal(result.status, 0, `${label(block)} ends with ${result.status ?? result.signal}:\n${result.stdout}${result.stderr}`)
}

test('there are examples', () => assert.ok(typed.length > 0))

test('every ts block type-checks', () => {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { noUnusedLocals: false, rewriteRelativeImportExtensions: false },
    include: ['*/example.ts'],
    exclude: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const result = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' })
  // What stands outside the folder is checked where all sources are.
  const lines = result.stdout.split('\n').filter((line) => line.includes('error TS') && !line.startsWith('../'))
  const named = lines.map((line) => {
    const block = typed.find((one) => line.startsWith(`${place(one).slice(folder.length + 1)}/`))
    const [, row, rest] = /\((\d+),\d+\)(.*)$/.exec(line) ?? []
    return block && row ? `${block.file}:${block.line + Number(row) - 1}${rest}` : line
  })
  assert.deepEqual(named, [])
  assert.equal(result.stderr, '')
})

describe('every ts block that is not marked no-run runs', () => {
  for (const block of typed.filter(({ marks }) => !marks.includes('no-run'))) {
    test(label(block), () => run(block, process.execPath, ['--disable-warning=ExperimentalWarning', 'example.ts']))
  }
})

describe('every sh block that is marked run runs', () => {
  for (const block of shell) test(label(block), () => run(block, 'bash', ['-euo', 'pipefail', '-c', block.code]))
})

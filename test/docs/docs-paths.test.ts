import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { documents, root } from './blocks.ts'
import { anchors, namedCommands, namedLinks, namedPaths, namedRootFiles } from './named.ts'

const texts = documents().map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

for (const { file, text } of texts) {
  test(`what ${file} names is there`, () => {
    const broken = [
      ...namedLinks(text).filter((link) => !leads(file, text, link.text)),
      ...[...namedPaths(text), ...namedRootFiles(text)].filter((path) => globSync(path.text, { cwd: root }).length === 0),
      ...namedCommands(text, 'npm').filter((command) => !isScript(command.text)),
    ]
    assert.deepEqual(
      broken.map(({ line, text: what }) => `${file}:${line} ${what}`),
      [],
    )
  })
}

describe('every cardcage command a document names exists, with its options', () => {
  for (const { file, text } of texts) {
    const commands = namedCommands(text, 'cardcage')
    if (commands.length === 0) continue
    test(file, () => {
      const broken = commands.flatMap(({ line, text: command }) => fault(command).map((what) => `${file}:${line} \`${command}\`: ${what}`))
      assert.deepEqual(broken, [])
    })
  }

  test('one that does not exist, and an option that does not, are seen', () => {
    assert.deepEqual(fault('cardcage bogus'), ['there is no command `bogus`'])
    assert.deepEqual(fault('cardcage plugin bogus --json'), ['there is no command `plugin bogus`'])
    assert.deepEqual(fault('cardcage plugin list --json --bogus=1'), ['has no option --bogus'])
    assert.deepEqual(fault('cardcage plugin list --json'), [])
    assert.deepEqual(fault('cardcage explain timeout'), [])
    assert.deepEqual(fault('cardcage'), [])
  })
})

function leads(file: string, text: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? join(root, file) : join(root, path.startsWith('/') ? '' : dirname(file), decodeURIComponent(path))
  if (!existsSync(target)) return false
  if (anchor === undefined || !target.endsWith('.md')) return true
  return anchors(path === '' ? text : readFileSync(target, 'utf8')).includes(anchor)
}

function isScript(command: string): boolean {
  const [, verb = '', name = ''] = command.split(/\s+/)
  if (verb === 'run') return name in scripts
  return verb === 'start'
    ? 'start' in scripts
    : ['test', 't', 'cit'].includes(verb)
      ? 'test' in scripts
      : ['ci', 'i', 'install', 'pack', 'link', ''].includes(verb)
}

/** What is wrong with a command line: asked of the program's own help. */
function fault(command: string): string[] {
  const words = command.split(/\s+/).slice(1)
  const end = words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word))
  const named = end < 0 ? words : words.slice(0, end)
  const { usage, text } = help(named)
  const depth = named.findIndex((word, index) => usage[index] !== word)
  const takesMore = /Usage:.*(<|\[(?!options\]|command\]))/.test(text)
  if (depth >= 0 && !takesMore) return [`there is no command \`${named.slice(0, depth + 1).join(' ')}\``]
  const options = words.map((word) => /^--[a-z][a-z-]*/.exec(word)?.[0]).filter((option) => option !== undefined)
  const known = [...text.matchAll(/--[a-z][a-z-]*/g)].map(([option]) => option)
  return options.filter((option) => !known.includes(option)).map((option) => `has no option ${option}`)
}

const helps = new Map<string, { usage: string[]; text: string }>()

/** The help of the command that the words lead to, and the words its usage begins with. */
function help(words: readonly string[]): { usage: string[]; text: string } {
  const key = words.join(' ')
  const kept = helps.get(key)
  if (kept) return kept
  const run = spawnSync(process.execPath, [join(root, 'packages/cli/bin/cardcage.js'), ...words, '--help'], { encoding: 'utf8' })
  assert.equal(run.status, 0, `cardcage ${key} --help: ${run.stderr}`)
  const [, line = ''] = /Usage: cardcage ?(.*)/.exec(run.stdout) ?? []
  const found = { usage: line.split(' '), text: run.stdout }
  helps.set(key, found)
  return found
}

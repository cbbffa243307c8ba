import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A fenced piece of code in a document or a docstring. */
export interface Block {
  readonly file: string
  /** Of its first line of code. */
  readonly line: number
  readonly language: string
  /** The words after the language: `no-run`, `run`, `embedding` … */
  readonly marks: readonly string[]
  readonly code: string
}

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The documents for people, from the root. */
export const documents = (): string[] =>
  globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md', 'packages/*/README.md'], { cwd: root, exclude: ['**/node_modules/**'] }).sort()

/** The sources whose docstrings hold examples. */
export const sources = (): string[] =>
  globSync(
    ['packages/plugin/src/**/*.ts', 'packages/kernel/src/**/*.ts', 'packages/columnar/src/**/*.ts', 'packages/numeric/src/**/*.ts'],
    { cwd: root },
  )
    .filter((path) => !path.endsWith('.test.ts'))
    .sort()

/** Every block of the documents and, where `@example` stands before it, of the docstrings. */
export function allBlocks(): Block[] {
  const read = (file: string): string => readFileSync(join(root, file), 'utf8')
  return [...documents().flatMap((file) => blocks(file, read(file))), ...sources().flatMap((file) => exampleBlocks(file, read(file)))]
}

/** The fenced blocks of a Markdown text, without the indentation of their fence. @throws where a fence is not closed */
export function blocks(file: string, text: string): Block[] {
  const found: Block[] = []
  let open: { fence: string; indent: string; line: number; info: string[]; code: string[] } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const [, indent = '', fence = '', info = ''] = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(line) ?? []
    if (open === undefined) {
      if (fence !== '') open = { fence, indent, line: index + 2, info: info.trim().split(/\s+/), code: [] }
    } else if (fence.startsWith(open.fence) && info.trim() === '') {
      const [language = '', ...marks] = open.info
      found.push({ file, line: open.line, language, marks, code: open.code.map((code) => `${code}\n`).join('') })
      open = undefined
    } else {
      open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart())
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line - 1}: the block that begins here is not closed`)
  return found
}

/** The fenced blocks under `@example` of the docstrings in a source. */
export function exampleBlocks(file: string, source: string): Block[] {
  return [...source.matchAll(/\/\*\*[^]*?\*\//g)].flatMap((comment) => {
    const before = source.slice(0, comment.index).split('\n').length - 1
    const text = comment[0].replace(/^[ \t]*\*(?!\/) ?/gm, '').replace(/^\/\*\*|\*\/$/g, '')
    const [intro = '', ...examples] = text.split(/^(?=@)/m)
    let line = before + intro.split('\n').length - 1
    return examples.flatMap((section) => {
      const start = line
      line += section.split('\n').length - 1
      return section.startsWith('@example') ? blocks(file, section).map((block) => ({ ...block, line: block.line + start })) : []
    })
  })
}

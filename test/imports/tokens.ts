/** A piece of a source: a word or a number, a text in quotes (without them), or one punctuation mark. */
export interface Token {
  readonly kind: 'word' | 'text' | 'mark'
  readonly value: string
  readonly line: number
}

/** After these words a slash begins a regular expression. */
const beforeExpression = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'do',
  'else',
  'void',
  'delete',
  'await',
  'yield',
  'throw',
  'new',
  'instanceof',
])

const piece =
  /(?<skip>\s+|\/\/[^\n]*|\/\*[^]*?\*\/|^#![^\n]*)|(?<word>[\p{ID_Start}$_\d#][\p{ID_Continue}$\u200c\u200d]*)|(?<text>'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*")|(?<mark>[^])/uy
const expression = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const template = /(?:[^`\\$]|\\[^]|\$(?!\{))*/y

/**
 * The tokens of a TypeScript or JavaScript source, without comments and regular expressions. What stands in `${…}` of a template is code.
 * TypeScript's own parser has no interface for programs, and lexers for JavaScript do not see `import type`.
 */
export function tokens(source: string): Token[] {
  const found: Token[] = []
  /** For each open template, how many braces are open in its `${…}`. */
  const open: number[] = []
  let at = 0
  let line = 1

  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(source)
    if (match) at = pattern.lastIndex
    return match
  }
  const add = (kind: Token['kind'], value: string, raw: string): void => {
    found.push({ kind, value, line })
    line += raw.split('\n').length - 1
  }
  const readTemplate = (): void => {
    const text = take(template)?.[0] ?? ''
    add('text', text, text)
    if (source[at] === '$') {
      open.push(0)
      at += 2
    } else at += 1
  }

  while (at < source.length) {
    if (source[at] === '/' && source[at + 1] !== '/' && source[at + 1] !== '*' && beginsExpression(found.at(-1)) && take(expression))
      continue
    const groups = take(piece)?.groups ?? {}
    const { skip, word, text, mark } = groups
    if (skip !== undefined) line += skip.split('\n').length - 1
    else if (word !== undefined) add('word', word, word)
    else if (text !== undefined) add('text', text.slice(1, -1), text)
    else if (mark === '`') readTemplate()
    else if (mark === '}' && open.at(-1) === 0) {
      open.pop()
      readTemplate()
    } else if (mark !== undefined) {
      const depth = open.at(-1)
      if (depth !== undefined && mark === '{') open[open.length - 1] = depth + 1
      if (depth !== undefined && mark === '}') open[open.length - 1] = depth - 1
      add('mark', mark, mark)
    }
  }
  return found
}

function beginsExpression(previous: Token | undefined): boolean {
  if (previous === undefined) return true
  if (previous.kind === 'word') return beforeExpression.has(previous.value)
  return previous.kind === 'mark' && !')]}'.includes(previous.value)
}

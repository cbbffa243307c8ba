import type { Token } from './tokens.ts'

/** A module named by a source, and where. */
export interface Imported {
  readonly specifier: string
  readonly line: number
}

/**
 * Every module that a source names in a way that loads it or its types: `import`, `import type`, `import()` (also as a type), `export … from`,
 * `require()`, `require.resolve()`, `import.meta.resolve()`. A specifier that is computed cannot be seen.
 */
export function imported(list: readonly Token[]): Imported[] {
  const found: Imported[] = []
  for (const [index, token] of list.entries()) {
    const text = named(list, index)
    if (text !== undefined) found.push({ specifier: text.value, line: token.line })
  }
  return found
}

function named(list: readonly Token[], index: number): Token | undefined {
  const token = list[index]
  if (token?.kind !== 'word' || isMark(list[index - 1], '.')) return undefined
  if (token.value === 'require') return called(list, index + (isMark(list[index + 1], '.') ? 3 : 1))
  if (token.value === 'export') return from(list, index + 1)
  if (token.value !== 'import') return undefined
  const next = list[index + 1]
  if (next?.kind === 'text') return next
  if (isMark(next, '(')) return called(list, index + 1)
  if (isMark(next, '.')) return list[index + 4]?.value === 'resolve' ? called(list, index + 5) : undefined
  return from(list, index + 1)
}

/** The text that is the first argument, where `(` stands at the index. */
function called(list: readonly Token[], index: number): Token | undefined {
  const argument = list[index + 1]
  return isMark(list[index], '(') && argument?.kind === 'text' ? argument : undefined
}

/** The text after `from`, where from the index on stands what an import or an export lists: names, braces, commas, a star. */
function from(list: readonly Token[], index: number): Token | undefined {
  for (let at = index; at < list.length; at++) {
    const token = list[at]
    const next = list[at + 1]
    if (token?.kind === 'word' && token.value === 'from' && next?.kind === 'text') return next
    if (token?.kind === 'mark' && !'{},*'.includes(token.value)) return undefined
    if (at > index && token?.kind === 'word' && (token.value === 'import' || token.value === 'export')) return undefined
  }
  return undefined
}

function isMark(token: Token | undefined, value: string): boolean {
  return token?.kind === 'mark' && token.value === value
}

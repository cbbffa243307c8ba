/** A part of a regular expression, as far as it matters for finding texts on which it takes long. */
export type PatternNode =
  | { readonly kind: 'one'; /** One-character regular expression: a character, a class, an escape. */ readonly source: string }
  | { readonly kind: 'all'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'any'; readonly branches: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly body: PatternNode; readonly min: number; readonly max: number }

/** What is taken from the pattern at once; what is none of these is a character. */
const piece =
  /(?<open>\((?:\?(?::|<?[=!]|<[^>]*>|[a-z-]*:))?)|(?<none>\\[bB]|\\[1-9]\d*|\\k<[^>]*>|[\^$])|(?<one>\[(?:\\.|[^\]\\])*\]|\\p\{[^}]*\}|\\P\{[^}]*\}|\\u\{[^}]*\}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\c[a-z]|\\.|\.)/isuy
const quantifier = /(?:(?<sign>[*+?])|\{(?<min>\d+)(?<upto>,(?<max>\d*))?\})\??/y

/**
 * The parts of a regular expression that compiles. Anchors, back references and look-arounds are left out: what is made from the parts is tried on the
 * expression itself.
 */
export function parsePattern(pattern: string): PatternNode {
  let at = 0

  const take = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at
    const match = expression.exec(pattern)
    if (match) at += match[0].length
    return match
  }
  const branches = (): PatternNode => {
    const found: PatternNode[] = [sequence()]
    while (pattern[at] === '|') {
      at++
      found.push(sequence())
    }
    return found.length === 1 ? found[0]! : { kind: 'any', branches: found }
  }
  const sequence = (): PatternNode => {
    const parts: PatternNode[] = []
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const part = repeated(single())
      if (part) parts.push(part)
    }
    return { kind: 'all', parts }
  }
  const single = (): PatternNode | undefined => {
    const { open, none, one } = take(piece)?.groups ?? {}
    if (open !== undefined) {
      const body = branches()
      at++
      return /[=!]$/.test(open) ? undefined : body
    }
    if (none !== undefined) return undefined
    if (one !== undefined) return { kind: 'one', source: one }
    const character = String.fromCodePoint(pattern.codePointAt(at)!)
    at += character.length
    return { kind: 'one', source: character.replace(/[/{}\]]/, '\\$&') }
  }
  const repeated = (body: PatternNode | undefined): PatternNode | undefined => {
    const { sign, min, upto, max } = take(quantifier)?.groups ?? {}
    if (!body || (sign === undefined && min === undefined)) return body
    if (sign !== undefined) return { kind: 'repeat', body, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity }
    const least = Number(min)
    return { kind: 'repeat', body, min: least, max: upto === undefined ? least : max ? Number(max) : Infinity }
  }
  return branches()
}

import type { Json } from '@cardcage/plugin'

/** A literal that was read. */
export interface Read {
  /** Absent where it is no literal. */
  readonly value?: Json
  readonly end: number
}

/** What may follow a literal in another one. The outermost one may be followed by anything, unless it is said by what. */
const inside = /^\s*(?:as\s+const\b\s*)?[,}\]]/

/**
 * The literal at a position of a module: its text is taken from the module, its structure from the code without texts and comments. Without value where
 * something is done with it: `'a' + b` is none.
 *
 * @param ends matches what may follow it
 */
export function literal(text: string, code: string, from: number, depth = 0, ends = inside): Read | undefined {
  const at = skip(code, from)
  const first = text[at]
  if (depth > 20 || first === undefined) return undefined
  if (first === '{' || first === '[') {
    const read = first === '{' ? objectLiteral(text, code, at + 1, depth) : listLiteral(text, code, at + 1, depth)
    return read && depth + Number(ends !== inside) > 0 ? ended(code, read, ends) : read
  }
  const string = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.)*`/y
  string.lastIndex = at
  const quoted = string.exec(text)?.[0]
  if (quoted !== undefined) return ended(code, { value: unquote(quoted), end: at + quoted.length }, ends)
  const scalar = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b|true\b|false\b|null\b/iy
  scalar.lastIndex = at
  const word = scalar.exec(code)?.[0]
  return word === undefined ? undefined : ended(code, { value: valueOf(word.toLowerCase()), end: at + word.length }, ends)
}

function valueOf(word: string): Json {
  return word === 'null' ? null : word === 'true' || word === 'false' ? word === 'true' : Number(word)
}

function ended(code: string, read: Read, ends: RegExp): Read {
  return ends.test(code.slice(read.end, read.end + 200)) ? read : { end: read.end }
}

function objectLiteral(text: string, code: string, from: number, depth: number): Read | undefined {
  const entries: [string, Json][] = []
  let at = from
  for (;;) {
    at = skip(code, at)
    if (text[at] === '}') return { value: Object.fromEntries(entries), end: at + 1 }
    const key = /(?:([A-Za-z_$][\w$]*)|'([^'\\\n]*)'|"([^"\\\n]*)")\s*:/y
    key.lastIndex = at
    const [found, ...names] = key.exec(text) ?? []
    const name = names.find((each) => each !== undefined)
    if (found !== undefined && name !== undefined) {
      const read = literal(text, code, at + found.length, depth + 1)
      if (read?.value !== undefined && name !== '__proto__') entries.push([name, read.value])
      at = read?.end ?? at + found.length
    }
    const next = pass(code, at)
    if (next === undefined || code[next] === ']') return undefined
    at = code[next] === ',' ? next + 1 : next
  }
}

function listLiteral(text: string, code: string, from: number, depth: number): Read | undefined {
  const items: Json[] = []
  let at = from
  for (;;) {
    at = skip(code, at)
    if (text[at] === ']') return { value: items, end: at + 1 }
    const read = literal(text, code, at, depth + 1)
    if (read?.value !== undefined) items.push(read.value)
    const next = pass(code, read?.end ?? at)
    if (next === undefined || code[next] === '}') return undefined
    at = code[next] === ',' ? next + 1 : next
  }
}

/** Past spaces and comments. */
function skip(code: string, from: number): number {
  let at = from
  while (at < code.length && code[at]!.trim() === '') at++
  return at
}

/** The next comma or closing bracket at this depth; `undefined` at the end of the text. */
export function pass(code: string, from: number): number | undefined {
  let depth = 0
  for (let at = from; at < code.length; at++) {
    const each = code[at]!
    if (depth === 0 && (each === ',' || each === '}' || each === ']')) return at
    if ('{[('.includes(each)) depth++
    else if ('}])'.includes(each)) depth--
  }
  return undefined
}

function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2})|(\r?\n)|(.))/gis, (_, point, unit, byte, newline, other: string) => {
      const code = (point ?? unit ?? byte) as string | undefined
      if (code !== undefined) return Number.parseInt(code, 16) > 0x10ffff ? '' : String.fromCodePoint(Number.parseInt(code, 16))
      if (newline !== undefined) return ''
      return ({ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' } as Record<string, string>)[other] ?? other
    })
}

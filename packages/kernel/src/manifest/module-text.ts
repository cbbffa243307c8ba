import type { Json } from '@cardcage/plugin'
import { isObject } from './schema-node.ts'

/** What can be seen of a module without running it. */
export interface ModuleText {
  /** Does it export a guide's factory, `createPlugin` or `create_plugin`? */
  readonly hasFactory: boolean
  /** Does it export `metadata` and a default? */
  readonly describesItself: boolean
  /** Literals of an object called `metadata`: texts, numbers, booleans, lists and objects of such; what is computed is left out. */
  readonly metadata: { readonly [key: string]: Json }
}

/** Look at the text of a module, TypeScript or JavaScript. Reads literals only and never runs anything. */
export function readModuleText(text: string): ModuleText {
  const code = blank(text)
  const exports = exportedNames(code)
  return {
    hasFactory: exports.has('createPlugin') || exports.has('create_plugin'),
    describesItself: exports.has('metadata') && exports.has('default'),
    metadata: metadataOf(text, code),
  }
}

/**
 * The code with what stands in comments, texts and regular expressions replaced by spaces; quotes and positions stay. A slash begins a regular expression where no value
 * stands before it.
 */
function blank(text: string): string {
  const starts = /\/[*/]?|['"`]/g
  const parts: string[] = []
  let last = 0
  for (let found = starts.exec(text); found; found = starts.exec(text)) {
    const end = endOf(text, found.index, found[0])
    if (end === undefined) continue
    const inside = text.slice(found.index, end).replace(/[^\n]/g, ' ')
    const isQuoted = !found[0].startsWith('/') && inside.length > 1
    parts.push(text.slice(last, found.index), isQuoted ? `${found[0]}${inside.slice(1, -1)}${found[0]}` : inside)
    last = starts.lastIndex = end
  }
  return parts.join('') + text.slice(last)
}

/** Where a comment, a text or a regular expression ends; `undefined` where the slash divides. */
function endOf(text: string, at: number, token: string): number | undefined {
  const until = (mark: string) => (text.indexOf(mark, at + 2) + 1 || text.length + 1) - 1 + (mark === '*/' ? 2 : 0)
  if (token === '//') return Math.min(until('\n'), text.length)
  if (token === '/*') return Math.min(until('*/'), text.length)
  if (token === '/' && !/(?:^|[(,=:[!&|?{};+\-*%<>~^]|\breturn)\s*$/.test(text.slice(Math.max(0, at - 40), at))) return undefined
  let isInClass = false
  for (let i = at + 1; i < text.length; i++) {
    const each = text[i]
    if (each === '\\') i++
    else if (each === token && !isInClass) return i + 1
    else if (each === '\n' && token !== '`') return token === '/' ? undefined : i
    else if (token === '/' && (each === '[' || each === ']')) isInClass = each === '['
  }
  return text.length
}

function exportedNames(code: string): ReadonlySet<string> {
  const names = new Set<string>()
  const patterns = [
    /\bexport\s+(?:declare\s+|default\s+)?(?:async\s+)?(?:function\s*\*?|const|let|var|class)\s+([\w$]+)/g,
    /\b(?:module\s*\.\s*)?exports\s*\.\s*([\w$]+)\s*=/g,
  ]
  for (const pattern of patterns) for (const [, name] of code.matchAll(pattern)) names.add(name!)
  if (/\bexport\s+default\b/.test(code)) names.add('default')
  for (const [, list] of code.matchAll(/\bexport\s*\{([^{}]*)\}/g))
    for (const part of list!.split(',')) names.add(part.trim().split(/\s+/).at(-1)!)
  for (const { index, 0: found } of firstOf(code, /\bmodule\s*\.\s*exports\s*=\s*\{/g))
    for (const name of keysFrom(code, index + found.length)) names.add(name)
  return names
}

/** The first matches: each may cost a walk to the end of the text. */
function firstOf(code: string, pattern: RegExp): Iterable<RegExpExecArray> {
  return code.matchAll(pattern).take(8)
}

/** Keys of the object literal whose inside begins here: also methods and shorthands. */
function keysFrom(code: string, from: number): readonly string[] {
  const names: string[] = []
  for (let at: number | undefined = from; at !== undefined;) {
    const [, name] = /^\s*(?:async\s+)?([\w$]+)/.exec(code.slice(at, at + 200)) ?? []
    if (name !== undefined) names.push(name)
    const next = pass(code, at)
    at = next === undefined || code[next] !== ',' ? undefined : next + 1
  }
  return names
}

/** The first object literal that is called `metadata`, or that a function of that name returns. */
function metadataOf(text: string, code: string): { readonly [key: string]: Json } {
  for (const { index, 0: found } of firstOf(code, metadataStart)) {
    const first = literal(text, code, index + found.length - 1, 0)
    // What stood there may have been a type: `metadata: { name: string } = {`.
    const [assigned] = first === undefined ? [] : (/^\s*=\s*(?=\{)/.exec(code.slice(first.end, first.end + 200)) ?? [])
    const read = assigned === undefined ? first : literal(text, code, first!.end + assigned.length, 0)
    if (isObject(read?.value) && Object.keys(read.value).length > 0) return read.value
  }
  return {}
}

/** `metadata = {`, `metadata: Type = {`, `metadata: {`, `metadata() { return {`, `metadata = () => ({`. */
const metadataStart =
  /\bmetadata\s*(?:(?:=\s*)?\(\s*\)\s*(?::\s*[\w$<>.]+\s*)?(?:=>\s*\(?\s*|\{\s*return\s*\(?\s*)|(?::\s*[\w$<>.]+\s*)?[=:]\s*)\{/g

interface Read {
  /** Absent where it is no literal. */
  readonly value?: Json
  readonly end: number
}

/** The literal at a position; its text is taken from the module, its structure from the code without texts and comments. */
function literal(text: string, code: string, from: number, depth: number): Read | undefined {
  const at = skip(code, from)
  const first = text[at]
  if (depth > 20 || first === undefined) return undefined
  if (first === '{') return objectLiteral(text, code, at + 1, depth)
  if (first === '[') return listLiteral(text, code, at + 1, depth)
  const string = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.)*`/y
  string.lastIndex = at
  const quoted = string.exec(text)?.[0]
  if (quoted !== undefined) return ended(code, at + quoted.length, unquote(quoted))
  const scalar = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b|true\b|false\b|null\b/iy
  scalar.lastIndex = at
  const word = scalar.exec(code)?.[0]
  return word === undefined ? undefined : ended(code, at + word.length, JSON.parse(word.toLowerCase()) as Json)
}

/** A literal only where nothing is done with it: `'a' + b` is none. */
function ended(code: string, end: number, value: Json): Read {
  const [, next = ''] = /^\s*(?:as\s+const\b\s*)?(.?)/s.exec(code.slice(end, end + 200)) ?? []
  return next !== '' && ',}]'.includes(next) ? { value, end } : { end }
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
function pass(code: string, from: number): number | undefined {
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

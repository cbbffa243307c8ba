import type { Json } from '@cardcage/plugin'
import { classAttributes } from './class-attributes.ts'
import { literal, pass } from './literal.ts'
import { isObject } from './schema-node.ts'

/** What can be seen of a module without running it. */
export interface ModuleText {
  /** Does it export a guide's factory, `createPlugin` or `create_plugin`? */
  readonly hasFactory: boolean
  /** Does it export `metadata` and a default, or by default a class that extends `BasePlugin` and has a name? */
  readonly describesItself: boolean
  /**
   * Literals of an object called `metadata`: texts, numbers, booleans, lists and objects of such; what is computed is left out. Where there is none, `name`,
   * `version`, `description` and `dependencies` of the class.
   */
  readonly metadata: { readonly [key: string]: Json }
}

/** Look at the text of a module, TypeScript or JavaScript. Reads literals only and never runs anything. */
export function readModuleText(text: string): ModuleText {
  const code = blank(text)
  const exports = exportedNames(code)
  const metadata = metadataOf(text, code)
  const attributes = Object.keys(metadata).length > 0 ? {} : classAttributes(text, code)
  return {
    hasFactory: exports.has('createPlugin') || exports.has('create_plugin'),
    describesItself:
      exports.has('default') && (exports.has('metadata') || (typeof attributes['name'] === 'string' && attributes['name'] !== '')),
    metadata: { ...attributes, ...metadata },
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

import type { Json } from '@cardcage/plugin'
import { literal } from './literal.ts'

/** The beginning of a class of the event-driven guide. */
const classStart = /\bclass\b[^{;()]{0,300}?\bextends\s+(?:[\w$]+\.)?BasePlugin\b[^{;()]{0,300}\{/

const attribute = /(?:name|version|description|dependencies)\b/y
const assignment = /(?:\s*:[^=;{}()]{0,200})?\s*=(?![=>])/y

/**
 * What the first class that extends `BasePlugin` says of itself in attributes that are literals.
 *
 * @param code the same text, with what stands in comments and texts replaced by spaces
 * @see PanottiServer guide, "Basic Plugin Template"
 */
export function classAttributes(text: string, code: string): { readonly [key: string]: Json } {
  const start = classStart.exec(code)
  const found: Record<string, Json> = {}
  if (!start) return found
  let depth = 0
  for (let at = start.index + start[0].length; at < code.length && depth >= 0; at++) {
    const each = code[at]!
    if ('{[('.includes(each)) depth++
    else if ('}])'.includes(each)) depth--
    if (depth > 0 || (!/[\s;}]/.test(code[at - 1] ?? '') && code[at - 1] !== '{')) continue
    attribute.lastIndex = at
    const [name] = attribute.exec(code) ?? []
    if (name === undefined) continue
    assignment.lastIndex = at + name.length
    const [assigned] = assignment.exec(code) ?? []
    if (assigned === undefined) continue
    const read = literal(text, code, at + name.length + assigned.length, 0, /^[^\S\n]*(?:as\s+const\b[^\S\n]*)?(?:[;}\n]|\r\n|$)/)
    if (read?.value !== undefined) found[name] ??= read.value
    at = Math.max(at, (read?.end ?? at) - 1)
  }
  return found
}

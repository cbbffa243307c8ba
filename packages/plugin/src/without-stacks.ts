import type { Json } from './schema.ts'

/** Deepest a value is looked through; what is deeper is left out. */
const deepest = 100

/** A line of a stack trace: as V8 writes them, as Node numbers them when it aborts, and what it puts above them. */
const frame =
  /^\s*at (?:.*\(.*\)|.*:\d+:\d+|<anonymous>|native)\s*$|^\s*\d+: (?:0x[\da-f]+\b.*|.*:\d+:\d+\)?)\s*$|^-+ .*stack trace -+\s*$/i

/** The same value without the lines of stack traces in its texts; a text of a list that is such a line is left out. */
export function withoutStacks<T extends Json>(value: T, depth?: number): T
export function withoutStacks(value: Json, depth = 0): Json {
  if (typeof value === 'string') return withoutFrames(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > deepest) return null
  if (Array.isArray(value)) {
    return value.filter((item) => typeof item !== 'string' || !frame.test(item)).map((item: Json) => withoutStacks(item, depth + 1))
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutStacks(inner, depth + 1)]))
}

function withoutFrames(text: string): string {
  if (!text.includes('\n')) return text
  return text
    .split('\n')
    .filter((line) => !frame.test(line))
    .join('\n')
    .trimEnd()
}

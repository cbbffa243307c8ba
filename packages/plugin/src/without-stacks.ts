import type { Json } from './schema.ts'

/** Deepest a value is looked through; what is deeper is left out. */
const deepest = 100

/** A longer line is no line of a stack trace: texts come from plugins, and an expression takes its time over long ones. */
const longestFrame = 4096

/** A line of a stack trace: as V8 writes them, as Node numbers them when it aborts, and what it puts above them. */
const frame =
  /^\s*at (?:[^(]*\(.*\)|.*:\d+:\d+|<anonymous>|native)\s*$|^\s*\d+: (?:0x[\da-f]+\b.*|.*:\d+:\d+\)?)\s*$|^-+ .*stack trace -+\s*$/i

/** The same value without the lines of stack traces in its texts; a text of a list that is such a line is left out. What contains itself is cut there. */
export function withoutStacks<T extends Json>(value: T, around?: readonly Json[]): T
export function withoutStacks(value: Json, around: readonly Json[] = []): Json {
  if (typeof value === 'string') return withoutFrames(value)
  if (typeof value !== 'object' || value === null) return value
  if (around.length > deepest || around.includes(value)) return null
  const inside = [...around, value]
  if (Array.isArray(value)) {
    return value.filter((item) => typeof item !== 'string' || !isFrame(item)).map((item: Json) => withoutStacks(item, inside))
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutStacks(inner, inside)]))
}

function withoutFrames(text: string): string {
  if (!text.includes('\n')) return text
  return text
    .split('\n')
    .filter((line) => !isFrame(line))
    .join('\n')
    .trimEnd()
}

function isFrame(line: string): boolean {
  return line.length <= longestFrame && frame.test(line)
}

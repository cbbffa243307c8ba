import { oneLine } from './text-table.ts'

/** Nested data for people: a line per single value, indented as YAML is. A lone value is one line. */
export function dataLines(value: unknown, indent = ''): readonly string[] {
  if (!isNested(value)) return [indent + printed(value)]
  return Object.entries(value).flatMap(([key, inside]) => {
    if (!isNested(inside)) return [`${indent}${oneLine(key)}: ${printed(inside)}`]
    return [`${indent}${oneLine(key)}:${Object.keys(inside).length === 0 ? ' {}' : ''}`, ...dataLines(inside, `${indent}  `)]
  })
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function printed(value: unknown): string {
  if (typeof value === 'string' && /^[\w./~*-][\w ./:~*-]*$/.test(value)) return value
  return oneLine(JSON.stringify(value) ?? 'nothing')
}

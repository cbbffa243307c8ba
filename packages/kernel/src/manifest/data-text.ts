import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import type { Json } from '@cardcage/plugin'
import { duplicateKey, jsonErrorOffset, keyLines, lineAndColumn } from './key-lines.ts'
import { yamlData } from './yaml-data.ts'

/** How manifests and configs are written. */
export type DataFormat = 'json' | 'toml' | 'yaml'

/** Where a text stops being what it should be. */
export interface SyntaxFault {
  readonly message: string
  readonly line?: number
  readonly column?: number
}

/** A parsed text: a value, or why there is none. */
export interface DataText {
  readonly format: DataFormat
  readonly value?: Json
  readonly fault?: SyntaxFault
  /** Line (from 1) of a key, or of the nearest key around it that is found. Numbers are places in a list. */
  line(keys: readonly string[]): number | undefined
}

/** Bytes of the largest manifest or config that is read. */
export const largestDataFile = 2 ** 20

/** The format a file name says; `.example` behind it does not count. */
export function dataFormatOf(file: string): DataFormat | undefined {
  const extension = extname(file.replace(/\.example$/, ''))
  return { '.json': 'json', '.toml': 'toml', '.yaml': 'yaml', '.yml': 'yaml' }[extension] as DataFormat | undefined
}

/**
 * Parse JSON, TOML or YAML 1.2 into JSON values; never throws. Dates become text. A key that stands twice, an anchor that contains itself, one that is used
 * so often that the value would be huge, and numbers JSON has not (`inf`) are faults, with their line where it is known. Depth is not looked at: see `isUnsafe`.
 */
export function parseDataText(text: string, format: DataFormat): DataText {
  if (format === 'yaml') return { format, ...yamlData(text) }
  const line = keyLines(text, format)
  try {
    const value = format === 'json' ? parseJson(text) : fromToml(parseToml(text))
    return { format, line, value }
  } catch (error) {
    return {
      format,
      line,
      fault: error instanceof TwiceFault ? error.fault : format === 'json' ? jsonFault(text, error) : tomlFault(error),
    }
  }
}

/** The text of a data file, or why it cannot be read: no file, more than 1 MiB, not UTF-8. A byte order mark is dropped. */
export function readDataText(file: string): { readonly text: string } | { readonly fault: string; readonly fix: string } {
  try {
    const stat = statSync(file)
    if (!stat.isFile()) return { fault: 'is not a file', fix: 'Put a file there.' }
    if (stat.size > largestDataFile)
      return { fault: `has ${stat.size} bytes; at most ${largestDataFile} are read`, fix: 'Move data into files of its own.' }
    const descriptor = openSync(file, 'r')
    try {
      return { text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(descriptor)) }
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    const why = error instanceof TypeError ? 'it is not UTF-8' : error instanceof Error ? error.message : String(error)
    return { fault: `cannot be read: ${why}`, fix: 'Make it a readable file in UTF-8.' }
  }
}

class TwiceFault extends Error {
  readonly fault: SyntaxFault
  constructor({ key, line }: { readonly key: string; readonly line: number }) {
    super('twice')
    this.fault = { line, message: `the key ${JSON.stringify(key)} stands twice in the same object` }
  }
}

function parseJson(text: string): Json {
  const value = JSON.parse(text) as Json
  // A walk through the text only where keys were lost.
  const twice = keysIn(text) === keysOf(value) ? undefined : duplicateKey(text)
  if (twice) throw new TwiceFault(twice)
  return value
}

/** How many keys a JSON text has: its colons outside of texts. */
function keysIn(text: string): number {
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '').split(':').length - 1
}

/** How many keys a value has, at every depth; without recursion, as it may be nested deep. */
function keysOf(value: Json): number {
  let count = 0
  const open: Json[] = [value]
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (typeof each !== 'object' || each === null) continue
    const inside = Object.values(each)
    if (!Array.isArray(each)) count += inside.length
    for (const one of inside) open.push(one)
  }
  return count
}

function jsonFault(text: string, error: unknown): SyntaxFault {
  const message = String((error as Error).message).replace(/ in JSON at position.*| at position.*|, ".*" is not valid JSON$/s, '')
  return { ...lineAndColumn(text, jsonErrorOffset(text) ?? text.length), message }
}

function parseToml(text: string): unknown {
  // Loaded only where there is a TOML file.
  const { parse } = createRequire(import.meta.url)('smol-toml') as typeof import('smol-toml')
  return parse(text)
}

function tomlFault(error: unknown): SyntaxFault {
  const { line, column, message } = error as { line?: number; column?: number; message: string }
  const [first = ''] = message.split('\n')
  return {
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    message: first.replace(/^Invalid TOML document: /, ''),
  }
}

/** TOML as JSON: dates become text; deeper than the depth is cut off, which the caller refuses anyway. */
function fromToml(value: unknown, depth = 102): Json {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value} is no number of JSON`)
  if (typeof value !== 'object' || value === null) return value as Json
  if (value instanceof Date) return value.toISOString()
  if (depth === 0) return null
  if (Array.isArray(value)) return value.map((each) => fromToml(each, depth - 1))
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromToml(each, depth - 1)]))
}

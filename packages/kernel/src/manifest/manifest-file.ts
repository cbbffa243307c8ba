import { closeSync, lstatSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative, sep } from 'node:path'
import type { Json } from '@cardcage/plugin'
import { jsonErrorOffset, keyLine, lineAndColumn } from './key-lines.ts'
import { isObject, isUnsafe, printPath } from './schema-node.ts'
import type { Problem } from './problem.ts'

/** The manifest file of a folder, parsed. */
export interface ManifestFile {
  readonly name: string
  readonly format: 'json' | 'toml'
  readonly text: string
  /** Absent where it cannot be parsed. */
  readonly raw?: { readonly [key: string]: Json }
  /** Adds problems of this file, with the line of their key, to a list. */
  reporter(problems: Problem[]): Report
}

/** Notes a problem at a key of the manifest. */
export type Report = (
  problem: Pick<Problem, 'message' | 'fix'> & {
    readonly keys?: readonly string[]
    readonly severity?: Problem['severity']
    readonly code?: Problem['code']
  },
) => void

const largest = 2 ** 20

type Note = (file: string, severity: Problem['severity'], message: string, fix: string, line?: number) => undefined

/** Opens and parses the manifest of a folder. What is wrong is added to `problems`; `undefined` where there is no manifest to be read. */
export function readManifestFile(folder: string, problems: Problem[]): ManifestFile | undefined {
  const found = ['plugin.json', 'plugin.toml'].filter((name) => lstatSync(join(folder, name), { throwIfNoEntry: false }))
  const [name] = found
  const at: Note = (file, severity, message, fix, line) => {
    problems.push({ file, ...(line === undefined ? {} : { line }), severity, code: 'invalid-manifest', message, fix })
  }
  if (name === undefined) {
    const code = lstatSync(folder, { throwIfNoEntry: false }) ? 'invalid-manifest' : 'not-found'
    problems.push({
      file: folder,
      severity: 'error',
      code,
      message: 'there is no plugin.json or plugin.toml here',
      fix: 'Add a plugin.json with at least "id" and "version".',
    })
    return undefined
  }
  const file = join(folder, name)
  if (found.length > 1) at(join(folder, 'plugin.toml'), 'warning', 'is not read: plugin.json is there too and wins', 'Keep one of the two.')
  const format = name.endsWith('.json') ? 'json' : 'toml'
  const reporter = (list: Problem[]) => report(list, file, format, text ?? '')
  const text = readText(folder, file, at)
  if (text === undefined) return undefined
  try {
    const raw: unknown = format === 'json' ? JSON.parse(text) : fromToml(parseToml(text))
    if (!isObject(raw)) at(file, 'error', 'is not an object', 'Give an object: { "id": …, "version": … }.', 1)
    else if (isUnsafe(raw)) at(file, 'error', 'is nested deeper than 100, or has a key "__proto__"', 'Make it flatter, or rename the key.')
    else return { name, format, text, raw, reporter }
  } catch (error) {
    const { line, column, message } = format === 'json' ? jsonError(text, error) : tomlError(error)
    const place = line === undefined ? '' : ` at line ${line}, column ${column}`
    at(file, 'error', `is not valid ${format.toUpperCase()}${place}: ${message}`, 'Correct the syntax there.', line)
  }
  return { name, format, text, reporter }
}

function readText(folder: string, file: string, at: Note): string | undefined {
  try {
    const inside = relative(realpathSync.native(folder), realpathSync.native(file))
    const stat = statSync(file)
    if (inside === '..' || inside.startsWith(`..${sep}`))
      return at(file, 'error', 'is a link that leads outside the folder', 'Put the file itself there.')
    if (!stat.isFile()) return at(file, 'error', 'is not a file', 'Put a file there.')
    if (stat.size > largest)
      return at(file, 'error', `has ${stat.size} bytes; at most ${largest} are read`, 'Move data into files of its own.')
    const descriptor = openSync(file, 'r')
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(descriptor))
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    const why = error instanceof TypeError ? 'it is not UTF-8' : error instanceof Error ? error.message : String(error)
    return at(file, 'error', `cannot be read: ${why}`, 'Make it a readable file in UTF-8.')
  }
}

function report(list: Problem[], file: string, format: 'json' | 'toml', text: string): Report {
  return ({ keys = [], severity = 'error', code = 'invalid-manifest', message, fix }) => {
    const line = keys.length === 0 ? undefined : keyLine(text, format, keys)
    const key = keys.length === 0 ? undefined : printPath(keys)
    list.push({ file, ...(line === undefined ? {} : { line }), ...(key === undefined ? {} : { key }), severity, code, message, fix })
  }
}

function parseToml(text: string): unknown {
  // Loaded only where there is a TOML manifest.
  const { parse } = createRequire(import.meta.url)('smol-toml') as typeof import('smol-toml')
  return parse(text)
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

interface SyntaxFault {
  readonly line?: number
  readonly column?: number
  readonly message: string
}

function jsonError(text: string, error: unknown): SyntaxFault {
  const message = String((error as Error).message).replace(/ in JSON at position.*| at position.*|, ".*" is not valid JSON$/s, '')
  return { ...lineAndColumn(text, jsonErrorOffset(text) ?? text.length), message }
}

function tomlError(error: unknown): SyntaxFault {
  const { line, column, message } = error as { line?: number; column?: number; message: string }
  const [first = ''] = message.split('\n')
  return {
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    message: first.replace(/^Invalid TOML document: /, ''),
  }
}

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Relative imports, exports and dynamic imports of a module; may name more than there are, never fewer. */
const relativeImport = /(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g

/**
 * Strip the TypeScript of an entry module and of every `.ts` file it imports by a relative path. A file is stripped once and its JavaScript kept by content
 * hash; a file that cannot be stripped is left to the runner, whose error says where.
 *
 * @returns path of the JavaScript by URL of the TypeScript
 */
export function strippedModules(entry: string, cache: string): Record<string, string> {
  const sources: Record<string, string> = {}
  const seen = new Set<string>()
  const visit = (path: string) => {
    if (seen.has(path)) return
    seen.add(path)
    const text = readText(path)
    if (text === undefined) return
    if (/\.m?ts$/.test(path)) {
      const stripped = strippedFile(text, cache)
      if (stripped !== undefined) sources[pathToFileURL(path).href] = stripped
    }
    for (const [, specifier] of text.matchAll(relativeImport)) visit(resolve(dirname(path), specifier!))
  }
  visit(entry)
  return sources
}

/** An entry module and every file that it imports by a relative path from within its folder, as far as they are there. */
export function importedFiles(folder: string, entry: string): string[] {
  const found = new Set<string>()
  const visit = (path: string) => {
    if (found.has(path) || !path.startsWith(folder + sep)) return
    const text = readText(path)
    if (text === undefined) return
    found.add(path)
    for (const [, specifier] of text.matchAll(relativeImport)) visit(resolve(dirname(path), specifier!))
  }
  visit(resolve(folder, entry))
  return [...found]
}

/** JavaScript of TypeScript text, positions kept. @throws SyntaxError where types cannot be erased */
export function strip(text: string): string {
  const emitWarning = process.emitWarning
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(text, { mode: 'strip' })
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Keep `text` under its hash in `folder`, atomically; returns its path. */
export function keep(folder: string, name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(folder, { recursive: true })
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
  return path
}

/** Hash by which cached JavaScript is kept: of the text and of the Node that stripped it. */
export function hash(...texts: readonly string[]): string {
  const digest = createHash('sha256').update(process.version)
  for (const text of texts) digest.update('\0').update(text)
  return digest.digest('hex').slice(0, 32)
}

function strippedFile(text: string, cache: string): string | undefined {
  const folder = join(cache, 'modules')
  const name = `${hash(text)}.mjs`
  const path = join(folder, name)
  if (existsSync(path)) return path
  try {
    return keep(folder, name, strip(text))
  } catch {
    return undefined
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(realpathSync(path), 'utf8')
  } catch {
    return undefined
  }
}

import { lstatSync, readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import type { Json } from '@cardcage/plugin'
import { dataFormatOf, type DataFormat, parseDataText, readDataText } from './data-text.ts'
import { isOurs, recognize } from './dialect.ts'
import type { Problem } from './problem.ts'
import { isObject, isUnsafe, printPath } from './schema-node.ts'

/** The manifest file of a folder, parsed. */
export interface ManifestFile {
  readonly name: string
  readonly format: DataFormat
  readonly text: string
  /** Absent where it cannot be parsed. */
  readonly raw?: { readonly [key: string]: Json }
  /** Line (from 1) of a key as the author wrote it, or of the nearest key around it. */
  line(keys: readonly string[]): number | undefined
}

/** Notes a problem at a key of the manifest. */
export type Report = (
  problem: Pick<Problem, 'message' | 'fix'> & {
    readonly keys?: readonly string[]
    readonly severity?: Problem['severity']
    readonly code?: Problem['code']
  },
) => void

/** Names a manifest may have, first wins among those of the same dialect; the canonical dialect wins over the guides'. */
export const manifestNames = ['plugin.json', 'plugin.toml', 'plugin.yaml', 'plugin.yml', 'manifest.json', 'plugin.yaml.example'] as const

/**
 * Does a folder hold the manifest of a plugin? A `manifest.json` is also what web pages and browser extensions have: where it is the only one, it is read, and
 * counts only with keys of ours.
 */
export function hasManifest(folder: string): boolean {
  return namesIn(folder).some((name) => name !== 'manifest.json' || claims(join(folder, name)))
}

/** Names of the manifests in a folder: by one look at the folder, which costs less than one at each name. */
function namesIn(folder: string): readonly string[] {
  try {
    const names = new Set(readdirSync(folder))
    return manifestNames.filter((name) => names.has(name))
  } catch {
    return manifestNames.filter((name) => isThere(join(folder, name)))
  }
}

/** Opens and parses the manifest of a folder. What is wrong is added to `problems`; `undefined` where there is no manifest to be read. */
export function readManifestFile(folder: string, problems: Problem[]): ManifestFile | undefined {
  const found = namesIn(folder)
  const real = found.filter((name) => !name.endsWith('.example'))
  if (found.length === 0) {
    problems.push(noManifest(folder))
    return undefined
  }
  const read = (real.length > 0 ? real : found).map((name) => readOne(folder, name))
  const ours = read.length === 1 ? read : read.filter(({ name, file }) => file?.raw === undefined || isOurs(name, file.raw))
  const [chosen = read[0]!, ...others] = ours.toSorted((a, b) => Number(isForeign(a)) - Number(isForeign(b)))
  for (const { name } of others) {
    const fix = 'Keep one of the two.'
    problems.push(problemAt(join(folder, name), `is not read: ${chosen.name} is there too and wins`, fix, undefined, 'warning'))
  }
  if (chosen.name.endsWith('.example')) {
    const fix = `Copy it to ${chosen.name.replace(/\.example$/, '')} and change what must be changed.`
    problems.push(
      problemAt(join(folder, chosen.name), 'is an example, read because there is no manifest beside it', fix, undefined, 'warning'),
    )
  }
  problems.push(...chosen.problems)
  return chosen.file
}

/** Adds problems of a file, with the line of their key, to a list. */
export function reporter({ line }: ManifestFile, file: string, list: Problem[]): Report {
  return ({ keys = [], severity = 'error', code = 'invalid-manifest', message, fix }) => {
    const place = line(keys)
    const key = keys.length === 0 ? undefined : printPath(keys)
    list.push({
      file,
      ...(place === undefined ? {} : { line: place }),
      ...(key === undefined ? {} : { key }),
      severity,
      code,
      message,
      fix,
    })
  }
}

interface Candidate {
  readonly name: string
  readonly file?: ManifestFile
  readonly problems: readonly Problem[]
}

function readOne(folder: string, name: string): Candidate {
  const path = join(folder, name)
  const linked = leadsOutside(folder, path)
    ? { fault: 'is a link that leads outside the folder', fix: 'Put the file itself there.' }
    : undefined
  const read = linked ?? readDataText(path)
  if (!('text' in read)) return { name, problems: [problemAt(path, read.fault, read.fix)] }
  const format = dataFormatOf(name)!
  const { text } = read
  const { value, fault, line } = parseDataText(text, format)
  const file = { name, format, text, line }
  if (fault) {
    const place = fault.line === undefined ? '' : ` at line ${fault.line}${fault.column === undefined ? '' : `, column ${fault.column}`}`
    return {
      name,
      file,
      problems: [
        problemAt(path, `is not valid ${format.toUpperCase()}${place}: ${fault.message}`, 'Correct the syntax there.', fault.line),
      ],
    }
  }
  if (!isObject(value))
    return { name, file, problems: [problemAt(path, 'is not an object', 'Give an object: { "id": …, "version": … }.', 1)] }
  if (isUnsafe(value))
    return {
      name,
      file,
      problems: [problemAt(path, 'is nested deeper than 100, or has a key "__proto__"', 'Make it flatter, or rename the key.')],
    }
  return { name, file: { ...file, raw: value }, problems: [] }
}

/** A guide's manifest steps back behind the canonical one; what cannot be read may be that. */
function isForeign({ file }: Candidate): boolean {
  if (file?.raw === undefined) return false
  const recognized = recognize(file.raw)
  return !('dialect' in recognized) || recognized.dialect !== 'cardcage'
}

/** Is a `manifest.json` one of ours, as far as it can be told? Where its syntax is broken, by keys no one else has. */
function claims(path: string): boolean {
  const { file } = readOne(dirname(path), basename(path))
  if (!file) return false
  return file.raw === undefined
    ? /"(?:plugin_id|main_class|core_min_version|entry_point|min_engine_version)"\s*:/.test(file.text)
    : isOurs(path, file.raw)
}

function leadsOutside(folder: string, path: string): boolean {
  try {
    const inside = relative(realpathSync.native(folder), realpathSync.native(path))
    return inside === '..' || inside.startsWith(`..${sep}`)
  } catch {
    return false
  }
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

function noManifest(folder: string): Problem {
  const code = isThere(folder) ? 'invalid-manifest' : 'not-found'
  const message = `there is no plugin.json or plugin.toml here, nor one of ${manifestNames.slice(2, 5).join(', ')}`
  return { ...problemAt(folder, message, 'Add a plugin.json with at least "id" and "version".'), code }
}

function problemAt(file: string, message: string, fix: string, line?: number, severity: Problem['severity'] = 'error'): Problem {
  return { file, ...(line === undefined ? {} : { line }), severity, code: 'invalid-manifest', message, fix }
}

import { accessSync, constants, lstatSync, realpathSync, statSync } from 'node:fs'
import { extname, isAbsolute, join, normalize, relative, sep } from 'node:path'
import { printValue } from './describe-schema.ts'
import type { EntrySearch } from './dialects/translation.ts'
import type { Report } from './manifest-file.ts'
import type { Normalized } from './normalize-manifest.ts'

/** Entry modules looked for where the manifest names none, first wins. */
export const defaultEntries = ['index.ts', 'index.js'] as const

const extensions = ['.ts', '.mts', '.js', '.mjs', '.cjs', '.cts']

/**
 * The entry module of a plugin, relative to its (real) folder; `undefined` after an error was reported. Looks at names and links only: the file is not opened. Of a
 * guide's manifest the first file that is there; where there is none that is a warning, and the entry is the one looked for first.
 */
export function entryOf(
  folder: string,
  { written: { entry: written }, entry: search, origin }: Pick<Normalized, 'written' | 'entry' | 'origin'>,
  report: Report,
): string | undefined {
  if (search) return searched(folder, search, report)
  if (written !== undefined && typeof written !== 'string') return undefined
  const keys = origin(['entry'])
  const fault: Fault = (message, fix) => {
    report({ keys, message, fix })
  }
  if (written === undefined) {
    const found = defaultEntries.find((name) => isThere(folder, name))
    if (found === undefined)
      return fault(
        'there is no index.ts or index.js, and no "entry" names another file',
        'Add index.ts, or name the entry module with "entry".',
      )
    return check(folder, found, fault)
  }
  const said = printValue(written)
  if (written === '' || written.includes('\0'))
    return fault(`${said} is no file name`, 'Name the entry module relative to the folder: "index.ts".')
  if (isAbsolute(written)) return fault(`${said} is an absolute path`, 'Name the entry module relative to the folder: "index.ts".')
  if (isOutside(normalize(written))) return fault(`${said} lies outside the plugin's folder`, 'Put the entry module into the folder.')
  return check(folder, written, fault)
}

type Fault = (message: string, fix: string) => undefined

function searched(folder: string, { exact, stems, key, isWrong = false }: EntrySearch, report: Report): string | undefined {
  const names = [
    ...(exact === undefined ? [] : [exact]),
    ...stems.flatMap((stem) => searchedExtensions.map((extension) => `${stem}${extension}`)),
  ]
  const found = names.find((name) => isThere(folder, name))
  if (found !== undefined)
    return check(folder, found, (message, fix) => {
      report({ keys: [key], message, fix })
    })
  if (isWrong) return normalize(names[0]!)
  const python = stems.find((stem) => isThere(folder, `${stem}.py`))
  const message = `there is no ${exact ?? `${stems[0]}.ts`}, nor ${stems.map((stem) => `${stem}.*`).join(', ')} in TypeScript or JavaScript`
  const fix = python === undefined ? `Add ${names[0]}.` : `Translate ${python}.py to ${python}.ts: this host runs no Python.`
  report({ keys: [key], severity: 'warning', message, fix })
  return normalize(names[0]!)
}

const searchedExtensions = ['.ts', '.mts', '.js', '.mjs', '.cjs']

function isThere(folder: string, name: string): boolean {
  try {
    return lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

/** Does a relative path lead out of the folder it starts in? */
export function isOutside(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)
}

function check(folder: string, entry: string, fault: (message: string, fix: string) => undefined): string | undefined {
  const said = printValue(entry)
  const file = join(folder, entry)
  try {
    if (isOutside(relative(folder, realpathSync.native(file))))
      return fault(`${said} is a link that leads outside the plugin's folder`, 'Put the file itself into the folder.')
    if (!statSync(file).isFile()) return fault(`${said} is not a file`, 'Name the entry module itself: "src/index.ts".')
    accessSync(file, constants.R_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const missing = code === 'ENOENT' || code === 'ENOTDIR'
    return fault(
      missing ? `${said} does not exist` : `${said} cannot be read: ${code}`,
      missing ? 'Create it, or correct "entry".' : 'Make it readable.',
    )
  }
  if (!extensions.includes(extname(entry)))
    return fault(`${said} is no JavaScript or TypeScript module`, `Its name must end in one of ${extensions.join(', ')}.`)
  return normalize(entry)
}

import { accessSync, constants, lstatSync, realpathSync, statSync } from 'node:fs'
import { extname, isAbsolute, join, normalize, relative, sep } from 'node:path'
import type { Json } from '@cardcage/plugin'
import { printValue } from './describe-schema.ts'
import type { Report } from './manifest-file.ts'

/** Entry modules looked for where the manifest names none, first wins. */
export const defaultEntries = ['index.ts', 'index.js'] as const

const extensions = ['.ts', '.mts', '.js', '.mjs', '.cjs', '.cts']

/** The entry module of a plugin, relative to its (real) folder; `undefined` after a report. Looks at names and links only: the file is not opened. */
export function entryOf(folder: string, written: Json | undefined, report: Report): string | undefined {
  if (written !== undefined && typeof written !== 'string') return undefined
  const keys = ['entry']
  const fault = (message: string, fix: string): undefined => {
    report({ keys, message, fix })
  }
  if (written === undefined) {
    const found = defaultEntries.find((name) => lstatSync(join(folder, name), { throwIfNoEntry: false }))
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

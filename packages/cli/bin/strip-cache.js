import { hash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.js'

const mark = '\n//# sha256='

/**
 * The JavaScript of a TypeScript source, types replaced by blanks so that lines and columns stay. Kept in `FOLDER/stripped` under the hash of the
 * source and the version of Node; an entry whose own hash does not fit is made again. Where the folder cannot be written, types are
 * stripped each time.
 *
 * @param {string} source
 * @param {string} url of the file, for the message of a syntax error
 * @param {string} [folder] default: the cache folder of this machine's user
 * @returns {string}
 * @throws {SyntaxError} where the source is not TypeScript, or TypeScript that needs more than stripping
 */
export function stripCached(source, url, folder = cacheFolder(process.env)) {
  const place = join(folder, 'stripped', process.version)
  const path = join(place, `${hash('sha256', source)}.js`)
  const kept = read(path)
  if (kept !== undefined) return kept
  const stripped = strip(source, url)
  keep(place, path, stripped)
  return stripped
}

/**
 * @param {string} path
 * @returns {string | undefined} nothing where there is no entry or it is damaged
 */
function read(path) {
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const end = text.lastIndexOf(mark)
  const body = text.slice(0, Math.max(end, 0))
  return end >= 0 && text.slice(end + mark.length) === hash('sha256', body) ? body : undefined
}

/**
 * Written beside and renamed: another process never reads half of it.
 *
 * @param {string} place
 * @param {string} path
 * @param {string} body
 */
function keep(place, path, body) {
  const draft = join(place, randomUUID())
  try {
    mkdirSync(place, { recursive: true, mode: 0o700 })
    writeFileSync(draft, body + mark + hash('sha256', body), { mode: 0o600 })
    renameSync(draft, path)
  } catch {
    // A cache that cannot be written costs time, nothing else; a draft that was begun goes again.
    if (existsSync(draft)) rmSync(draft, { force: true })
  }
}

/**
 * @param {string} source
 * @param {string} url
 * @returns {string}
 */
function strip(source, url) {
  const emitWarning = process.emitWarning.bind(process)
  // Node warns that this function is experimental; importing a `.ts` file, which does the same, no longer does.
  process.emitWarning = () => {}
  try {
    return module.stripTypeScriptTypes(source)
  } catch (error) {
    if (error instanceof Error) error.message = `${url}: ${error.message}`
    throw error
  } finally {
    process.emitWarning = emitWarning
  }
}

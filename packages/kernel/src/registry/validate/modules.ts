import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { findPackageJSON, isBuiltin } from 'node:module'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileFunction } from 'node:vm'
import { strip } from '../../link/modules.ts'
import { printValue } from '../../manifest/describe-schema.ts'
import { isOutside } from '../../manifest/entry.ts'
import type { NoteFile } from './finding.ts'
import { importedModules } from './imported-modules.ts'
import type { Imported } from './imported-modules.ts'

/** Modules of one plugin that are looked into. */
const mostModules = 1000

/** What the host gives to every plugin. */
const given = ['@cardcage/plugin', 'zod']

const extensions = ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js']

/**
 * Check the entry module and every module it imports by a relative path, without running any: each parses, each is there, none lies outside the folder, and
 * every package that is imported is among the dependencies of `package.json`, which are installed.
 *
 * @param entry relative to the folder, a file that is there
 */
export function checkModules(folder: string, entry: string, note: NoteFile): void {
  const root = realpathSync.native(folder)
  const names = checkPackages(root, note)
  const open = [realpathSync.native(join(root, entry))]
  const seen = new Set(open)
  const packages = new Set<string>()
  for (let file = open.pop(); file !== undefined && seen.size <= mostModules; file = open.pop()) {
    const code = parsed(file, note)
    for (const imported of code === undefined ? [] : importedModules(code)) {
      const { specifier } = imported
      if (/^\.{0,2}\//.test(specifier)) {
        const found = relativeModule(root, file, imported, note)
        if (found !== undefined && !seen.has(found)) open.push(found)
        if (found !== undefined) seen.add(found)
      } else if (!isGiven(specifier, names) && !packages.has(packageOf(specifier))) {
        packages.add(packageOf(specifier))
        noteStranger(file, imported, note)
      }
    }
  }
}

/** Its JavaScript; `undefined` where it is no module, or after a report. */
function parsed(file: string, note: NoteFile): string | undefined {
  if (!/^\.[cm]?[jt]s$/.test(extname(file))) return undefined
  const fix = 'Correct it there.'
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
  } catch {
    note('error', file, 'cannot be read as text in UTF-8', 'Make it a readable file in UTF-8.')
    return undefined
  }
  try {
    if (!file.endsWith('.cjs')) return strip(text)
    // A CommonJS module is the body of a function; the parser of types knows modules only. It is compiled and not run.
    compileFunction(text, ['exports', 'require', 'module', '__filename', '__dirname'], { filename: file })
    return undefined
  } catch (error) {
    const { message, stack = '', code } = error as Error & { readonly code?: string }
    const [, line] = /^(?::|.*?:)(\d+)$/m.exec(stack.split('\n')[0] ?? '') ?? []
    const erasable = code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
    const how = erasable ? 'Types are only erased, nothing is compiled: write it in plain JavaScript with types.' : fix
    note(
      'error',
      file,
      erasable ? message : `does not parse: ${message.split('\n')[0]}`,
      how,
      line === undefined ? undefined : Number(line),
    )
    return undefined
  }
}

/** The imported file; `undefined` after a report. */
function relativeModule(root: string, file: string, { specifier, line, dynamic }: Imported, note: NoteFile): string | undefined {
  const severity = dynamic ? 'warning' : 'error'
  const target = resolve(dirname(file), specifier.replace(/[?#].*$/, ''))
  const said = printValue(specifier)
  try {
    const real = realpathSync.native(target)
    if (isOutside(relative(root, real))) {
      note(
        severity,
        file,
        `imports ${said}, which lies outside the plugin's folder`,
        'Put it into the folder: a plugin is packed and run without what lies around it.',
        line,
      )
      return undefined
    }
    if (statSync(real).isFile()) return real
  } catch {
    // Told below, with what is there instead.
  }
  const stem = target.replace(/\.[cm]?[jt]s$/, '')
  const near = [...extensions.map((extension) => `${target}${extension}`), ...extensions.map((extension) => `${stem}${extension}`)].find(
    (path) => lstatSync(path, { throwIfNoEntry: false })?.isFile(),
  )
  const path = near === undefined ? '' : relative(dirname(file), near).replaceAll('\\', '/')
  const fix =
    near === undefined
      ? 'Create it, or correct the path.'
      : `Write "${path.startsWith('.') ? path : `./${path}`}": the whole name is needed.`
  note(severity, file, `imports ${said}, which is not there`, fix, line)
  return undefined
}

/** Names the plugin may import: what its `package.json` depends on. Reports those that are not installed. */
function checkPackages(root: string, note: NoteFile): ReadonlySet<string> {
  const file = join(root, 'package.json')
  if (!lstatSync(file, { throwIfNoEntry: false })) return new Set()
  let text: string
  let manifest: Readonly<Record<string, unknown>>
  try {
    text = readFileSync(file, 'utf8')
    manifest = JSON.parse(text) as typeof manifest
    if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) throw new SyntaxError('it is not an object')
  } catch (error) {
    note('error', file, `cannot be read: ${(error as Error).message}`, 'Correct it.')
    return new Set()
  }
  const listed = (key: string): string[] => {
    const list = manifest[key]
    if (list === undefined) return []
    if (typeof list === 'object' && list !== null && !Array.isArray(list)) return Object.keys(list)
    note('error', file, `"${key}" is not an object`, 'Give names and ranges: { "zod": "^4.2.0" }.')
    return []
  }
  const needed = [...listed('dependencies'), ...listed('peerDependencies')]
  for (const name of new Set(needed)) {
    if (given.includes(name) || isInstalled(name, root)) continue
    const line = text.slice(0, Math.max(text.indexOf(`"${name}"`), 0)).split('\n').length
    note('error', file, `depends on ${printValue(name)}, which is not installed`, `Run \`npm install\` in ${root}.`, line)
  }
  const own = typeof manifest['name'] === 'string' ? [manifest['name']] : []
  return new Set([...own, ...needed, ...listed('optionalDependencies')])
}

function isInstalled(name: string, root: string): boolean {
  try {
    return findPackageJSON(name, pathToFileURL(join(root, 'package.json'))) !== undefined
  } catch {
    return false
  }
}

function isGiven(specifier: string, names: ReadonlySet<string>): boolean {
  if (isBuiltin(specifier) || specifier.startsWith('#') || specifier.startsWith('data:')) return true
  const name = packageOf(specifier)
  return given.includes(name) || names.has(name)
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function noteStranger(file: string, { specifier, line, dynamic }: Imported, note: NoteFile): void {
  const name = packageOf(specifier)
  if (/^[a-z]+:/.test(specifier))
    return note(
      'error',
      file,
      `imports ${printValue(specifier)}: nothing is loaded from elsewhere`,
      'Put the module into the folder, or install its package.',
      line,
    )
  note(
    dynamic ? 'warning' : 'error',
    file,
    `imports ${printValue(name)}, which package.json does not depend on: the plugin may not read it`,
    `Add it to "dependencies" of package.json: \`npm install ${name}\`.`,
    line,
  )
}

import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import valid from 'semver/functions/valid.js'
import type { Json } from '@cardcage/plugin'
import { defaultContract } from './contract-version.ts'
import { printValue } from './describe-schema.ts'
import { makeId } from './make-id.ts'
import type { Manifest } from './manifest.ts'
import { readModuleText } from './module-text.ts'
import type { Problem } from './problem.ts'
import type { ReadManifest } from './read-manifest.ts'
import { parseRequirement } from './requirement.ts'
import { semverRange } from './version-range.ts'

/** Largest module that is looked at, in bytes. */
const largestModule = 8 * 2 ** 20

/** May a file of this name be a plugin by itself? Declarations and tests may not. */
export function isModuleName(name: string): boolean {
  return /\.(?:[cm]?js|m?ts)$/.test(name) && !/\.d\.m?ts$|\.(?:test|spec)\.\w+$/.test(name)
}

/** Is there a file at this path, not a folder? */
export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    return false
  }
}

/** Is the file a plugin by itself: does it export `createPlugin` or `create_plugin`, or does it describe itself and have a default? Reads its text, and never runs it. */
export function isModulePlugin(file: string): boolean {
  const text = isModuleName(basename(file)) ? textOf(file) : undefined
  if (typeof text !== 'string' || !/create_?plugin|metadata|BasePlugin/i.test(text)) return false
  const { hasFactory, describesItself } = readModuleText(text)
  return hasFactory || describesItself
}

/**
 * Read a file that is a plugin by itself. Its id is the name of the file, without the extension and a `lib` before it; name, version and description come from
 * an object literal `metadata` where there is one, or the attributes of its class; the version is 0.0.0 where it is not known. `dependencies` are names of plugins.
 *
 * @see distributed-transformer guide, "Installation": a plugin is one file, copied into the folder
 */
export function readModule(file: string): ReadManifest {
  const text = textOf(file)
  if (typeof text !== 'string') return failed(file, text.fault, 'Make it a readable file in UTF-8.')
  const { hasFactory, describesItself, metadata } = readModuleText(text)
  if (!isModuleName(basename(file)) || (!hasFactory && !describesItself))
    return {
      ...failed(
        file,
        'is no plugin by itself: it exports neither createPlugin, nor metadata and a default, nor by default a class with a name that extends BasePlugin',
        'Export createPlugin(), or put the file into a folder with a plugin.json.',
      ),
      text,
    }
  const id = idOf(file, metadata)
  if (id === undefined)
    return {
      ...failed(file, `${JSON.stringify(basename(file))} gives no plugin id`, 'Rename it: lower-case letters, digits, "-" and "_".'),
      text,
    }
  const manifest = manifestOf(file, id, metadata)
  const { name, version, description } = manifest
  const dependencies = manifest.dependencies.map((dependency): Json => ({ ...dependency }))
  const needs: Record<string, Json> = dependencies.length === 0 ? {} : { dependencies }
  const written: Record<string, Json> = { id, name, version, description, ...needs, entry: manifest.entry, metadata: manifest.metadata }
  const problems = problemsOf(file, metadata)
  return { file, text, manifest, known: { id, name, version, description }, problems, dialect: 'module', notes: notesOf(file), written }
}

function manifestOf(
  file: string,
  id: string,
  { name, version, description, dependencies, ...others }: { readonly [key: string]: Json },
): Manifest {
  return {
    id,
    name: typeof name === 'string' ? name : id,
    version: isVersion(version) ? version : '0.0.0',
    description: typeof description === 'string' ? description : '',
    dialect: 'module',
    apiVersion: defaultContract,
    keywords: [],
    dependencies: dependenciesOf(dependencies),
    requires: [],
    conflictsWith: [],
    produces: [],
    capabilities: {},
    runtime: {},
    platforms: [],
    enabled: true,
    documentation: { examples: [] },
    entry: basename(file),
    permissions: { net: [], read: [], write: [], env: [], secrets: [] },
    limits: {},
    isolation: {},
    modules: { allowed: [], blocked: [] },
    metadata: others,
  }
}

function isVersion(version: Json | undefined): version is string {
  return typeof version === 'string' && valid(version) === version
}

/** Plugins by name, as the guides list them: `"dtw"`, `"dtw>=1.2"`. */
function dependenciesOf(written: Json | undefined): Manifest['dependencies'] {
  return (Array.isArray(written) ? written : []).flatMap((each) => {
    const split = typeof each === 'string' ? parseRequirement(each) : undefined
    const name = split && makeId(split.name)
    return split && name !== undefined ? [{ name, version: semverRange(split.range) ?? '*', optional: false }] : []
  })
}

function problemsOf(file: string, { version }: { readonly [key: string]: Json }): readonly Problem[] {
  if (version === undefined || isVersion(version)) return []
  const message = `the version ${printValue(version)} is not a semantic version; read as 0.0.0`
  return [{ file, severity: 'warning', code: 'invalid-manifest', message, fix: 'Give three numbers, as in "1.0.0".' }]
}

/** `libmy_plugin.js` is `my_plugin`, unless its metadata says that the name begins so. */
function idOf(file: string, { name }: { readonly [key: string]: Json }): string | undefined {
  const stem = basename(file, extname(file))
  const whole = makeId(stem)
  return !stem.startsWith('lib') || (typeof name === 'string' && makeId(name) === whole) ? whole : (makeId(stem.slice(3)) ?? whole)
}

function notesOf(file: string): NonNullable<ReadManifest['notes']> {
  return [
    { from: basename(file), to: 'id, entry' },
    { from: 'metadata', to: 'name, version, description, dependencies, metadata', why: 'as far as it is made of literals' },
  ]
}

function textOf(file: string): string | { readonly fault: string } {
  try {
    const stat = statSync(file)
    if (!stat.isFile()) return { fault: 'is not a file' }
    if (stat.size > largestModule) return { fault: `has ${stat.size} bytes; at most ${largestModule} are read` }
    const descriptor = openSync(file, 'r')
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(descriptor))
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    return { fault: `cannot be read: ${error instanceof TypeError ? 'it is not UTF-8' : (error as Error).message}` }
  }
}

function failed(file: string, message: string, fix: string): ReadManifest {
  const problem: Problem = { file, severity: 'error', code: 'invalid-manifest', message, fix }
  return { file, known: {}, problems: [problem] }
}

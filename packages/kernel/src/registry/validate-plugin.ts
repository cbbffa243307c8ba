import { statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Dialect } from '../manifest/manifest.ts'
import { isModuleName } from '../manifest/module-manifest.ts'
import { readManifest } from '../manifest/read-manifest.ts'
import type { ReadManifest } from '../manifest/read-manifest.ts'
import { printPath } from '../manifest/schema-node.ts'
import { checkSchema } from './validate/config-schema.ts'
import { checkConfigProperties, checkConfigValues, lackingConfig } from './validate/config-values.ts'
import { checkDependencies } from './validate/dependencies.ts'
import { checkDocuments } from './validate/documents.ts'
import { factsOf } from './validate/facts.ts'
import type { Facts } from './validate/facts.ts'
import type { Finding, NoteFile, NoteKey } from './validate/finding.ts'
import { checkLinks } from './validate/links.ts'
import { checkModules } from './validate/modules.ts'
import { checkPermissions } from './validate/permissions.ts'

export type { Finding } from './validate/finding.ts'

/** What looking at a plugin gave. */
export interface ValidatedPlugin extends Omit<ReadManifest, 'problems'> {
  /** All of them: errors, then warnings, then notes; each in the order of files and lines. */
  readonly problems: readonly Finding[]
  /** Config values somebody must give before the plugin can start: `api_key`. */
  readonly lacking: readonly string[]
  /** Folders of the plugins it depends on, directly or through others, as far as they were found. */
  readonly needed: readonly string[]
}

/** Where a plugin is looked at. */
export interface ValidateOptions {
  /** Plugin folders, and folders of them, in which its dependencies may be. */
  readonly beside?: readonly string[]
}

/**
 * Everything that can be said of a plugin — a folder, or a file that is a plugin by itself — without running the plugin, all problems at once: the manifest (unknown keys are errors here), the entry and the
 * modules and packages it imports, dependencies, config schema, defaults and values, the schemas it declares, permissions, links that lead outside, README, licence,
 * layout. The caller runs the plugin and adds what that shows.
 */
export function validatePlugin(place: string, { beside = [] }: ValidateOptions = {}): ValidatedPlugin {
  const path = resolve(place)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isDirectory() && !(stat?.isFile() && isModuleName(basename(path)))) return noFolder(path)
  const home = stat.isFile() ? dirname(path) : path
  const strict = readManifest(path, { unknownKeys: 'error' })
  const known = strict.manifest ?? readManifest(path).manifest
  const facts = known ?? factsOf(strict.written ?? {})
  const problems: Finding[] = [...strict.problems]
  const noteFile: NoteFile = (severity, file, message, fix, line) => {
    problems.push({ file, ...(line === undefined ? {} : { line }), severity, code: 'invalid-manifest', message, fix })
  }
  const note = noteAt(strict, problems)
  checkDeclared(facts, strict.dialect, note)
  checkEntry(home, facts, problems, note, noteFile)
  const needed = checkDependencies(facts, beside, note)
  // Around a file that is a plugin by itself lies what belongs to others.
  if (home === path) {
    checkLinks(path, noteFile)
    checkDocuments(path, facts, note, noteFile)
  }
  const isBad = problems.some(({ severity }) => severity === 'error')
  const { manifest: _, problems: _read, ...rest } = strict
  const lacking = isBad ? [] : lackingConfig(facts.configSchema, facts.config ?? {})
  return { ...rest, ...(strict.manifest && !isBad ? { manifest: strict.manifest } : {}), problems: inOrder(problems), lacking, needed }
}

/** The checks of what the manifest says, which look at no other file. */
function checkDeclared(facts: Facts, dialect: Dialect | undefined, note: NoteKey): void {
  const { configSchema, config, permissions, provides = {}, description } = facts
  if (configSchema && checkSchema(configSchema, ['config_schema'], note)) {
    // PanottiServer's has values only, of which the schema is made: its author can say nothing of it.
    if (dialect !== 'panotti') checkConfigProperties(configSchema, ['config_schema'], note)
    if (config) checkConfigValues(config, configSchema, note)
  } else if (config && !configSchema) checkConfigValues(config, undefined, note)
  for (const [kind, things] of Object.entries(provides))
    for (const [name, { params, data }] of Object.entries(things))
      for (const [key, schema] of Object.entries({ params, data })) if (schema) checkSchema(schema, ['provides', kind, name, key], note)
  checkPermissions(permissions, configSchema, note)
  if (description?.trim() === '') note('warning', ['description'], 'there is no description', 'Say in a sentence what the plugin is for.')
}

/** Of a guide's manifest the reader only warns where its entry module is not there: its sample ships none, but nothing can be started so. */
function checkEntry(folder: string, { entry }: Facts, problems: Finding[], note: NoteKey, noteFile: NoteFile): void {
  if (entry === undefined || problems.some(({ severity, key }) => severity === 'error' && key === 'entry')) return
  if (statSync(join(folder, entry), { throwIfNoEntry: false })?.isFile()) return checkModules(folder, entry, noteFile)
  const warned = problems.findIndex(({ severity, message }) => severity === 'warning' && message.startsWith('there is no'))
  if (warned >= 0) problems[warned] = { ...problems[warned]!, severity: 'error' }
  else
    note(
      'error',
      ['entry'],
      `there is no ${entry}`,
      'Write the entry module in TypeScript or JavaScript, or correct the key that names it.',
    )
}

function noteAt({ file, locate }: ReadManifest, problems: Finding[]): NoteKey {
  return (severity, keys, message, fix, code = 'invalid-manifest') => {
    const { keys: written, line } = locate?.(keys) ?? { keys }
    const key = printPath(written)
    problems.push({ file, ...(line === undefined ? {} : { line }), ...(key === '' ? {} : { key }), severity, code, message, fix })
  }
}

const ranks = { error: 0, warning: 1, note: 2 } as const

function inOrder(problems: readonly Finding[]): readonly Finding[] {
  return problems.toSorted(
    (a, b) => ranks[a.severity] - ranks[b.severity] || (a.file < b.file ? -1 : a.file > b.file ? 1 : (a.line ?? 0) - (b.line ?? 0)),
  )
}

function noFolder(path: string): ValidatedPlugin {
  const problem: Finding = {
    file: path,
    severity: 'error',
    code: 'not-found',
    message: 'is neither a folder nor a module',
    fix: 'Give the folder of a plugin, or a module that is one by itself.',
  }
  return { file: path, known: {}, problems: [problem], lacking: [], needed: [] }
}

import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { schemaFaults } from '../manifest/check-schema.ts'
import { isOutside } from '../manifest/entry.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { manifestNames, readManifest } from '../manifest/read-manifest.ts'
import type { ReadManifest } from '../manifest/read-manifest.ts'
import type { Problem } from '../manifest/problem.ts'
import { isObject } from '../manifest/schema-node.ts'
import { validate } from '../config/validate.ts'
import { keyLine } from '../manifest/key-lines.ts'

/**
 * Everything that can be said of a plugin folder without running the plugin, all problems at once: the manifest (unknown keys are errors
 * here), its config schema and defaults, the schemas it declares, links that lead outside, permissions without a reason, a missing README.
 * The caller runs the plugin and adds what that shows.
 */
export function validatePlugin(folder: string): ReadManifest {
  const path = resolve(folder)
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return noFolder(path)
  const read = readManifest(path, { unknownKeys: 'error' })
  const problems: Problem[] = [...read.problems]
  const note: Note = (severity, keys, message, fix) => {
    const line = read.text === undefined ? undefined : keyLine(read.text, read.file.endsWith('.json') ? 'json' : 'toml', keys)
    const key = keys.join('.')
    problems.push({ file: read.file, ...(line === undefined ? {} : { line }), key, severity, code: 'invalid-manifest', message, fix })
  }
  const { manifest } = read
  if (manifest) {
    checkConfigSchema(manifest, note)
    checkProvidedSchemas(manifest, note)
    checkReasons(manifest, note)
    checkDescription(manifest, note)
  }
  problems.push(...linksOutside(path), ...missingReadme(path))
  const isBad = problems.some(({ severity }) => severity === 'error')
  const { manifest: _, ...rest } = read
  return { ...rest, ...(manifest && !isBad ? { manifest } : {}), problems }
}

type Note = (severity: Problem['severity'], keys: readonly string[], message: string, fix: string) => void

function noFolder(path: string): ReadManifest {
  const problem: Problem = {
    file: path,
    severity: 'error',
    code: 'not-found',
    message: 'is not a folder',
    fix: 'Give the folder of a plugin.',
  }
  return { file: path, known: {}, problems: [problem] }
}

function checkConfigSchema({ configSchema }: Manifest, note: Note): void {
  if (!configSchema) return
  const faults = schemaFaults(configSchema)
  for (const fault of faults) note('error', ['config_schema'], `is no JSON Schema: ${fault}`, 'Correct it; see JSON Schema, draft 2020-12.')
  if (faults.length > 0) return
  if (configSchema['type'] !== undefined && configSchema['type'] !== 'object')
    note(
      'error',
      ['config_schema', 'type'],
      `a config is an object, not ${JSON.stringify(configSchema['type'])}`,
      'Write "type": "object".',
    )
  if (!isObject(configSchema['properties'])) return
  for (const [key, property] of Object.entries(configSchema['properties'])) {
    if (!isObject(property) || !('default' in property)) continue
    const alone = { properties: { [key]: property }, ...(configSchema['$defs'] === undefined ? {} : { $defs: configSchema['$defs'] }) }
    for (const { message } of validate(alone, { [key]: property['default'] }, { noun: 'default of' }).problems)
      note('error', ['config_schema', 'properties', key, 'default'], message, 'Give a default that fits the schema itself.')
  }
}

function checkProvidedSchemas({ provides = {} }: Manifest, note: Note): void {
  for (const [kind, things] of Object.entries(provides)) {
    for (const [name, { params, data }] of Object.entries(things)) {
      for (const [key, schema] of Object.entries({ params, data }))
        for (const fault of schema ? schemaFaults(schema) : [])
          note(
            'error',
            ['provides', kind, name, key],
            `is no JSON Schema: ${fault}`,
            'Correct it, or leave "provides" out: it is then learnt from the plugin.',
          )
    }
  }
}

function checkReasons({ permissions }: Manifest, note: Note): void {
  for (const [key, list] of Object.entries(permissions))
    for (const [i, { value, reason }] of (list as Manifest['permissions']['net']).entries())
      if (!reason?.trim())
        note(
          'warning',
          ['permissions', key, String(i)],
          `nothing says why ${JSON.stringify(value)} is needed`,
          `Write { "value": ${JSON.stringify(value)}, "reason": "…" }: operators read it.`,
        )
}

function checkDescription({ description }: Manifest, note: Note): void {
  if (description.trim() === '') note('warning', ['description'], 'there is no description', 'Say in a sentence what the plugin is for.')
}

function linksOutside(folder: string): readonly Problem[] {
  const root = realpathSync.native(folder)
  const found: Problem[] = []
  const folders = [root]
  for (let next = folders.pop(); next !== undefined && found.length < 100; next = folders.pop()) {
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      const path = join(next, entry.name)
      if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git') folders.push(path)
      if (!entry.isSymbolicLink() || manifestNames.some((name) => path === join(root, name))) continue
      const message = faultOfLink(root, path)
      if (message)
        found.push({
          file: path,
          severity: 'error',
          code: 'invalid-manifest',
          message,
          fix: 'Put the file itself into the folder: a plugin is packed and run without what lies around it.',
        })
    }
  }
  return found
}

function faultOfLink(root: string, path: string): string | undefined {
  try {
    return isOutside(relative(root, realpathSync.native(path))) ? "is a link that leads outside the plugin's folder" : undefined
  } catch {
    return 'is a link that leads nowhere'
  }
}

function missingReadme(folder: string): readonly Problem[] {
  if (lstatSync(join(folder, 'README.md'), { throwIfNoEntry: false })) return []
  return [
    {
      file: join(folder, 'README.md'),
      severity: 'warning',
      code: 'invalid-manifest',
      message: 'there is no README.md',
      fix: 'Say what the plugin does and how to call it.',
    },
  ]
}

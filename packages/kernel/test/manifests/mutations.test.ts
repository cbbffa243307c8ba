import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Json } from '@cardcage/plugin'
import { dataFormatOf, parseDataText } from '../../src/manifest/data-text.ts'
import { readManifest } from '../../src/manifest/read-manifest.ts'

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'cardcage-mutations-'))
after(() => rmSync(root, { recursive: true, force: true }))

const samples = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const file = readdirSync(join(fixtures, name)).find((each) => /^(?:plugin|manifest)\.(?:json|toml|ya?ml)/.test(each))!
    return { name, raw: parseDataText(readFileSync(join(fixtures, name, file), 'utf8'), dataFormatOf(file)!).value! }
  })

/** What is put in the place of every value: wrong types, bad texts, names that hurt. */
const strangers: readonly Json[] = [
  null,
  true,
  -1,
  '',
  '\0',
  '../../etc/passwd',
  'constructor',
  '1.0',
  '>=',
  [],
  [null],
  ['', 5],
  {},
  { '': '' },
  { constructor: 1, toString: {} },
  { type: 5, default: {} },
  { name: 5, version: [] },
]

/** Every path of a value, lists and objects included. */
function paths(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [...(path.length > 0 ? [path] : []), ...Object.entries(value).flatMap(([key, inside]) => paths(inside, [...path, key]))]
}

function replaced(value: Json, [key, ...rest]: readonly string[], by: Json | undefined): Json {
  if (key === undefined) return by!
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>
  if (rest.length === 0 && by === undefined) delete copy[key]
  else copy[key] = replaced(copy[key]!, rest, by)
  return copy
}

let count = 0

function check(label: string, raw: Json): void {
  const folder = join(root, String(++count))
  mkdirSync(folder)
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify(raw, null, 1))
  const { problems, manifest, written, locate } = readManifest(folder, { unknownKeys: count % 2 === 0 ? 'error' : 'warning' })
  const errors = problems.filter(({ severity }) => severity === 'error')
  assert.equal(manifest === undefined, errors.length > 0, `${label}: a manifest, or errors: ${JSON.stringify(problems)}`)
  for (const problem of problems) {
    assert.ok(problem.message.length > 5 && problem.fix.length > 5, `${label}: ${JSON.stringify(problem)}`)
    assert.ok(
      problem.key !== undefined || problem.line !== undefined || written === undefined,
      `${label}: has no place: ${JSON.stringify(problem)}`,
    )
    assert.doesNotMatch(problem.message, /undefined|\[object|NaN|TypeError/, `${label}: ${problem.message}`)
  }
  if (!manifest) return
  assert.match(manifest.id, /^[a-z0-9][a-z0-9_-]*$/, label)
  assert.ok(!manifest.entry.startsWith('..') && !manifest.entry.startsWith('/'), `${label}: ${manifest.entry}`)
  for (const list of [
    manifest.keywords,
    manifest.produces,
    manifest.platforms,
    manifest.conflictsWith,
    manifest.documentation.examples,
    manifest.modules.allowed,
  ])
    assert.ok(Array.isArray(list) && list.every((each) => typeof each === 'string'), `${label}: ${JSON.stringify(list)}`)
  assert.doesNotThrow(() => locate?.(['config_schema', 'properties', 'x', 'minimum']))
}

for (const { name, raw } of samples) {
  test(`${name}: no wrong value of any key makes the reader throw, and every problem has a place and a fix`, () => {
    for (const path of paths(raw)) {
      check(`${path.join('.')} left out`, replaced(raw, path, undefined))
      for (const stranger of strangers) check(`${path.join('.')} = ${JSON.stringify(stranger).slice(0, 40)}`, replaced(raw, path, stranger))
    }
  })
}

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readManifest } from '../../src/manifest/read-manifest.ts'

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))
const samples = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory())

/** What is compared: all that is made of a manifest, with file names instead of paths. */
function seen(folder: string): object {
  const { manifest, dialect, notes, problems } = readManifest(folder)
  const told = problems.map(({ file, ...problem }) => ({ file: file.slice(folder.length + 1), ...problem }))
  return JSON.parse(JSON.stringify({ dialect, manifest, notes, problems: told })) as object
}

for (const { name } of samples) {
  test(`${name}: the sample is read, and its normalised manifest is the recorded one, whole`, () => {
    const recorded = join(fixtures, `${name}.json`)
    const found = seen(join(fixtures, name))
    // To record anew after a change that is meant: RECORD=1, and read the difference.
    if (process.env['RECORD']) writeFileSync(recorded, `${JSON.stringify(found, null, 2)}\n`)
    assert.deepEqual(found, JSON.parse(readFileSync(recorded, 'utf8')))
  })
}

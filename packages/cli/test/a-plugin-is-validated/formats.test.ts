import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { cardcage, emptyFolder } from '../run-cli.ts'

/** A folder that holds a plugin with an error, a warning and a note, whose names have what formats escape. */
function troubled(t: TestContext): string {
  const cwd = emptyFolder(t)
  const folder = join(cwd, 'a, b%')
  mkdirSync(folder)
  const properties = { 'x:y,z%': { type: 'integer', minimum: 5, default: 1 } }
  writeFileSync(
    join(folder, 'plugin.json'),
    JSON.stringify({ id: 'mine', version: '1.0.0', description: 'M.', config_schema: { properties } }, null, 2),
  )
  writeFileSync(join(folder, 'index.ts'), '')
  writeFileSync(join(folder, 'README.md'), '# Mine\n\n    cardcage plugin call mine\n')
  return cwd
}

test('GitHub: one workflow command for each, escaped, with paths from where it was run', async (t) => {
  const cwd = troubled(t)
  const { code, stdout } = await cardcage(['plugin', 'dev', 'validate', 'a, b%', '--format', 'github'], { cwd })
  assert.equal(code, 10)
  const lines = stdout.trimEnd().split('\n')
  assert.equal(lines.length, 3)
  assert.equal(
    lines[0],
    '::error file=a%2C b%25/plugin.json,line=10,title=invalid-manifest%3A config_schema.properties.x%3Ay%2Cz%25.default' +
      '::default of x:y,z%25: 1 given, an integer, at least 5 (default 1) needed%0AGive a default that fits the schema itself.',
  )
  assert.match(lines[1]!, /^::warning file=a%2C b%25\/plugin\.json,line=7,title=/)
  assert.match(lines[2]!, /^::notice file=a%2C b%25,title=invalid-manifest::has no tests/)
})

test('GitHub: a plugin outside of the working directory is named by its whole path, a sound one says nothing', async (t) => {
  const cwd = troubled(t)
  mkdirSync(join(cwd, 'elsewhere'))
  const { stdout } = await cardcage(['plugin', 'dev', 'validate', '../a, b%', '--format', 'github'], { cwd: join(cwd, 'elsewhere') })
  assert.ok(
    stdout.startsWith(
      `::error file=${join(cwd, 'a, b%', 'plugin.json').replaceAll(':', '%3A').replace(',', '%2C').replace('b%', 'b%25')},`,
    ),
    stdout,
  )
  const made = await cardcage(['plugin', 'dev', 'new', 'sound', '--kind', 'source'], { cwd })
  assert.equal(made.code, 0)
  const sound = await cardcage(['plugin', 'dev', 'validate', 'sound', '--format', 'github', '--static'], { cwd })
  assert.deepEqual([sound.code, sound.stdout], [0, ''])
})

/** Properties of SARIF 2.1.0's objects that are written here; those with ! the specification requires. */
const sarif: Readonly<Record<string, string>> = {
  log: '$schema version! runs!',
  run: 'tool! originalUriBaseIds invocations results',
  tool: 'driver!',
  driver: 'name! version rules',
  rule: 'id! shortDescription help',
  text: 'text!',
  invocation: 'executionSuccessful!',
  result: 'ruleId ruleIndex level message! locations properties',
  location: 'physicalLocation logicalLocations',
  physicalLocation: 'artifactLocation region',
  artifactLocation: 'uri uriBaseId',
  region: 'startLine',
}

function hasShape(object: object, name: string): void {
  const known = sarif[name]!.split(' ')
  for (const key of known) if (key.endsWith('!')) assert.ok(Object.hasOwn(object, key.slice(0, -1)), `${name} needs ${key}`)
  for (const key of Object.keys(object)) assert.ok(known.includes(key) || known.includes(`${key}!`), `${name} has ${key}`)
}

test('SARIF: as the specification has it, every result with its rule, place and fix', async (t) => {
  const cwd = troubled(t)
  const { code, document } = await cardcage(['plugin', 'dev', 'validate', 'a, b%', '--format', 'sarif'], { cwd })
  assert.equal(code, 10)
  const log = document()
  hasShape(log, 'log')
  assert.deepEqual([log.version, log.$schema, log.runs.length], ['2.1.0', 'https://json.schemastore.org/sarif-2.1.0.json', 1])
  const [run] = log.runs
  hasShape(run, 'run')
  hasShape(run.tool, 'tool')
  hasShape(run.tool.driver, 'driver')
  for (const invocation of run.invocations) hasShape(invocation, 'invocation')
  assert.match(run.originalUriBaseIds.SRCROOT.uri, /^file:\/\/\/.*\/$/)
  const { rules } = run.tool.driver
  assert.equal(new Set(rules.map(({ id }: { id: string }) => id)).size, rules.length)
  for (const rule of rules) {
    hasShape(rule, 'rule')
    for (const text of [rule.shortDescription, rule.help]) hasShape(text, 'text')
  }
  assert.deepEqual(
    run.results.map(({ level }: { level: string }) => level),
    ['error', 'warning', 'note'],
  )
  for (const result of run.results) {
    hasShape(result, 'result')
    hasShape(result.message, 'text')
    assert.equal(rules[result.ruleIndex].id, result.ruleId)
    assert.ok(result.message.text.endsWith(`\nFix: ${result.properties.fix}`))
    for (const location of result.locations) {
      hasShape(location, 'location')
      const { artifactLocation, region } = location.physicalLocation
      hasShape(location.physicalLocation, 'physicalLocation')
      hasShape(artifactLocation, 'artifactLocation')
      assert.ok(URL.canParse(artifactLocation.uri, run.originalUriBaseIds.SRCROOT.uri))
      if (region) hasShape(region, 'region')
    }
  }
  const place = run.results[0].locations[0].physicalLocation
  assert.deepEqual(place, { artifactLocation: { uri: 'a%2C%20b%25/plugin.json', uriBaseId: 'SRCROOT' }, region: { startLine: 10 } })
})

test('--json is --format json; two formats are refused', async (t) => {
  const cwd = troubled(t)
  const run = (...more: string[]) => cardcage(['plugin', 'dev', 'validate', 'a, b%', ...more], { cwd })
  const [one, other, both] = [await run('--json'), await run('--format', 'json'), await run('--json', '--format', 'sarif')]
  assert.equal(one.stdout, other.stdout)
  const { path, valid, started, problems } = one.document()
  assert.deepEqual([path, valid, started, problems.length], [join(cwd, 'a, b%'), false, false, 3])
  assert.equal(both.code, 2)
})

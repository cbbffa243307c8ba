import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cardcage, emptyFolder } from '../run-cli.ts'
import type { Fault } from './fault.ts'
import { calls } from './faults/calls.ts'
import { columns } from './faults/columns.ts'
import { commandLine } from './faults/command-line.ts'
import { configs } from './faults/configs.ts'
import { facts } from './faults/facts.ts'
import { files } from './faults/files.ts'
import { manifests } from './faults/manifests.ts'
import { modules } from './faults/modules.ts'
import { names } from './faults/names.ts'
import { params } from './faults/params.ts'
import { states } from './faults/states.ts'

const faults = { configs, commandLine, files, manifests, modules, names, params, columns, calls, facts, states }

/** What scripts rely on, beside the table it is made from. */
const exits: Readonly<Record<string, number>> = {
  usage: 2,
  'invalid-manifest': 3,
  'invalid-config': 3,
  'invalid-call': 3,
  'invalid-data': 3,
  unsupported: 3,
  'permission-denied': 4,
  'not-found': 5,
  conflict: 6,
  incompatible: 6,
  'rate-limited': 7,
  'limit-exceeded': 7,
  unavailable: 7,
  crashed: 7,
  protocol: 7,
  quarantined: 7,
  timeout: 8,
  internal: 1,
}

const keys = ['code', 'message', 'retryable', 'retryAfter', 'origin', 'hint', 'at', 'details']

/** Where the code of this tree lies: nothing of it is said. */
const ownCode = fileURLToPath(new URL('../../../../packages/', import.meta.url))

describe('every way to fail has its code, names the value, says what to do and shows no stack', () => {
  for (const [group, rows] of Object.entries(faults)) {
    describe(group, { concurrency: 3 }, () => {
      for (const fault of rows) test(fault.what, (t) => check(t, fault))
    })
  }
})

test('they are many, each in its own words, and every exit code is among them', () => {
  const rows = Object.values(faults).flat()
  assert.ok(rows.length >= 60, String(rows.length))
  assert.equal(new Set(rows.map(({ what }) => what)).size, rows.length)
  assert.deepEqual(new Set(rows.map(({ code }) => exits[code])), new Set(Object.values(exits)))
})

async function check(t: TestContext, fault: Fault): Promise<void> {
  const { what, args, stdin, env = {}, before, code, says, hint, cause } = fault
  const cwd = emptyFolder(t)
  write(cwd, fault)
  for (let i = 0; i < (before?.times ?? 0); i++) assert.equal((await cardcage(before!.args, { cwd })).code, before!.exit)
  const options = { cwd, env, ...(stdin === undefined ? {} : { stdin }) }
  const told = await cardcage(args, options)
  const documented = await cardcage([...args, '--json'], options)
  const { error } = documented.document()

  const shown = `${what}: ${told.stderr}`
  assert.equal(told.stdout, '', shown)
  assert.equal(told.code, exits[code], shown)
  assert.ok(told.stderr.startsWith(`error[${code}]: `), shown)
  for (const value of says) assert.ok(includes(error.message, value), `${shown}\nsays ${String(value)}`)
  assert.match(error.hint, hint)
  assert.notEqual(error.hint, error.message)
  // Numbers such as bytes in memory differ from run to run.
  const plain = (text: string) => text.replace(/\d+/g, '0').replace(/\s+/g, ' ')
  assert.ok(plain(told.stderr).includes(plain(error.message)), `${shown}\nmessage: ${error.message}`)
  assert.ok(plain(told.stderr).includes(plain(error.hint)), `${shown}\nhint: ${error.hint}`)

  assert.equal(documented.code, exits[code])
  assert.equal(documented.stderr, '')
  assert.equal(error.code, code)
  assert.equal(error.details?.cause, cause)
  assert.deepEqual(
    Object.keys(error).filter((key) => !keys.includes(key)),
    [],
  )
  for (const text of [told.stderr, JSON.stringify(documented.document(), null, 1)]) {
    assert.doesNotMatch(text, /(?:\bat |\d+: )[^\n]*:\d+:\d+|stack trace -/, 'no stack')
    assert.ok(!text.includes(ownCode), 'no path of the host’s own code')
    for (const secret of Object.values(env)) assert.ok(!text.includes(secret), 'no secret')
  }
}

function write(folder: string, { files: written = {} }: Fault): void {
  for (const [path, content] of Object.entries(written)) {
    const file = join(folder, path)
    mkdirSync(content === null ? file : dirname(file), { recursive: true })
    if (content !== null) writeFileSync(file, content)
  }
}

function includes(message: string, value: string | RegExp): boolean {
  return typeof value === 'string' ? message.includes(value) : value.test(message)
}

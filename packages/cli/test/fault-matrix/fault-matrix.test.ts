import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { describe, test } from 'node:test'
import { checkFault, exits } from './check-fault.ts'
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

const faults: readonly Fault[] = [states, configs, commandLine, files, manifests, modules, names, params, columns, calls, facts].flat()
const concurrency = availableParallelism()

/** People are told the same in the same words by the same lines of code: the first row of its sort shows it, and each that has a secret. */
const seen = new Set<string>()
function isNew({ code, cause = '', env }: Fault): boolean {
  const before = seen.size
  return seen.add(`${code} ${cause}`).size > before || env !== undefined
}

describe('every way to fail has its code, names the value, says what to do and shows no stack', { concurrency }, () => {
  for (const row of faults) {
    const people = isNew(row)
    test(row.what, (t) => checkFault(t, row, people))
  }
})

test('they are many, each in its own words, and every exit code is among them', () => {
  assert.ok(faults.length >= 60, String(faults.length))
  assert.equal(new Set(faults.map(({ what }) => what)).size, faults.length)
  assert.deepEqual(new Set(faults.map(({ code }) => exits[code])), new Set(Object.values(exits)))
})

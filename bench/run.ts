/**
 * The benchmarks: `node bench/run.ts [SUITE…] [--quick] [--readme]`. Prints ours against peers, `MISSED` where a target is. A whole run is kept in
 * `bench/results` and shown in `bench/README.md`; `--quick` and single suites are not. `--readme` only writes the README from the latest kept result.
 */
import { parseArgs } from 'node:util'
import { machine } from './machine.ts'
import { writeReadme } from './readme.ts'
import { cells, judge, printTable } from './report.ts'
import { keep, type Result } from './results.ts'
import type { Effort, Suite } from './suite.ts'
import { bulk } from './suites/bulk.ts'
import { coldStart } from './suites/cold-start.ts'
import { cpuHold } from './suites/cpu-hold.ts'
import { deadline } from './suites/deadline.ts'
import { help } from './suites/help.ts'
import { inFlight } from './suites/in-flight.ts'
import { listing } from './suites/listing.ts'
import { memory } from './suites/memory.ts'
import { roundTrip } from './suites/round-trip.ts'
import { sandbox } from './suites/sandbox.ts'

const suites: readonly Suite[] = [roundTrip, inFlight, bulk, coldStart, sandbox, help, listing, deadline, memory, cpuHold]
const quick: Effort = { rounds: 3, work: 0.25 }
const full: Effort = { rounds: 15, work: 1 }

const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean' }, readme: { type: 'boolean' } }, allowPositionals: true })
const unknown = positionals.filter((name) => !suites.some((suite) => suite.name === name))
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}; there are ${suites.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}
if (values.readme) writeReadme()
else
  await measure(
    suites.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    values.quick ? quick : full,
  )

async function measure(chosen: readonly Suite[], effort: Effort): Promise<void> {
  const where = machine()
  const time = new Date().toISOString()
  console.log(
    `${where.cpu}, ${where.cores} cores, Linux ${where.kernel}, Node ${where.node}, commit ${where.commit}${where.changed ? ' with changes' : ''}, load ${where.load}`,
  )
  if (where.load > where.cores / 4) console.log(`Others are at work here (load ${where.load}): the figures are worth little.`)
  const found: Result['suites'][number][] = []
  for (const { name, about, run } of chosen) {
    console.log(`\n${name}: ${about}`)
    const findings = await run(effort)
    const rows = judge(findings)
    found.push({ name, about, samples: findings.samples, rows })
    console.log(printTable(cells(rows, findings.samples)))
  }
  const judged = found.flatMap(({ rows }) => rows)
  const count = (verdict: string) => judged.filter((row) => row.verdict === verdict).length
  console.log(`\n${count('ok')} ok, ${count('MISSED')} MISSED, ${count('skipped')} skipped`)
  if (effort !== full || chosen.length < suites.length) return console.log('Not kept: only a whole run is.')
  console.log(`Kept in ${keep({ time, machine: where, rounds: effort.rounds, suites: found })}`)
  writeReadme()
}

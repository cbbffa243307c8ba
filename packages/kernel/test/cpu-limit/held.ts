import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { CpuLimit } from '../../src/link/hold-cpu.ts'
import type { Link, LinkRequest } from '../../src/link/link.ts'
import type { ProcessOptions } from '../../src/link/process.ts'
import { analysisPlugin } from '../plugin-folder.ts'
import { processState } from '../processes/process-state.ts'
import { startLink } from '../start-link.ts'

/** Code that uses processors: `spin(ms)` for so long, `use(ms)` until it has used so much, `compute()` a number that takes a while; `continued` counts SIGCONT. */
const work = `
import { pbkdf2 } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
let continued = 0
process.on('SIGCONT', () => continued++)
const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000 }
function spin(milliseconds: number) { for (const end = performance.now() + milliseconds; performance.now() < end; ); }
function use(milliseconds: number) { for (const end = used() + milliseconds; used() < end; ); }
function compute() { let value = 1; for (let i = 0; i < 240_000_000; i++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) ^ (i % 7); return value }
async function threads(milliseconds: number) {
  const end = performance.now() + milliseconds
  const one = async () => { while (performance.now() < end) await new Promise((done) => pbkdf2('a', 'b', 20_000, 32, 'sha512', done)) }
  await Promise.all([one(), one(), one(), one()])
}
async function turns() { for (let i = 0; i < 10; i++) await turn() }
`

/** What the result of such an analysis says. */
export type Summary = Readonly<Record<string, number>>

/** Start a plugin with one analysis of this code, its processor time held or not. */
export async function startHeld(
  t: Pick<TestContext, 'after'>,
  run: string,
  cpu: CpuLimit | undefined,
  options: Partial<ProcessOptions> = {},
): Promise<{ link: Link; pid: number; call: (more?: Partial<LinkRequest>) => Promise<Summary> }> {
  const { link } = await startLink(t, analysisPlugin('bad', run, work), { cpu, ...options })
  const call = async (more: Partial<LinkRequest> = {}) => {
    const { value } = await link.call({ kind: 'analysis', name: 'bad', verb: 'run', params: {}, inputs: {}, ...more })
    return (value as { summary: Summary }).summary
  }
  return { link, pid: link.pid!, call }
}

/** Milliseconds of processor time a process has used, all threads. */
export function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Percent of one processor that a process uses until a promise is settled. */
export async function shareDuring(pid: number, work: Promise<unknown>): Promise<number> {
  const before = { used: cpuTime(pid), now: performance.now() }
  await work
  return ((cpuTime(pid) - before.used) / (performance.now() - before.now)) * 100
}

/** Wait until a process is stopped. @throws where it is not within a bounded time */
export async function stopped(pid: number): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (processState(pid) === 'T') return
    await pause(2)
  }
  throw new Error(`process ${pid} is never stopped`)
}

/** Open files of this process that are a process's `stat`. */
export function statFiles(pid: number): number {
  const names = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return ''
    }
  })
  return names.filter((name) => name === `/proc/${pid}/stat`).length
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKernel, loadConfig } from '@cardcage/kernel'
import { summarize } from '../interleave.ts'
import { cache } from '../ours/cache.ts'
import { plugins } from '../ours/plugins.ts'
import type { Suite } from '../suite.ts'

/** Percent of a processor the busy loop may use. */
const limit = 50

/** Milliseconds over which it is measured. */
const span = 3000

export const cpuHold: Suite = {
  name: 'cpu-hold',
  about: `a busy loop that may use ${limit} % of a processor, and one that may use all, over ${span / 1000} s; what the host uses for it`,
  async run(effort) {
    const [held, free, cost]: [number[], number[], number[]] = [[], [], []]
    for (let turn = 0; turn < Math.max(1, Math.round((effort.rounds * effort.work) / 5)); turn++) {
      // Which comes first changes from round to round.
      const before = turn % 2 === 0 ? await spin(undefined) : undefined
      const ours = await spin(limit)
      const peer = before ?? (await spin(undefined))
      held.push(ours.plugin)
      free.push(peer.plugin)
      cost.push(ours.host - peer.host)
    }
    const ours = `held at ${limit} %`
    return {
      samples: {
        [ours]: summarize(held, '%'),
        'no limit': summarize(free, '%'),
        'host, more than without': summarize(cost, '%'),
      },
      rows: [
        { measure: 'processor time of a busy loop', ours, most: limit + 5 },
        { measure: 'processor time of a busy loop', ours, least: limit - 5 },
        { measure: 'processor time of a busy loop', ours, peer: 'no limit' },
        { measure: 'processor time of the host', ours: 'host, more than without', most: 1 },
      ],
    }
  },
}

/** Percent of a processor that a plugin in a busy loop uses, and its host meanwhile. */
async function spin(percent: number | undefined): Promise<{ plugin: number; host: number }> {
  const cwd = mkdtempSync(join(tmpdir(), 'cardcage-bench-'))
  try {
    writeFileSync(join(cwd, 'cardcage.yaml'), percent === undefined ? '' : `security: { max_cpu_percent: ${percent} }\n`)
    await using kernel = await createKernel({ cache, plugins: [plugins.plain], config: loadConfig({ cwd, environment: {}, system: cwd }) })
    const { metadata } = await kernel.analyze('bench-plain.analysis.reflect')
    const call = kernel.analyze('bench-plain.analysis.spin', { timeout: span * 2 }).catch((error: unknown) => error)
    const before = { plugin: cpuTime(metadata.pid!), host: process.cpuUsage(), time: performance.now() }
    await new Promise((done) => setTimeout(done, span))
    const { user, system } = process.cpuUsage(before.host)
    const used = cpuTime(metadata.pid!) - before.plugin
    const time = performance.now() - before.time
    await kernel.restart('bench-plain')
    await call
    return { plugin: (used / time) * 100, host: ((user + system) / 1000 / time) * 100 }
  } finally {
    rmSync(cwd, { recursive: true })
  }
}

/** Milliseconds of processor time of a process, by the kernel's clock of 100 ticks a second. */
function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

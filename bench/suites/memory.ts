import { readFileSync } from 'node:fs'
import { createKernel } from '@cardcage/kernel'
import { summarize } from '../interleave.ts'
import { cache } from '../ours/cache.ts'
import { plugins } from '../ours/plugins.ts'
import { params } from '../payload.ts'
import type { Sample, Suite } from '../suite.ts'

/** Idle plugins side by side. */
const instances = 20

export const memory: Suite = {
  name: 'memory',
  about: `memory of a plugin's process after one call, its share of what ${instances} such processes have in common included (PSS)`,
  async run(effort) {
    const samples: Record<string, Sample> = {
      'without zod': await idle('bench-plain', 'reflect', effort.work),
      'with zod': await idle('bench-typed', 'echo', effort.work),
    }
    return { samples, rows: Object.keys(samples).map((ours) => ({ measure: 'idle plugin', ours, most: 12 })) }
  },
}

async function idle(plugin: string, operation: string, work: number): Promise<Sample> {
  const names = Array.from({ length: Math.ceil(instances * work) }, (_, i) => `${plugin}-${i}`)
  await using kernel = await createKernel({
    cache,
    plugins: [plugins.plain, plugins.typed],
    slots: Object.fromEntries(names.map((name) => [name, { plugin }])),
  })
  const given = operation === 'echo' ? { params } : {}
  const pids: number[] = []
  for (const name of names) pids.push((await kernel.analyze(`${name}.analysis.${operation}`, given)).metadata.pid!)
  return summarize(pids.map(mebibytes), 'MiB')
}

function mebibytes(pid: number): number {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]
  if (kibibytes === undefined) throw new Error(`the kernel says nothing of the memory of ${pid}`)
  return Number(kibibytes) / 1024
}

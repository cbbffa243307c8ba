import { createKernel } from '@cardcage/kernel'
import { interleave } from '../interleave.ts'
import { openLink } from '../ours/open-link.ts'
import { cache } from '../ours/cache.ts'
import { plugins } from '../ours/plugins.ts'
import { params } from '../payload.ts'
import { startChildIpc } from '../peers/child-ipc.ts'
import { startPiscina, startTinypool } from '../peers/pools.ts'
import type { Row, Sample, Suite } from '../suite.ts'

/** Calls of one round. */
const calls = 10_000

export const inFlight: Suite = {
  name: 'in-flight',
  about: 'calls per second with 16 and 64 under way at once, one process or thread each',
  async run(effort) {
    const count = Math.ceil(calls * effort.work)
    const samples: Record<string, Sample> = {}
    const rows: Row[] = []
    for (const depth of [16, 64]) {
      const { link, close } = await openLink('sandboxed')
      await using kernel = await createKernel({
        cache,
        plugins: [plugins.typed],
        slots: { typed: { plugin: 'bench-typed', policy: { concurrency: depth } } },
      })
      const json = await startChildIpc('json')
      const tinypool = await startTinypool(depth)
      const piscina = await startPiscina(depth)
      const contenders = {
        link: () => link.call({ kind: 'analysis', name: 'reflect', verb: 'run', params }),
        'child IPC, json': () => json.call({ method: 'echo', params }),
        kernel: () => kernel.analyze('typed.analysis.echo', { params }),
        'Tinypool, child process': () => tinypool.call(params),
        'Piscina, thread': () => piscina.call(params),
      }
      const named = (name: string) => `${name}, ${depth} at once`
      const measured = await interleave(
        Object.entries(contenders).map(([name, call]) => ({
          name: named(name),
          unit: 'calls/s',
          round: () => perSecond(count, depth, call),
        })),
        effort,
      )
      Object.assign(samples, measured)
      await Promise.all([close(), json.close(), tinypool.close(), piscina.close()])
      for (const name of ['link', 'kernel']) {
        const measure = `calls at once: ${depth}, ${name}`
        const ours = named(name)
        rows.push(
          { measure, ours, peer: named('child IPC, json'), least: 1.5 },
          { measure, ours, peer: named('Tinypool, child process'), least: 2 },
          { measure, ours, peer: named('Piscina, thread') },
        )
      }
    }
    return { samples, rows }
  },
}

/** Calls per second when `depth` callers each call again as soon as they are answered. */
async function perSecond(count: number, depth: number, call: () => Promise<unknown>): Promise<number> {
  let left = count
  const caller = async () => {
    while (left-- > 0) await call()
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: depth }, caller))
  return (count / (performance.now() - began)) * 1000
}

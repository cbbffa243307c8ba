import { createKernel } from '@cardcage/kernel'
import { type Contender, interleave } from '../interleave.ts'
import { stayOnOneCore } from '../one-core.ts'
import { openLink } from '../ours/open-link.ts'
import { cache } from '../ours/cache.ts'
import { plugins } from '../ours/plugins.ts'
import { params, text } from '../payload.ts'
import { startChildIpc } from '../peers/child-ipc.ts'
import { startPiscina, startTinypool } from '../peers/pools.ts'
import { startCEcho, startNodeEcho } from '../peers/socket-echo.ts'
import type { Row, Suite } from '../suite.ts'

/** Calls of one round. */
const calls = 2000

export const roundTrip: Suite = {
  name: 'round-trip',
  about: 'one call after the other, 220 bytes of JSON there and back, all on one core',
  async run(effort) {
    const count = Math.ceil(calls * effort.work)
    const leave = stayOnOneCore()
    const { link, close } = await openLink('sandboxed')
    await using kernel = await createKernel({ cache, plugins: [plugins.typed] })
    const json = await startChildIpc('json')
    const advanced = await startChildIpc('advanced')
    const tinypool = await startTinypool(1)
    const piscina = await startPiscina(1)
    const node = startNodeEcho()
    const c = startCEcho()
    const bytes = Buffer.from(text)
    const each = (name: string, call: () => Promise<unknown>): Contender => ({ name, unit: 'µs', round: () => timed(count, call) })
    const samples = await interleave(
      [
        each('link', () => link.call({ kind: 'analysis', name: 'reflect', verb: 'run', params })),
        each('child IPC, json', () => json.call({ method: 'echo', params })),
        each('kernel', () => kernel.analyze('bench-typed.analysis.echo', { params })),
        each('child IPC, advanced', () => advanced.call({ method: 'echo', params })),
        each('Tinypool, child process', () => tinypool.call(params)),
        each('Piscina, thread', () => piscina.call(params)),
        each('socketpair, Node', () => node.call(bytes)),
        ...(typeof c === 'string' ? [] : [each('socketpair, C child', () => c.call(bytes))]),
      ],
      effort,
    )
    await Promise.all([close(), ...[json, advanced, tinypool, piscina, node].map((peer) => peer.close())])
    if (typeof c !== 'string') await c.close()
    leave()
    const floor = typeof c === 'string' ? { skipped: c } : {}
    const rows = ['link', 'kernel'].flatMap((ours): Row[] => [
      { measure: `call, ${ours}`, ours, peer: 'child IPC, json', most: 1.15 },
      { measure: `call, ${ours}`, ours, peer: 'child IPC, advanced' },
      { measure: `call, ${ours}`, ours, peer: 'Tinypool, child process' },
      { measure: `call, ${ours}`, ours, peer: 'Piscina, thread' },
      { measure: `call, ${ours}`, ours, peer: 'socketpair, Node' },
      { measure: `call, ${ours}`, ours, peer: 'socketpair, C child', most: 2.5, ...floor },
    ])
    return { samples, rows }
  },
}

async function timed(count: number, call: () => Promise<unknown>): Promise<readonly number[]> {
  const taken = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const began = performance.now()
    await call()
    taken[i] = (performance.now() - began) * 1000
  }
  return [...taken]
}

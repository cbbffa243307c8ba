import { interleave } from '../interleave.ts'
import { stayOnOneCore } from '../one-core.ts'
import { openLink } from '../ours/open-link.ts'
import { params } from '../payload.ts'
import type { Suite } from '../suite.ts'

/** Calls of one round. */
const calls = 2000

export const sandbox: Suite = {
  name: 'sandbox',
  about: 'a call of a process with permissions, memory watch and wrapper, against the same process without; all on one core',
  async run(effort) {
    const leave = stayOnOneCore()
    const sandboxed = await openLink('sandboxed')
    const bare = await openLink('bare')
    const round =
      ({ link }: typeof bare) =>
      async () => {
        const taken: number[] = []
        for (let i = 0; i < calls * effort.work; i++) {
          const began = performance.now()
          await link.call({ kind: 'analysis', name: 'reflect', verb: 'run', params })
          taken.push((performance.now() - began) * 1000)
        }
        return taken
      }
    const samples = await interleave(
      [
        { name: 'sandboxed', unit: 'µs', round: round(sandboxed) },
        { name: 'bare process', unit: 'µs', round: round(bare) },
      ],
      effort,
    )
    await Promise.all([sandboxed.close(), bare.close()])
    leave()
    return { samples, rows: [{ measure: 'call in the sandbox', ours: 'sandboxed', peer: 'bare process', most: 1.1 }] }
  },
}

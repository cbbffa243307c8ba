import { createKernel } from '@cardcage/kernel'
import { interleave } from '../interleave.ts'
import { cache } from '../ours/cache.ts'
import { plugins } from '../ours/plugins.ts'
import type { Suite } from '../suite.ts'

/** Deadline of the call that never ends, in milliseconds. */
const timeout = 50

export const deadline: Suite = {
  name: 'deadline',
  about: 'a call in a busy loop meets its deadline: from then until the next call, made at once, is answered by a new process',
  async run(effort) {
    await using kernel = await createKernel({ cache, plugins: [plugins.plain] })
    const samples = await interleave([{ name: 'next call', unit: 'ms', round: () => recover() }], { ...effort, rounds: effort.rounds * 2 })
    return { samples, rows: [{ measure: 'busy loop ended, next call answered', ours: 'next call', most: 15 }] }

    async function recover(): Promise<number> {
      await kernel.analyze('bench-plain.analysis.reflect')
      const began = performance.now()
      const outcome = await kernel.analyze('bench-plain.analysis.spin', { timeout }).catch((error: unknown) => error)
      if ((outcome as { code?: string }).code !== 'timeout') throw new Error('the call had no deadline', { cause: outcome })
      await kernel.analyze('bench-plain.analysis.reflect')
      return performance.now() - began - timeout
    }
  },
}

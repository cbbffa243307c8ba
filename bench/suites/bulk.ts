import { createKernel } from '@cardcage/kernel'
import { type Table, table } from '@cardcage/plugin'
import { interleave } from '../interleave.ts'
import { cache } from '../ours/cache.ts'
import { plugins } from '../ours/plugins.ts'
import { megabyte } from '../payload.ts'
import { startChildIpc } from '../peers/child-ipc.ts'
import { sum } from '../peers/methods.ts'
import type { Row, Sample, Suite } from '../suite.ts'

/** Sizes in MiB, transfers of one round, and the target. */
const sizes = [
  { mebibytes: 1, transfers: 40, least: 2.5 },
  { mebibytes: 64, transfers: 2, least: 4 },
]

export const bulk: Suite = {
  name: 'bulk',
  about: 'a column of float64 to the plugin, which reads every value, and one back, every value read here',
  async run(effort) {
    await using kernel = await createKernel({ cache, plugins: [plugins.plain] })
    const advanced = await startChildIpc('advanced')
    const samples: Record<string, Sample> = {}
    const rows: Row[] = []
    for (const { mebibytes, transfers, least } of sizes) {
      const bytes = mebibytes * megabyte
      const values = Float64Array.from({ length: bytes / 8 }, (_, i) => i % 1000)
      const expected = sum(values)
      const data = table({ value: values })
      const count = Math.ceil(transfers * effort.work)
      const speed = (transfer: () => Promise<number>) => async () => {
        const began = performance.now()
        for (let i = 0; i < count; i++) if ((await transfer()) !== expected) throw new Error('values were changed on the way')
        return (count * mebibytes * 1000) / (performance.now() - began)
      }
      const there = `${mebibytes} MiB there`
      const back = `${mebibytes} MiB back`
      const contenders = {
        [`kernel, ${there}`]: async () =>
          (await kernel.analyze('bench-plain.analysis.sum', { inputs: data })).result.summary['total'] as number,
        [`child IPC, advanced, ${there}`]: async () => (await advanced.call({ method: 'sum', params: values })) as number,
        [`kernel, ${back}`]: async () => {
          const { result } = await kernel.analyze(`bench-plain.analysis.column-${mebibytes}`)
          return sum((result.tables['result'] as Table).numbers('value'))
        },
        [`child IPC, advanced, ${back}`]: async () => sum((await advanced.call({ method: 'column', params: bytes })) as Float64Array),
      }
      const each = Object.entries(contenders).map(([name, transfer]) => ({ name, unit: 'MiB/s', round: speed(transfer) }))
      Object.assign(samples, await interleave(each, effort))
      for (const way of [there, back])
        rows.push({ measure: `table, ${way}`, ours: `kernel, ${way}`, peer: `child IPC, advanced, ${way}`, least })
    }
    await advanced.close()
    return { samples, rows }
  },
}

import { definePlugin, plot } from '@cardcage/plugin'
import { z } from 'zod'

const bars = plot({
  title: 'Bars',
  inputs: { data: { columns: { value: 'number' }, minRows: 1, maxRows: 500 } },
  params: z.object({ gap: z.number().min(0).max(20).default(2).describe('Pixels between bars') }),
  run({ data }, { gap }, { wish: { width, height } }) {
    const values = data.numbers('value').map((value) => (value > 0 ? value : 0))
    const [step, top] = [width / values.length, Math.max(...values, 1e-9)]
    const bar = (value: number, i: number) => `M${i * step} ${height}v${(-value / top) * height}h${Math.max(step - gap, 1)}V${height}Z`
    const body = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><path d="${Array.from(values, bar).join('')}"/></svg>`
    return { mediaType: 'image/svg+xml', body, alt: `${values.length} bars, the highest is ${top}` }
  },
})

export default definePlugin({ setup: () => ({ visualization: { bars } }) })

import { definePlugin, plot } from '@cardcage/plugin'
import { z } from 'zod'
import { checkWish } from './check-wish.ts'
import { palettes } from './colours.ts'
import { heatMapOf, namedSide, numberSide, valueOf } from './heat-map-input.ts'
import { linesOf } from './line-input.ts'

const palette = z
  .enum(palettes)
  .default('auto')
  .describe('Colours; auto is blue-red around 0 where there are values of both signs, else viridis')

export default definePlugin({
  setup: () => ({
    visualization: {
      line: plot({
        title: 'Line chart',
        description: 'One or several lines over numbers or times; a missing value is a gap.',
        category: 'time-series',
        inputs: {
          data: {
            columns: {
              x: { type: 'ordered', optional: true, description: 'Numbers or times; the number of the row where it is left out' },
              y: { type: 'number', many: true, description: 'One line each' },
            },
            minRows: 1,
          },
        },
        async run({ data }, _, call) {
          checkWish(call.wish)
          const { drawLines } = await import('./line.ts')
          return drawLines(linesOf(data, call), call.wish)
        },
      }),
      heatmap: plot({
        title: 'Heat map',
        description: 'Values as colours over two sides, each of numbers, times or names; several points in one cell are averaged.',
        category: 'statistical',
        inputs: {
          data: {
            columns: {
              x: { type: 'any', description: 'Numbers, times or names' },
              y: { type: 'any', description: 'Numbers, times or names' },
              value: { type: 'number', description: 'What the colour shows' },
            },
            minRows: 1,
          },
        },
        params: z.object({ palette }),
        run: ({ data }, params, call) =>
          heatMapOf({ x: namedSide(data, 'x'), y: namedSide(data, 'y'), value: valueOf(data) }, params.palette, call),
      }),
      custom_heatmap: plot({
        title: 'Heat map with weights',
        description: 'Values as colours over two numbers; several points in one cell are averaged by their weight.',
        category: 'statistical',
        inputs: {
          data: {
            columns: {
              x: 'number',
              y: 'number',
              value: 'number',
              weight: { type: 'number', optional: true, description: 'Weight of a point, 0 or more' },
            },
            minRows: 4,
            maxRows: 10_000,
          },
        },
        params: z.object({ palette }),
        run({ data }, params, call) {
          const weight = data.names.includes('weight') ? { weight: data.numbers('weight') } : {}
          return heatMapOf({ x: numberSide(data, 'x'), y: numberSide(data, 'y'), value: valueOf(data), ...weight }, params.palette, call)
        },
      }),
      png: {
        title: 'PNG',
        description: 'An SVG figure as PNG, with the Inter font.',
        from: 'image/svg+xml',
        to: 'image/png',
        extension: '.png',
        async export(figure, wish, call) {
          const { exportPng } = await import('./export-png.ts')
          return exportPng(figure, wish, call)
        },
      },
    },
  }),
})

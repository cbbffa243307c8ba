import { type Analysis, definePlugin, type Json, operation, table } from '@cardcage/plugin'

/** Returns its params as they came: without a schema nothing looks at them. */
const reflect = operation({
  inputs: {},
  run: (_, params) => ({ summary: params as Readonly<Record<string, Json>> }),
})

/** Reads every value it was sent. */
const sum = operation({
  inputs: { data: { columns: { value: 'number' } } },
  run: ({ data }) => {
    const values = data.numbers('value')
    let total = 0
    for (let i = 0; i < values.length; i++) total += values[i]!
    return { summary: { total } }
  },
})

/** Never answers, and never looks at its signal. */
const spin = operation({
  inputs: {},
  run: () => {
    for (;;);
  },
})

const ready = new Map<number, Analysis>()

/** Sends a column of so many bytes, made once. */
function column(bytes: number) {
  return operation({
    inputs: {},
    run: () => {
      const made = ready.get(bytes) ?? table({ value: Float64Array.from({ length: bytes / 8 }, (_, i) => i % 1000) })
      ready.set(bytes, made)
      return made
    },
  })
}

export default definePlugin({
  setup: () => ({ analysis: { reflect, sum, spin, 'column-1': column(2 ** 20), 'column-64': column(2 ** 26) } }),
})

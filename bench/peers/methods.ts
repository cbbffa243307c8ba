const ready = new Map<number, Float64Array>()

/** What the peers do when they are called: the same as the plugins of this folder. */
export const methods = {
  echo: (params: unknown): unknown => params,
  sum: (values: Float64Array): number => sum(values),
  column: (bytes: number): Float64Array => {
    let made = ready.get(bytes)
    if (!made) ready.set(bytes, (made = Float64Array.from({ length: bytes / 8 }, (_, i) => i % 1000)))
    return made
  },
}

/** Reads every value. */
export function sum(values: Float64Array): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]!
  return total
}

/** Names of the colour scales; `auto` is `blue-red` around 0 where there are both signs, else `viridis`. */
export const palettes = ['auto', 'viridis', 'cividis', 'inferno', 'blue-red'] as const

/** 255 colours for a range of values, and 0 for none. */
export interface Colours {
  readonly domain: readonly [low: number, high: number]
  /** `[red, green, blue]`; the first stands for no value. */
  readonly palette: readonly (readonly [number, number, number])[]
  /** Number of a value's colour, 1 to 255; 0 for NaN. */
  indexOf(value: number): number
}

const schemes = { viridis: 'viridis', cividis: 'cividis', inferno: 'inferno', 'blue-red': 'rdbu' } as const

/** Colours for values between the two; `blue-red` is centred on 0. */
export async function coloursOf(low: number, high: number, wanted: (typeof palettes)[number]): Promise<Colours> {
  const Plot = await import('@observablehq/plot')
  const name = wanted === 'auto' ? (low < 0 && high > 0 ? 'blue-red' : 'viridis') : wanted
  const reach = Math.max(Math.abs(low), Math.abs(high)) || 1
  const domain = name === 'blue-red' ? ([-reach, reach] as const) : low < high ? ([low, high] as const) : ([low - 0.5, high + 0.5] as const)
  const scale = Plot.scale({ color: { type: 'linear', scheme: schemes[name], domain: [0, 1], reverse: name === 'blue-red' } })
  const colour = (i: number) => rgb(String(scale.apply((i - 1) / 254)))
  return {
    domain,
    palette: Array.from({ length: 256 }, (_, i) => (i === 0 ? ([0, 0, 0] as const) : colour(i))),
    indexOf: (value) => {
      if (Number.isNaN(value)) return 0
      const share = (value - domain[0]) / (domain[1] - domain[0])
      return 1 + Math.round(Math.min(1, Math.max(0, share)) * 254)
    },
  }
}

/** `rgb(1, 2, 3)` or `#010203` as numbers. */
function rgb(colour: string): readonly [number, number, number] {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/iu.exec(colour)
  const [red, green, blue] = hex ? hex.slice(1).map((part) => parseInt(part, 16)) : (colour.match(/\d+/gu) ?? []).map(Number)
  return [red!, green!, blue!]
}

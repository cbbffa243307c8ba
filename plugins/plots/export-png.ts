import { readFile } from 'node:fs/promises'
import { type Call, type Figure, type FigureWish, PluginError } from '@cardcage/plugin'
import { coverageOf } from './font-coverage.ts'

/** Most pixels of a PNG: 160 MB uncompressed. */
const mostPixels = 40_000_000

let ready: ReturnType<typeof load> | undefined

/**
 * Render an SVG figure as PNG with resvg and the Inter font, both from this plugin's dependencies. Warns of letters that the font lacks:
 * they are left out of the picture.
 *
 * @throws {PluginError} `invalid-data` where the figure is no readable SVG; `limit-exceeded` above 40 million pixels
 * @see https://github.com/thx/resvg-js
 */
export async function exportPng(figure: Figure, wish: FigureWish & { readonly scale: number }, call: Pick<Call, 'warn'>): Promise<Figure> {
  const svg = typeof figure.body === 'string' ? figure.body : new TextDecoder().decode(figure.body)
  const { Resvg, fonts, covers } = await (ready ??= load())
  const lacking = [...new Set(lettersOf(svg).filter((letter) => !covers(letter.codePointAt(0)!)))]
  if (lacking.length > 0) call.warn(`The PNG leaves out letters that its font lacks: ${lacking.slice(0, 20).join(' ')}`)
  const renderer = parse(Resvg, svg, fonts, wish.scale)
  try {
    const pixels = renderer.width * renderer.height * wish.scale ** 2
    if (pixels > mostPixels) {
      throw new PluginError(
        'limit-exceeded',
        `The figure would have ${Math.round(pixels / 1e6)} million pixels; at most ${mostPixels / 1e6} million are drawn`,
        {
          origin: 'caller',
          hint: 'Ask for a smaller width, height or scale.',
        },
      )
    }
    const image = renderer.render()
    const body = image.asPng()
    image.free()
    return { mediaType: 'image/png', body, alt: figure.alt, ...(figure.title === undefined ? {} : { title: figure.title }) }
  } finally {
    renderer.free()
  }
}

/** Letters of the texts of an SVG, without blanks. */
function lettersOf(svg: string): string[] {
  const text = svg
    .replace(/<[^>]*>/gu, '')
    .replace(/&#(\d+);/gu, (_, code: string) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)))
  return Array.from(text.replace(/[\s\p{Cf}]/gu, ''))
}

async function load() {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm')
  const file = (specifier: string) => readFile(new URL(import.meta.resolve(specifier)))
  const [wasm, ...fonts] = await Promise.all([
    file('@resvg/resvg-wasm/index_bg.wasm'),
    file('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
    file('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
  ])
  await initWasm(wasm)
  return { Resvg, fonts, covers: coverageOf(fonts[0]) }
}

function parse(Resvg: typeof import('@resvg/resvg-wasm').Resvg, svg: string, fontBuffers: Uint8Array[], scale: number) {
  try {
    return new Resvg(svg, {
      fitTo: { mode: 'zoom', value: scale },
      font: { fontBuffers, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter', serifFamily: 'Inter', monospaceFamily: 'Inter' },
    })
  } catch (cause) {
    throw new PluginError('invalid-data', `The figure is not an SVG that can be read: ${String(cause)}`, { cause })
  }
}

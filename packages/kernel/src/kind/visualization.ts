import { type Figure, type FigureWish, type Json, PluginError } from '@cardcage/plugin'
import type { Answer, CallOptions, PlotRequest } from './request.ts'
import { receiveBytes } from '../wire/table.ts'
import { type Called, expectChannel, expectObject, type Target } from './answer.ts'
import { callTarget } from './call-target.ts'
import { checkFigure } from './check-figure.ts'
import { bindInputs } from './inputs.ts'
import { keepFigure } from './keep.ts'
import { bindParams } from './params.ts'

/** Most bytes of a figure. */
const maxFigureBytes = 64 * 1024 * 1024

/** What a figure is where nothing is wished for. */
export const defaultWish: FigureWish & { readonly scale: number } = {
  mediaType: 'image/svg+xml',
  width: 800,
  height: 450,
  theme: 'light',
  locale: 'en',
  scale: 1,
}

/** A wish with everything in it. @throws {PluginError} `invalid-call` where a length or theme is none */
export function completeWish(wish: PlotRequest['wish'] = {}): FigureWish & { readonly scale: number } {
  const complete = { ...defaultWish, ...wish }
  for (const key of ['width', 'height'] as const) {
    if (!(complete[key] >= 16 && complete[key] <= 16_384))
      throw new PluginError('invalid-call', `${key}: ${complete[key]} given, 16 to 16384 pixels are possible`)
  }
  if (!(complete.scale > 0 && complete.scale <= 16))
    throw new PluginError('invalid-call', `scale: ${complete.scale} given, above 0 to 16 is possible`)
  if (!['light', 'dark', 'print'].includes(complete.theme))
    throw new PluginError('invalid-call', `theme: '${String(complete.theme)}' given, one of light, dark, print is possible`)
  return complete
}

/** Draw a figure of a media type the plot draws. */
export async function draw(target: Target, request: PlotRequest, wish: FigureWish): Promise<Answer<Figure>> {
  const params = bindParams(target.provided.params, request.params)
  const inputs = await bindInputs(target.provided.inputs ?? {}, request)
  return await callTarget(
    target,
    'run',
    request,
    { params, ...(inputs ? { inputs } : {}), args: { wish: wish as unknown as Json } },
    (called) => figureAnswer(called, wish.mediaType),
    { keep: keepFigure },
  )
}

/** Make one media type of figure into another. */
export async function exportWith(
  target: Target,
  figure: Figure,
  wish: FigureWish & { readonly scale: number },
  options: CallOptions,
): Promise<Answer<Figure>> {
  const { body, ...about } = figure
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const source = {
    as: 'bytes' as const,
    source: {
      name: 'figure',
      size: bytes.length,
      async *stream() {
        yield bytes
      },
    },
  }
  const args = { figure: { ...about, text: typeof body === 'string' } as Json, wish: wish as unknown as Json }
  return await callTarget(
    target,
    'export',
    options,
    { args, inputs: { figure: source } },
    (called) => figureAnswer(called, wish.mediaType),
    { keep: keepFigure, again: () => true },
  )
}

async function figureAnswer(called: Called, mediaType: string): Promise<Answer<Figure>> {
  const value = expectObject(called.value, 'a figure')
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of receiveBytes(called.result.stream(expectChannel(value['body'])))) {
    size += chunk.length
    if (size > maxFigureBytes) throw new PluginError('limit-exceeded', `The figure is larger than ${maxFigureBytes} bytes`)
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  const figure: Figure = {
    mediaType: textOf(value['mediaType']),
    alt: textOf(value['alt']),
    ...(typeof value['title'] === 'string' ? { title: value['title'] } : {}),
    body: value['text'] === true ? bytes.toString() : new Uint8Array(bytes),
  }
  checkFigure(figure, mediaType)
  return called.answer(figure)
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

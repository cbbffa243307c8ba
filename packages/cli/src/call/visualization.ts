import { extname } from 'node:path'
import { PluginError } from '@cardcage/plugin'
import type { Figure, FigureWish } from '@cardcage/plugin'
import { valueOf, valuesOf } from '../command.ts'
import { openInputs } from '../inputs.ts'
import { columnsOf, paramsOf } from '../params.ts'
import { writeFileWhole } from '../write-file.ts'
import { tellAnswer } from './answer.ts'
import { positive, readingOf } from './request.ts'
import type { CallRequest } from './request.ts'

const mediaTypes: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.pdf': 'application/pdf',
  '.html': 'text/html',
}

/** Draw a plot: to `--output`, whose extension is the media type, else its SVG on stdout. */
export async function callVisualization(request: CallRequest): Promise<void> {
  const { kernel, full, provided, options, call, context } = request
  if (provided.from !== undefined) throw exporterCalled(request)
  const file = valueOf(options, 'output')
  const wish = wishOf(request, file)
  const inputs = await openInputs(valuesOf(options, 'input'), provided, readingOf(request))
  const answer = await kernel.plot(full, {
    ...call,
    inputs,
    columns: columnsOf(valuesOf(options, 'column')),
    params: paramsOf(valuesOf(options, 'param')),
    wish,
  })
  const figure = answer.result
  if (file !== undefined) await writeFileWhole(file, figure.body, context.signal)
  const show = () => context.output.data(file ?? figure.body)
  tellAnswer(request, answer, asResult(figure, file), show, file)
}

/** What the options ask of the figure. @throws UsageError, {PluginError} `unsupported` for an extension of no media type */
function wishOf({ options }: CallRequest, file: string | undefined): Partial<FigureWish> & { scale?: number } {
  const theme = valueOf(options, 'theme') as FigureWish['theme'] | undefined
  const texts = { theme, title: valueOf(options, 'title'), xLabel: valueOf(options, 'xLabel'), yLabel: valueOf(options, 'yLabel') }
  const numbers = { width: positive(options, 'width'), height: positive(options, 'height'), scale: positive(options, 'scale') }
  const given = Object.entries({ ...texts, ...numbers }).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(given), mediaType: file === undefined ? 'image/svg+xml' : mediaTypeOf(file) }
}

function mediaTypeOf(file: string): string {
  const found = mediaTypes[extname(file).toLowerCase()]
  if (found !== undefined) return found
  throw new PluginError('unsupported', `The extension of ${file} says no media type of figures`, {
    hint: `Use one of ${Object.keys(mediaTypes).join(', ')}.`,
    details: { extensions: Object.keys(mediaTypes) },
  })
}

function asResult({ mediaType, alt, title, body }: Figure, file: string | undefined) {
  const said = { mediaType, alt, ...(title === undefined ? {} : { title }) }
  if (file !== undefined) return said
  return typeof body === 'string' ? { ...said, body } : { ...said, base64: Buffer.from(body).toString('base64') }
}

function exporterCalled({ full, provided: { from, to, extension } }: CallRequest): PluginError {
  return new PluginError('invalid-call', `${full} is no plot: it makes ${to} from ${from}`, {
    hint: `Call a plot with --output FILE${extension ?? ''}: the exporter is used by itself.`,
  })
}

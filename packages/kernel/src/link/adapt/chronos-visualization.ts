import { type ColumnNeed, type ColumnType, type Figure, type Input, type Plot, PluginError, type Table } from '@cardcage/plugin'
import { aboutOf } from './about.ts'
import { callContext } from './chronos-context.ts'
import type { Guide } from './guide.ts'
import { schemaOf } from './open-schema.ts'
import { paramsOf } from './parameters.ts'
import { notRecord } from './refusal.ts'
import { bothCases, isRecord, member, textsOf, variantOf } from './spelling.ts'
import { seriesOf } from './time-series.ts'

/** Media types by the guide's names of formats. */
const mediaTypes: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  jpeg: 'image/jpeg',
  pdf: 'application/pdf',
  html: 'text/html',
  interactivehtml: 'text/html',
  json: 'application/json',
  csv: 'text/csv',
}

/** The plot types of a visualization plugin: what each needs is checked by the host, as roles of columns and numbers of rows. */
export async function visualizationsOf(guide: Guide): Promise<Record<string, Plot>> {
  const types = guide.has('supportedPlotTypes') ? await guide.call('supportedPlotTypes', []) : undefined
  const formats = guide.has('supportedExportFormats') ? await guide.call('supportedExportFormats', []) : []
  const draws = [
    ...new Set((Array.isArray(formats) ? formats : []).flatMap((format) => mediaTypes[variantOf(format).name.toLowerCase()] ?? [])),
  ]
  const listed: readonly unknown[] = Array.isArray(types) ? types : [{ id: guide.ctx.plugin.id }]
  const plots = listed.map(async (type): Promise<[string, Plot]> => {
    const id = typeof type === 'string' ? type : String(member(type, 'id'))
    const params = schemaOf(await paramsOf(guide, id))
    const needs = member(type, 'dataRequirements')
    const data = inputOf(needs, member(type, 'multiSeries') !== false)
    const timeIsSeries = textsOf(member(needs, 'requiredColumns')).includes('time')
    const about = aboutOf(type)
    return [
      id,
      {
        ...about,
        inputs: { data },
        params,
        ...(draws.length > 0 ? { draws } : {}),
        run: runOf(guide, id, about.title ?? id, timeIsSeries),
      },
    ]
  })
  return Object.fromEntries(await Promise.all(plots))
}

/** Requirements of the guide as an input of the contract. */
function inputOf(needs: unknown, multiSeries: boolean): Input {
  const type = typeOf(textsOf(member(needs, 'supportedTypes')))
  const required = textsOf(member(needs, 'requiredColumns'))
  const temporal = member(needs, 'requiresTemporal') === true
  const time: Record<string, ColumnNeed> = temporal
    ? { time: { type: 'time' } }
    : required.length === 0
      ? { time: { type: 'ordered', optional: true } }
      : {}
  const values: Record<string, ColumnNeed> = required.length === 0 ? { value: { type: 'number', many: multiSeries } } : {}
  const named = (names: readonly string[], optional: boolean) =>
    Object.fromEntries(names.map((name): [string, ColumnNeed] => [name, optional ? { type, optional } : { type }]))
  const rows = (key: 'minRows' | 'maxRows', limit: unknown) => (typeof limit === 'number' ? { [key]: limit } : {})
  return {
    columns: { ...named(required, false), ...named(textsOf(member(needs, 'optionalColumns')), true), ...time, ...values },
    ...rows('minRows', member(needs, 'minPoints')),
    ...rows('maxRows', member(needs, 'maxPoints')),
  }
}

/** The type a column may have where the guide names several. */
function typeOf(supported: readonly string[]): ColumnType {
  const known: Readonly<Record<string, ColumnType>> = {
    Numeric: 'number',
    Temporal: 'time',
    Categorical: 'text',
    Text: 'text',
    Boolean: 'boolean',
  }
  const types = [...new Set(supported.map((name): ColumnType => known[name] ?? 'any'))]
  if (types.length === 0) return 'number'
  if (types.length === 1) return types[0]!
  return types.every((type) => type === 'number' || type === 'time') ? 'ordered' : 'any'
}

function runOf(guide: Guide, plotType: string, title: string, timeIsSeries: boolean): Plot['run'] {
  return async ({ data }: { data: Table }, parameters: Readonly<Record<string, unknown>>, call) => {
    const { wish } = call
    const format =
      Object.entries(mediaTypes)
        .find(([, mediaType]) => mediaType === wish.mediaType)?.[0]
        .toUpperCase() ?? wish.mediaType
    const config = bothCases({
      plot_type: plotType,
      ...(wish.title === undefined ? {} : { title: wish.title }),
      style: { theme: wish.theme },
      layout: { dimensions: { width: wish.width, height: wish.height } },
      data: { series: [], x_axis: { title: wish.xLabel }, y_axis: { title: wish.yLabel } },
      export: { format },
      parameters,
    })
    const drawn = await guide.call('createVisualization', [seriesOf(data, timeIsSeries), config, callContext(guide, call, parameters)])
    for (const warning of textsOf(member(drawn, 'warnings'))) call.warn(warning)
    const said = member(drawn, 'alt')
    const alt = typeof said === 'string' && said.trim() !== '' ? said : `${title} of ${data.names.join(', ')}, ${data.numRows} points`
    const figure = figureOf(drawn, alt) ?? (await rendered(guide, drawn, format, wish.mediaType, alt))
    if (figure) return wish.title === undefined ? figure : { title: wish.title, ...figure }
    if (!isRecord(drawn)) throw notRecord('create_visualization', 'a visualization', drawn)
    throw new PluginError(
      'unsupported',
      `What ${plotType} draws is no figure: it has neither \`code\` nor \`body\`, and the plugin has no \`render\``,
      {
        hint: 'Return `code` with SVG or HTML, or { mediaType, body, alt }, or add render(visualization, format).',
      },
    )
  }
}

/** A figure in what a plugin returned: one of the contract, or the text of an SVG or HTML document. */
function figureOf(drawn: unknown, alt: string): Figure | undefined {
  const body = member(drawn, 'body')
  const mediaType = member(drawn, 'mediaType')
  if (typeof mediaType === 'string' && (typeof body === 'string' || body instanceof Uint8Array)) return { mediaType, body, alt }
  const code = typeof drawn === 'string' ? drawn : member(drawn, 'code')
  return typeof code === 'string' ? figureOfText(code, alt) : undefined
}

function figureOfText(code: string, alt: string): Figure | undefined {
  const begin = code.slice(0, 1000).trimStart().toLowerCase()
  if (begin.startsWith('<svg') || (begin.startsWith('<?xml') && begin.includes('<svg')))
    return { mediaType: 'image/svg+xml', body: code, alt }
  return begin.startsWith('<!doctype html') || begin.startsWith('<html') ? { mediaType: 'text/html', body: code, alt } : undefined
}

async function rendered(guide: Guide, drawn: unknown, format: string, mediaType: string, alt: string): Promise<Figure | undefined> {
  if (!guide.has('render')) return undefined
  const made = await guide.call('render', [drawn, format])
  if (typeof made === 'string' || made instanceof Uint8Array) return { mediaType, body: made, alt }
  return figureOf(made, alt)
}

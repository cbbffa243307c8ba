import type { Operation, Provides } from '@cardcage/plugin'
import { type AnyTable, isTable } from '@cardcage/plugin/internal'
import { aboutOf } from './about.ts'
import { callContext } from './chronos-context.ts'
import { importSource } from './chronos-source.ts'
import { visualizationsOf } from './chronos-visualization.ts'
import { compareVersion } from './compare-manifest.ts'
import { findingsOf } from './findings.ts'
import type { Guide } from './guide.ts'
import { anyParams, schemaOf } from './open-schema.ts'
import { paramsOf } from './parameters.ts'
import { notRecord } from './refusal.ts'
import { isRecord, member, textsOf } from './spelling.ts'
import { seriesOf } from './time-series.ts'

/**
 * The time-series guide: a plugin has analyses (`analyze`), is a source (`import_data`), draws plots (`create_visualization`), or all of it.
 *
 * Each of `supported_methods` is an operation over `data`: columns of numbers, each a series, and optional times. A plugin that names none has one, called as
 * the plugin.
 */
export async function provideChronos(guide: Guide): Promise<Provides> {
  if (guide.has('metadata')) compareVersion(guide, member(await guide.call('metadata', []), 'version'))
  return {
    ...(guide.has('analyze') ? { analysis: await analysesOf(guide) } : {}),
    ...(guide.has('importData') ? { source: { [guide.ctx.plugin.id]: await importSource(guide) } } : {}),
    ...(guide.has('createVisualization') ? { visualization: await visualizationsOf(guide) } : {}),
  }
}

async function analysesOf(guide: Guide): Promise<Record<string, Operation>> {
  const methods = guide.has('supportedMethods') ? await guide.call('supportedMethods', []) : undefined
  if (!Array.isArray(methods)) return { [guide.ctx.plugin.id]: analysis(guide, guide.ctx.plugin.id, {}, schemaOf(anyParams)) }
  const operations = methods.map(async (method: unknown): Promise<[string, Operation]> => {
    const id = typeof method === 'string' ? method : String(member(method, 'id'))
    return [id, analysis(guide, id, aboutOf(method), schemaOf(await paramsOf(guide, id)))]
  })
  return Object.fromEntries(await Promise.all(operations))
}

function analysis(guide: Guide, method: string, about: ReturnType<typeof aboutOf>, schema: Operation['params']): Operation {
  return {
    ...about,
    inputs: { data: { columns: { time: { type: 'ordered', optional: true }, value: { type: 'number', many: true } } } },
    params: schema,
    async run(inputs, params, call) {
      const data = inputs['data'] as AnyTable
      const parameters = params as Readonly<Record<string, unknown>>
      const config = { method, parameters, input: { columns: [] }, output: { format: 'Structured' } }
      const result = await guide.call('analyze', [seriesOf(data), config, callContext(guide, call, parameters)])
      if (isTable(result)) return result
      if (!isRecord(result)) throw notRecord('analyze', 'a result with `method` and `results`', result)
      for (const warning of textsOf(member(result, 'warnings'))) call.warn(warning)
      const results = member(result, 'results')
      const parts = {
        ...(isRecord(results) ? results : { result: results }),
        ...prefixed(result, 'statistics'),
        ...prefixed(result, 'model'),
        ...prefixed(result, 'diagnostics'),
      }
      return findingsOf(parts, { numRows: data.numRows, ...(data.names.includes('time') ? { time: data.column('time') } : {}) })
    },
  }
}

/** A part of the result, each of its values called by the part; bytes of a model are left out. */
function prefixed(result: unknown, part: string): Record<string, unknown> {
  const value = member(result, part)
  if (!isRecord(value)) return {}
  const { serialized_model: _, ...rest } = value
  return { [part]: rest }
}

import { type Input, type Operation, PluginError, type Provides, type Table } from '@cardcage/plugin'
import { isTable } from '@cardcage/plugin/internal'
import type { JsonSchema } from '../../manifest/manifest.ts'
import { compareVersion } from './compare-manifest.ts'
import { findingsOf } from './findings.ts'
import type { Guide } from './guide.ts'
import { anyParams, schemaOf } from './open-schema.ts'
import { isRecord, member, textsOf } from './spelling.ts'
import { timesOf } from './time-series.ts'

/** The inputs the guide's plugins have, in the order in which they are tried. */
const knownInputs: readonly (readonly string[])[] = [['series'], ['reference', 'target'], ['series1', 'series2'], ['data']]

/** The sensor workbench's guide: `execute` is one operation, called as the plugin. Its params lie over the slot's config. */
export async function provideProcessing(guide: Guide): Promise<Provides> {
  const manifest = guide.has('getManifest') ? await guide.call('getManifest', []) : undefined
  compareVersion(guide, member(manifest, 'version'))
  const description = member(manifest, 'description')
  const inputs = await inputsOf(guide)
  const operation: Operation = {
    ...(typeof description === 'string' ? { description } : {}),
    inputs: Object.fromEntries(
      inputs.map((name): [string, Input] => [name, { columns: { value: 'number', time: { type: 'ordered', optional: true } } }]),
    ),
    params: schemaOf(paramsOf(guide.form?.configSchema)),
    async run(tables: Readonly<Record<string, Table>>, params: Readonly<Record<string, unknown>>, call) {
      const given = { ...arraysOf(tables), params: { ...guide.ctx.config, ...params } }
      if (guide.has('validateInputs') && (await guide.call('validateInputs', [given])) === false)
        throw new PluginError('invalid-call', `The plugin refused its inputs: ${Object.keys(given).join(', ')}`)
      const result = await guide.call('execute', [given])
      for (const warning of textsOf(member(result, 'warnings'))) call.warn(warning)
      return isTable(result) ? result : findingsOf(partsOf(result), rowsOf(tables, result))
    },
  }
  return { analysis: { [guide.ctx.plugin.id]: operation } }
}

/** The names of the inputs: those the class lists, else the first that `validate_inputs` takes. */
async function inputsOf(guide: Guide): Promise<readonly string[]> {
  const listed = textsOf(await guide.value('inputs'))
  if (listed.length > 0) return listed
  if (!guide.has('validateInputs')) return knownInputs[0]!
  for (const names of knownInputs) {
    const sample = Object.fromEntries(names.map((name) => [name, Float64Array.of(1, 2, 3, 4)]))
    const accepted = await guide.call('validateInputs', [{ ...sample, params: { ...guide.ctx.config } }]).catch(() => false)
    if (accepted !== false) return names
  }
  throw new PluginError(
    'invalid-manifest',
    `The plugin takes none of the inputs ${knownInputs.map((names) => names.join(' and ')).join('; ')}`,
    {
      hint: 'Name its inputs in the class: static inputs = ["left", "right"].',
    },
  )
}

/**
 * Params from the manifest's configuration. The values of the slot's config are put in here and not by the host, so no parameter has a default or is needed; a
 * secret is not one.
 */
function paramsOf(schema: JsonSchema | undefined): JsonSchema {
  const properties = schema?.['properties']
  if (!isRecord(properties)) return anyParams
  const open = Object.entries(properties).filter(([, one]) => !isRecord(one) || (one['sensitive'] !== true && one['writeOnly'] !== true))
  const params = open.map(([name, one]): [string, unknown] => {
    if (!isRecord(one)) return [name, one]
    const { default: _, ...rest } = one
    return [name, rest]
  })
  const { required: _, ...rest } = schema!
  return { ...rest, properties: Object.fromEntries(params) } as JsonSchema
}

function arraysOf(tables: Readonly<Record<string, Table>>): Record<string, unknown> {
  const entries = Object.entries(tables)
  const times = entries.flatMap(([name, data]): [string, Float64Array][] => {
    const found = timesOf(data)
    return found ? [[name, found]] : []
  })
  return {
    ...Object.fromEntries(entries.map(([name, data]) => [name, data.numbers('value')])),
    ...(times.length > 0 ? { times: Object.fromEntries(times) } : {}),
  }
}

/** Values and metadata of a result by name; a single array of values is called `value`. */
function partsOf(result: unknown): Readonly<Record<string, unknown>> {
  const inside = isRecord(result) ? member(result, 'values') : undefined
  const values = inside === undefined && !(isRecord(result) && 'metadata' in result) ? result : inside
  const metadata = inside === undefined ? undefined : member(result, 'metadata')
  return { ...(isRecord(metadata) ? metadata : {}), ...(isRecord(values) && !isTable(values) ? values : { value: values }) }
}

/** The input whose times the result has: the first with as many rows as the values, else the first. */
function rowsOf(tables: Readonly<Record<string, Table>>, result: unknown): { numRows: number; time?: ArrayLike<unknown> } {
  const values = member(result, 'values')
  const length = Array.isArray(values) || ArrayBuffer.isView(values) ? (values as ArrayLike<unknown> & object).length : undefined
  const all = Object.values(tables)
  const data = all.find(({ numRows }) => numRows === length) ?? all[0]
  if (!data) return { numRows: -1 }
  return { numRows: data.numRows, ...(data.names.includes('time') ? { time: data.column('time') } : {}) }
}

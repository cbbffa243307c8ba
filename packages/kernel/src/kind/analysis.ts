import { type Fields, type Json, PluginError, type Reader, reader, type Table } from '@cardcage/plugin'
import { concat } from '@cardcage/plugin/internal'
import type { AnalysisResult, Answer, OperationRequest } from './request.ts'
import { StreamedAnswer } from '../policy/streamed-answer.ts'
import { receiveTables } from '../wire/table.ts'
import { type Called, expectChannel, expectObject, type Target } from './answer.ts'
import { callTarget } from './call-target.ts'
import { bindInputs } from './inputs.ts'
import { keepAnalysis } from './keep.ts'
import { bindParams } from './params.ts'

/** Call an analysis: inputs and params are checked here, before its plugin is. */
export async function analyze(target: Target, request: OperationRequest): Promise<Answer<AnalysisResult>> {
  const { provided } = target
  const params = bindParams(provided.params, request.params)
  const inputs = await bindInputs(provided.inputs ?? {}, request)
  return await callTarget(
    target,
    'run',
    request,
    inputs ? { params, inputs } : { params },
    async (called): Promise<Answer<AnalysisResult>> => {
      const value = expectObject(called.value, 'findings')
      const summary = expectObject(value['summary'] ?? {}, 'a summary')
      if (value['reader'] !== undefined) {
        if (called.shared) throw new StreamedAnswer()
        const stream = await receiveTables(called.result.stream(expectChannel(value['reader'])))
        checkColumns('result', stream.schema)
        const tables = called.each(stream, (table) => table)
        return called.answer({ summary, tables: { result: reader(stream.schema, tables, stream.found) } })
      }
      const channels = Object.entries(expectObject(value['tables'] ?? {}, 'tables'))
      if (channels.length === 0) return called.answer({ summary, tables: {} })
      const entries = await Promise.all(
        channels.map(async ([name, channel]): Promise<[string, Table]> => [name, await wholeTable(called, channel)]),
      )
      for (const [name, { schema }] of entries) checkColumns(name, schema)
      checkFindings(entries, summary)
      return called.answer({ summary, tables: Object.fromEntries(entries) })
    },
    provided.deterministic === false ? undefined : { keep: keepAnalysis },
  )
}

async function wholeTable(called: Called, channel: Json): Promise<Table> {
  const stream: Reader = await receiveTables(called.result.stream(expectChannel(channel)))
  const tables: Table[] = []
  for await (const table of stream) tables.push(table)
  return tables.length === 1 ? tables[0]! : concat(tables, stream.schema)
}

function checkColumns(table: string, schema: Fields): void {
  const names = schema.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new PluginError('invalid-data', `Table '${table}' of the result has two columns '${twice}'`, { origin: 'plugin' })
}

/** Names of tables and findings are unique within one result, so that each can be asked for by its name. */
function checkFindings(tables: readonly (readonly [string, Table])[], summary: Readonly<Record<string, Json>>): void {
  const both = tables.find(([name]) => Object.hasOwn(summary, name))
  if (both) throw new PluginError('invalid-data', `The result has both a table and a finding called '${both[0]}'`, { origin: 'plugin' })
}

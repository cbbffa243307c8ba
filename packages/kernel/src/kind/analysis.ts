import { type Json, PluginError, type Reader, type Table } from '@cardcage/plugin'
import { concat } from '@cardcage/plugin/internal'
import type { AnalysisResult, Answer, OperationRequest } from './request.ts'
import { receiveTables } from '../wire/table.ts'
import { type Called, callTarget, expectChannel, expectObject, type Target } from './answer.ts'
import { bindInputs } from './inputs.ts'
import { bindParams } from './params.ts'

/** Call an analysis: inputs and params are checked here, before its plugin is. */
export async function analyze(target: Target, request: OperationRequest): Promise<Answer<AnalysisResult>> {
  const { provided } = target
  const params = bindParams(provided.params, request.params)
  const inputs = await bindInputs(provided.inputs ?? {}, request)
  const called = await callTarget(target, 'run', request, { params, inputs })
  const value = expectObject(called.value, 'findings')
  const summary = expectObject(value.summary ?? {}, 'a summary')
  if (value.reader !== undefined) {
    return called.answer({ summary, tables: { result: await receiveTables(called.result.stream(expectChannel(value.reader))) } })
  }
  const channels = Object.entries(expectObject(value.tables ?? {}, 'tables'))
  const entries = await Promise.all(channels.map(async ([name, channel]): Promise<[string, Table]> => [name, await wholeTable(called, channel)]))
  checkNames(entries, summary)
  return called.answer({ summary, tables: Object.fromEntries(entries) })
}

async function wholeTable(called: Called, channel: Json): Promise<Table> {
  const stream: Reader = await receiveTables(called.result.stream(expectChannel(channel)))
  const tables: Table[] = []
  for await (const table of stream) tables.push(table)
  return tables.length === 1 ? tables[0]! : concat(tables, stream.schema)
}

/** Names of tables and findings are unique within one result, so that each can be asked for by its name. */
function checkNames(tables: readonly [string, Table][], summary: Readonly<Record<string, Json>>): void {
  for (const [name, { names }] of tables) {
    const twice = names.find((column, index) => names.indexOf(column) !== index)
    if (twice !== undefined) throw new PluginError('invalid-data', `Table '${name}' of the result has two columns '${twice}'`, { origin: 'plugin' })
    if (name !== 'result' && Object.hasOwn(summary, name)) {
      throw new PluginError('invalid-data', `The result has both a table and a finding called '${name}'`, { origin: 'plugin' })
    }
  }
}

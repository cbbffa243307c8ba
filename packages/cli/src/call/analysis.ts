import type { Answer, AnalysisResult } from '@cardcage/kernel'
import type { Json } from '@cardcage/plugin'
import { valueOf, valuesOf } from '../command.ts'
import { openInputs } from '../inputs.ts'
import { columnsOf, paramsOf } from '../params.ts'
import { showTable } from '../show-table.ts'
import { oneLine, textTable } from '../text-table.ts'
import { writeFileWhole } from '../write-file.ts'
import { tellAnswer } from './answer.ts'
import { readingOf } from './request.ts'
import type { CallRequest } from './request.ts'
import { filesOfTables, writeTables } from './result-file.ts'
import { asDocument, firstRows, wantedRows } from './rows.ts'
import type { Rows } from './rows.ts'

/** Call an analysis: findings and the first rows on stdout, all rows to `--output`. */
export async function callAnalysis(request: CallRequest): Promise<void> {
  const { kernel, full, provided, options, call, context } = request
  const inputs = await openInputs(valuesOf(options, 'input'), provided, readingOf(request))
  const answer = await kernel.analyze(full, {
    ...call,
    inputs,
    columns: columnsOf(valuesOf(options, 'column')),
    params: paramsOf(valuesOf(options, 'param')),
  })
  const file = valueOf(options, 'output')
  if (file !== undefined) return toFile(request, answer, file)
  const tables = await rowsOf(answer.result, wantedRows(options['all'] === true, context.output.json))
  tellAnswer(request, answer, asResult(answer.result, tables), () => showFindings(request, answer.result, tables))
}

async function toFile(request: CallRequest, answer: Answer<AnalysisResult>, file: string): Promise<void> {
  const { output, signal } = request.context
  const entries = Object.entries(answer.result.tables)
  if (file.endsWith('.json')) {
    const tables = await rowsOf(answer.result, Infinity)
    const result = asResult(answer.result, tables)
    await writeFileWhole(file, `${JSON.stringify({ result, warnings: answer.warnings, metadata: answer.metadata })}\n`, signal)
    return tellAnswer(request, answer, { summary: answer.result.summary, tables: {} }, () => output.data(file), [file])
  }
  const files = filesOfTables(
    file,
    entries.map(([name]) => name),
  )
  for (const [i, path] of files.entries()) await writeTables(request, entries[i]![1], path)
  if (files.length === 0) output.warn(`The result has no table: nothing was written to ${file}`)
  tellAnswer(
    request,
    answer,
    { summary: answer.result.summary, tables: {} },
    () => (files.length > 0 ? output.data(files.join('\n')) : undefined),
    files,
  )
}

async function rowsOf(result: AnalysisResult, most: number): Promise<ReadonlyMap<string, Rows>> {
  const tables = new Map<string, Rows>()
  for (const [name, table] of Object.entries(result.tables)) tables.set(name, await firstRows(table, most))
  return tables
}

function asResult({ summary }: AnalysisResult, tables: ReadonlyMap<string, Rows>) {
  return { summary, tables: Object.fromEntries([...tables].map(([name, rows]) => [name, asDocument(rows)])) }
}

function showFindings({ context: { output } }: CallRequest, { summary }: AnalysisResult, tables: ReadonlyMap<string, Rows>): void {
  const findings = Object.entries(summary).map(([name, value]) => [oneLine(name), finding(value)])
  const width = output.terminal ? output.width : Infinity
  if (findings.length > 0) output.data(textTable(findings, { width }))
  for (const [name, { head, total }] of tables) {
    const count = total > head.numRows ? `the first ${head.numRows} of ${total} rows` : `${total} rows`
    output.data(`${findings.length > 0 || tables.size > 1 ? '\n' : ''}${output.style('bold', oneLine(name))} (${count})`)
    output.data(showTable(head, { rows: Infinity, width }))
  }
}

function finding(value: Json): string {
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(10)))
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value))
}

import type { Answer } from '@cardcage/kernel'
import { PluginError } from '@cardcage/plugin'
import type { Reader } from '@cardcage/plugin'
import { valueOf, valuesOf } from '../command.ts'
import { bytesOf, openInput, parseInput, readBytes } from '../inputs.ts'
import type { InputSpec } from '../inputs.ts'
import { paramsOf } from '../params.ts'
import { showTable } from '../show-table.ts'
import { tellAnswer } from './answer.ts'
import { positive, readingOf, readRequestOf } from './request.ts'
import type { CallRequest } from './request.ts'
import { writeTables } from './result-file.ts'
import { asDocument, firstRows, wantedRows } from './rows.ts'

/** Call a format: read `--input` with it and show the rows; with `--output` too, write what the input holds with it. */
export async function callFormat(request: CallRequest): Promise<void> {
  const { kernel, full, options } = request
  const [text, ...others] = valuesOf(options, 'input')
  if (text === undefined || others.length > 0) {
    throw new PluginError('invalid-call', `${full} takes one --input`, {
      hint: 'Name the file that is to be read, or that is to be written in this format with --output.',
    })
  }
  const spec = parseInput(text, [])
  const params = paramsOf(valuesOf(options, 'param'))
  const file = valueOf(options, 'output')
  if (file !== undefined) return convert(request, spec, file, params)
  await showRows(request, await readBytes(await bytesOf(spec), { kernel, request: { ...readRequestOf(request), format: full, params } }))
}

/** Read a source and show its rows, or write them to `--output`. */
export async function callSource(request: CallRequest): Promise<void> {
  const { kernel, full, options, call } = request
  const stream = valueOf(options, 'stream')
  const limit = positive(options, 'limit')
  const answer = await kernel.readSource(full, {
    ...call,
    params: paramsOf(valuesOf(options, 'param')),
    ...(stream === undefined ? {} : { stream }),
    ...(limit === undefined ? {} : { limit }),
  })
  const file = valueOf(options, 'output')
  if (file === undefined) return showRows(request, answer)
  const { rows } = await writeTables(request, answer.result, file)
  tellAnswer(request, answer, { rows }, () => request.context.output.data(file), file)
}

async function convert(request: CallRequest, spec: InputSpec, file: string, params: ReturnType<typeof paramsOf>): Promise<void> {
  const input = await openInput(spec, readingOf(request))
  const { rows, answer } = await writeTables(request, input, file, request.full, params)
  tellAnswer(request, answer, { rows }, () => request.context.output.data(file), file)
}

async function showRows(request: CallRequest, answer: Answer<Reader>): Promise<void> {
  const { output } = request.context
  const rows = await firstRows(answer.result, wantedRows(request.options['all'] === true, output.json))
  tellAnswer(request, answer, { summary: {}, tables: { result: asDocument(rows) } }, () => {
    output.data(showTable(rows.head, { rows: Infinity, width: output.terminal ? output.width : Infinity }))
    output.talk(
      rows.total > rows.head.numRows ? `the first ${rows.head.numRows} of ${rows.total} rows; --all shows them all` : `${rows.total} rows`,
    )
  })
}

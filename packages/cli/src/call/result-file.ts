import { extname } from 'node:path'
import type { Answer } from '@cardcage/kernel'
import { reader } from '@cardcage/plugin'
import type { Reader, Table } from '@cardcage/plugin'
import { paramsOf } from '../params.ts'
import { valuesOf } from '../command.ts'
import { writeFileWhole } from '../write-file.ts'
import type { CallRequest } from './request.ts'
import { isReader } from './rows.ts'

/** What became of tables that were written. */
interface Written {
  readonly rows: number
  readonly answer: Answer<unknown>
}

/**
 * Write tables through a format.
 *
 * @param format its address; default: by the extension of the file
 * @returns how many rows were written, and by whom
 */
export async function writeTables(
  request: CallRequest,
  tables: Table | Reader,
  file: string,
  format = file,
  params = optionsOf(request),
): Promise<Written> {
  const { kernel, call, context } = request
  let rows = 0
  const counted = reader(
    tables.schema,
    (async function* () {
      for await (const table of isReader(tables) ? tables : [tables]) {
        rows += table.numRows
        yield table
      }
    })(),
  )
  const answer = await kernel.write(counted, { ...call, format, params })
  await writeFileWhole(file, answer.result, context.signal)
  return { rows, answer }
}

/** The file of one of several tables: `out.csv` becomes `out.NAME.csv`. */
export function fileOfTable(file: string, name: string, of: number): string {
  if (of === 1) return file
  const extension = extname(file)
  const safe = name.replace(/[^\p{L}\p{N}_-]+/gu, '_')
  return `${file.slice(0, file.length - extension.length)}.${safe}${extension}`
}

function optionsOf({ options }: CallRequest) {
  return paramsOf(valuesOf(options, 'option'), '--option')
}

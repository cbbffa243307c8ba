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

/** The files of tables by name: of several, `out.csv` becomes `out.NAME.csv`, where a name may need a number to be a file of its own. */
export function filesOfTables(file: string, names: readonly string[]): readonly string[] {
  if (names.length === 1) return [file]
  const extension = extname(file)
  const start = file.slice(0, file.length - extension.length)
  const taken = new Set<string>()
  for (const name of names) {
    const safe = `${start}.${name.replace(/[^\p{L}\p{N}_-]+/gu, '_')}`
    let path = `${safe}${extension}`
    for (let number = 2; taken.has(path); number++) path = `${safe}_${number}${extension}`
    taken.add(path)
  }
  return [...taken]
}

function optionsOf({ options }: CallRequest) {
  return paramsOf(valuesOf(options, 'option'), '--option')
}

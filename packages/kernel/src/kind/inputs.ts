import { type Fields, PluginError, type Reader, type Table } from '@cardcage/plugin'
import { concat, isTable, tableOf, type Vector, vectorsOf } from '@cardcage/plugin/internal'
import type { AnyTable, OperationRequest } from './request.ts'
import type { LinkInput } from '../link/link.ts'
import type { ProvidedInput } from '../manifest/provides.ts'
import { type Bound, bindRoles, checkRoleNames } from './column-role.ts'

/** Most bytes an input that is not a stream may be joined to. */
const maxJoinedBytes = 512 * 1024 * 1024

/**
 * Check the caller's tables against an operation's inputs and bind their columns: before the plugin is called, so that what does not fit never reaches it.
 *
 * @returns what is sent, by input; `undefined` where the operation takes none
 * @throws {PluginError} `invalid-call` naming the input, the role or the number of rows
 */
export async function bindInputs(
  inputs: Readonly<Record<string, ProvidedInput>>,
  request: OperationRequest,
): Promise<Record<string, LinkInput> | undefined> {
  const given = byName(inputs, request.inputs)
  const named = request.columns ?? {}
  checkRoleNames(named, inputs)
  const entries = Object.entries(inputs)
  if (entries.length === 0) return undefined
  const bound: Record<string, LinkInput> = {}
  for (const [name, input] of entries) {
    const data = given[name]
    if (data === undefined) {
      if (input.optional) continue
      throw new PluginError('invalid-call', `Input '${name}' is missing`, {
        hint: `Give it a table: --input ${name}=FILE`,
        details: { input: name },
      })
    }
    if (!isTable(data) && !isReader(data)) {
      throw new PluginError('invalid-call', `Input '${name}' is neither a table nor a reader`, {
        hint: 'Make it with table() or reader() of @cardcage/plugin.',
        details: { input: name },
      })
    }
    const roles = input.columns ? bindRoles(name, input.columns, data.schema, named) : undefined
    const rebind = rebinder(data.schema, roles)
    if (input.stream) {
      const tables = counted(name, input, data)
      bound[name] = { as: 'reader', schema: rebind.schema, tables: mapped(tables, rebind.table), ...(isReader(data) ? found(data) : {}) }
    } else {
      const whole = isReader(data) ? await join(name, data, input) : data
      checkRows(name, input, whole.numRows)
      bound[name] = { as: 'table', schema: rebind.schema, tables: [rebind.table(whole)] }
    }
  }
  return bound
}

function byName(
  inputs: Readonly<Record<string, ProvidedInput>>,
  given: OperationRequest['inputs'],
): Readonly<Record<string, AnyTable | Reader>> {
  const names = Object.keys(inputs)
  if (given === undefined) return {}
  if (isTable(given) || isReader(given)) {
    if (names.length === 1) return { [names[0]!]: given }
    throw new PluginError(
      'invalid-call',
      names.length === 0 ? 'This operation takes no input' : `This operation takes ${names.length} inputs: say which one this is`,
      {
        hint: names.length === 0 ? 'Leave the input out.' : `Its inputs are ${names.join(', ')}.`,
      },
    )
  }
  const record = given as Readonly<Record<string, AnyTable | Reader>>
  for (const name of Object.keys(record)) {
    if (!names.includes(name)) {
      throw new PluginError('invalid-call', `There is no input '${name}'`, {
        hint: names.length === 0 ? 'This operation takes none.' : `Its inputs are ${names.join(', ')}.`,
      })
    }
  }
  return record
}

function isReader(value: unknown): value is Reader {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && Array.isArray((value as Reader).schema)
}

function found(reader: Reader): { found?: NonNullable<Reader['found']> } {
  return reader.found ? { found: reader.found } : {}
}

/** How the caller's tables become the ones `run` sees: its columns, by their roles' names. Shares memory. */
function rebinder(schema: Fields, bound: readonly Bound[] | undefined): { schema: Fields; table(table: AnyTable): Table } {
  if (!bound) return { schema, table: (table) => table }
  const fields = bound.map(({ field }) => field)
  const positions = bound.map(({ source }) => schema.findIndex(({ name }) => name === source))
  return {
    schema: fields,
    table(table) {
      const vectors = vectorsOf(table)
      return tableOf(
        fields,
        positions.map((position) => vectors[position]!),
        table.numRows,
      )
    },
  }
}

async function join(name: string, data: Reader, input: ProvidedInput): Promise<Table> {
  const tables: Table[] = []
  let rows = 0
  let bytes = 0
  for await (const table of data) {
    rows += table.numRows
    if (input.maxRows !== undefined && rows > input.maxRows) throw tooMany(name, input.maxRows, `more than ${input.maxRows}`)
    bytes += vectorsOf(table).reduce((sum, vector) => sum + vectorBytes(vector), 0)
    if (bytes > maxJoinedBytes) {
      throw new PluginError('limit-exceeded', `Input '${name}' has more than ${rows} rows: too much to be held as one table`, {
        origin: 'caller',
        hint: 'Select fewer columns or rows, or use an operation whose input is a stream.',
      })
    }
    tables.push(table)
  }
  return tables.length === 1 ? tables[0]! : concat(tables, data.schema)
}

function vectorBytes({ values, offsets, children, length }: Vector): number {
  const own = offsets && values ? offsets[length]! - offsets[0]! : (values?.byteLength ?? 0)
  return own + (offsets?.byteLength ?? 0) + children.reduce((sum, child) => sum + vectorBytes(child), 0)
}

async function* counted(name: string, input: ProvidedInput, data: AnyTable | Reader): AsyncGenerator<Table> {
  let rows = 0
  for await (const table of isTable(data) ? [data] : data) {
    rows += table.numRows
    if (input.maxRows !== undefined && rows > input.maxRows) throw tooMany(name, input.maxRows, `more than ${input.maxRows}`)
    yield table
  }
  checkRows(name, input, rows)
}

async function* mapped(tables: AsyncIterable<Table>, change: (table: Table) => Table): AsyncGenerator<Table> {
  for await (const table of tables) yield change(table)
}

function checkRows(name: string, { minRows, maxRows }: ProvidedInput, rows: number): void {
  if (minRows !== undefined && rows < minRows) {
    throw new PluginError('invalid-call', `Input '${name}' has ${rows} ${rows === 1 ? 'row' : 'rows'}; at least ${minRows} are needed`, {
      details: { input: name, rows, minRows },
    })
  }
  if (maxRows !== undefined && rows > maxRows) throw tooMany(name, maxRows, String(rows))
}

function tooMany(name: string, maxRows: number, rows: string): PluginError {
  return new PluginError('invalid-call', `Input '${name}' has ${rows} rows; at most ${maxRows} are allowed`, {
    details: { input: name, maxRows },
  })
}

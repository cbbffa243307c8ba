import type { AnyTable, Fields, Reader, Table } from './data.ts'
import { PluginError } from './error.ts'
import { checkSchema } from './table.ts'

/**
 * Make a reader. Every table is checked against the schema; leaving the loop early runs the generator's `finally`. It can be iterated
 * once.
 *
 * @throws {PluginError} while iterating: `invalid-data` for a table that does not fit the schema, `internal` for a second iteration
 *
 * @example
 * ```ts
 * import { reader, table } from '@cardcage/plugin'
 *
 * const numbers = reader([{ name: 'n', type: 'float64' }], [table({ n: [1, 2] }), table({ n: [3] })])
 * let rows = 0
 * for await (const t of numbers) rows += t.numRows
 * if (rows !== 3) throw new Error()
 * ```
 */
export function reader(schema: Fields, tables: AsyncIterable<AnyTable> | Iterable<AnyTable>, found?: Reader['found']): Reader {
  let started = false
  return {
    schema,
    ...(found && { found }),
    [Symbol.asyncIterator]() {
      if (started) {
        throw new PluginError('internal', 'A reader was iterated a second time', {
          hint: 'Its tables are gone once they were read: keep what you need of them in the first loop.',
        })
      }
      started = true
      return checked(schema, tables)
    },
  }
}

async function* checked(schema: Fields, tables: AsyncIterable<AnyTable> | Iterable<AnyTable>): AsyncGenerator<Table, void, undefined> {
  for await (const table of tables) {
    checkSchema(schema, table)
    yield table
  }
}

import { table } from '@cardcage/plugin'
import type { Fields, Table } from '@cardcage/plugin'

/** Tables of one schema as one table; an empty one where there are none. */
export function joinTables(schema: Fields, tables: readonly Table[]): Table {
  const [only] = tables
  if (only !== undefined && tables.length === 1) return only
  const cells = schema.map(({ name }) => [name, tables.flatMap((one) => Array.from(one.column(name)))] as const)
  return table(Object.fromEntries(cells), schema)
}

import type { Table } from './data.ts'

/** Is this value a table, whichever copy of the contract made it? */
export function isTable(value: unknown): value is Table {
  if (typeof value !== 'object' || value === null) return false
  const { schema, numRows, column } = value as Partial<Table>
  return Array.isArray(schema) && typeof numRows === 'number' && typeof column === 'function'
}

import { PluginError } from '@cardcage/plugin'
import type { Field, Fields, FormatCall, ReadWant } from '@cardcage/plugin'
import { fillOf } from './fill.ts'
import type { Fill } from './fill.ts'

/** A column that will be built. */
export interface PlannedColumn {
  readonly field: Field
  /** Position of its cells in a record, from 0. */
  readonly position: number
  readonly fill: Fill
  /** Where its type comes from, for the reason of a reject. */
  readonly inferred: boolean
}

/** Positions of the columns that the caller asks for, in his order, then those his filter needs. @throws `not-found` for others. */
export function wantedPositions(names: readonly string[], want: Pick<ReadWant, 'columns' | 'filter'>, source: string): readonly number[] {
  if (!want.columns) return names.map((_, i) => i)
  const wanted = new Set([...want.columns, ...(want.filter ?? []).map(({ column }) => column)])
  return [...wanted].map((name) => {
    const position = names.indexOf(name)
    if (position >= 0) return position
    throw new PluginError('not-found', `${source} has no column '${name}'`, { hint: `Its columns are ${listed(names)}.` })
  })
}

/**
 * The columns of a schema that the caller declared, found in the file by name, or by position where it has no header.
 * @throws {PluginError} `invalid-data` where the file lacks a column
 */
export function declaredFields(
  schema: Fields,
  names: readonly string[],
  header: boolean,
  source: string,
  call: FormatCall,
): readonly (Field | undefined)[] {
  if (!header) {
    if (schema.length === names.length) return schema
    throw new PluginError('invalid-data', `The schema has ${schema.length} columns, the first record of ${source} has ${names.length}`, {
      hint: 'Without a header the columns of a schema are those of the file, in order.',
    })
  }
  const missing = schema.filter(({ name }) => !names.includes(name)).map(({ name }) => name)
  if (missing.length > 0) {
    throw new PluginError('invalid-data', `${source} has no column ${listed(missing)}, which the schema declares`, {
      hint: `Its columns are ${listed(names)}.`,
    })
  }
  const fields = names.map((name) => schema.find((field) => field.name === name))
  const left = names.filter((_, i) => fields[i] === undefined)
  if (left.length > 0)
    call.warn(`${source} has columns that the schema does not declare; they are left out: ${listed(left)}`, { columns: left })
  return fields
}

/** Say how each wanted column is read. */
export function planColumns(fields: readonly Field[], positions: readonly number[], inferred: boolean): readonly PlannedColumn[] {
  return fields.map((field, i) => ({ field, position: positions[i]!, fill: fillOf(field), inferred }))
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `'${name}'`)
  return names.length > 20 ? `${shown.join(', ')} and ${names.length - 20} more` : shown.join(', ')
}

import { PluginError } from '@cardcage/plugin'
import type { Field } from '@cardcage/plugin'
import { textColumn } from './cells.ts'
import type { Cells, ColumnBuffers } from './cells.ts'
import { binaryColumn } from './fill-binary.ts'
import { floatColumn, int64Column, isNarrowInt, narrowIntColumn, uint64Column } from './fill-numbers.ts'
import { boolColumn, decimalColumn } from './fill-others.ts'
import { dateColumn, timeColumn, timestampColumn } from './fill-times.ts'
import type { Unit } from './fill-times.ts'

/** Makes the column `column` of the cells given. */
export type Fill = (cells: Cells, column: number) => ColumnBuffers

/**
 * How a column of a type is read from text.
 * @throws {PluginError} `unsupported` for types that no cell can say
 */
export function fillOf(field: Field): Fill {
  const [, name = '', a = '', b = ''] = /^(\w+)(?:\(\s*([^,)]*?)\s*(?:,\s*([^)]*?)\s*)?\))?$/.exec(field.type) ?? []
  if (isNarrowInt(name)) return (cells, column) => narrowIntColumn(cells, column, name)
  switch (name) {
    case 'utf8':
      return textColumn
    case 'float64':
    case 'float32':
      return (cells, column) => floatColumn(cells, column, name === 'float32')
    case 'int64':
    case 'duration':
      return int64Column
    case 'uint64':
      return uint64Column
    case 'bool':
      return boolColumn
    case 'date32':
    case 'date64':
      return (cells, column) => dateColumn(cells, column, name === 'date64')
    case 'time32':
    case 'time64':
      return (cells, column) => timeColumn(cells, column, a as Unit)
    case 'timestamp':
      return (cells, column) => timestampColumn(cells, column, a as Unit, b !== '')
    case 'decimal':
    case 'decimal128':
    case 'decimal256':
      return (cells, column) => decimalColumn(cells, column, Number(a), Number(b), name === 'decimal256' || Number(a) > 38 ? 4 : 2)
    case 'binary':
      return binaryColumn
    default:
      throw new PluginError('unsupported', `Column '${field.name}': ${field.type} cannot be read from delimited text`, {
        hint: 'Declare it utf8: nested values are written as JSON text.',
      })
  }
}

import { PluginError } from '@cardcage/plugin'
import type { Fields, Table } from '@cardcage/plugin'
import { bitBytes, fixedLayout, parseType, tableOf, Vector } from '@cardcage/plugin/internal'
import type { Buffers, ParsedType } from '@cardcage/plugin/internal'

/**
 * Make a table of Arrow buffers as they are, without a copy: one `Buffers` per field, in order. Owns them from now on.
 *
 * @throws {PluginError} `internal` where a buffer does not hold `numRows` values
 * @see https://arrow.apache.org/docs/format/Columnar.html#physical-memory-layout
 */
export function tableFromBuffers(fields: Fields, columns: readonly Buffers[], numRows: number): Table {
  const vectors = fields.map((field, i) => {
    const type = parseType(field.type)
    const buffers = columns[i] ?? {}
    if (!fits(type, buffers, numRows)) {
      throw new PluginError('internal', `The buffers of column '${field.name}' do not hold ${numRows} values of ${field.type}`, {
        origin: 'plugin',
      })
    }
    return new Vector(type, numRows, buffers)
  })
  return tableOf(fields, vectors, numRows)
}

function fits(type: ParsedType, { validity, values, offsets }: Buffers, numRows: number): boolean {
  if (validity && validity.length !== bitBytes(numRows)) return false
  if (type.kind === 'bool') return values?.length === bitBytes(numRows)
  const layout = fixedLayout(type)
  if (layout) return values instanceof layout.array && values.length === numRows * layout.stride
  if (type.kind === 'utf8' || type.kind === 'binary') {
    return values instanceof Uint8Array && offsets?.length === numRows + 1 && offsets[numRows]! <= values.length
  }
  return type.kind === 'null'
}

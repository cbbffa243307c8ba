import { decimalBits, type ParsedType, PluginError, type TimeUnit } from '@cardcage/plugin/internal'
import { damaged } from './damaged.ts'
import type { FlatObject } from './flatbuffer-reader.ts'
import type { FlatField, FlatNode } from './flatbuffer-writer.ts'

/** Names of Arrow's types by their number in the union `Type` of `Schema.fbs`. */
const typeNames = [
  'none', 'null', 'int', 'float', 'binary', 'utf8', 'bool', 'decimal', 'date', 'time', 'timestamp', 'interval', 'list', 'struct', 'union',
  'fixed_size_binary', 'fixed_size_list', 'map', 'duration', 'large_binary', 'large_utf8', 'large_list', 'run_end_encoded', 'binary_view',
  'utf8_view', 'list_view', 'large_list_view',
] // prettier-ignore
const units: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns']
const floatBits = [16, 32, 64] as const

/** The number of a type and the object with its parameters. */
export function writeType(type: ParsedType): { readonly code: number; readonly node: FlatNode } {
  return { code: typeNames.indexOf(type.kind), node: { object: parametersOf(type) } }
}

function parametersOf(type: ParsedType): readonly FlatField[] {
  switch (type.kind) {
    case 'int':
      return [
        { slot: 0, bytes: 4, value: type.bits },
        { slot: 1, bytes: 1, value: type.signed ? 1 : 0 },
      ]
    case 'float':
      return [{ slot: 0, bytes: 2, value: floatBits.indexOf(type.bits) }]
    case 'fixed_size_binary':
      return [{ slot: 0, bytes: 4, value: type.width }]
    case 'date':
      return [{ slot: 0, bytes: 2, value: type.bits === 32 ? 0 : 1 }]
    case 'time':
      return [
        { slot: 0, bytes: 2, value: units.indexOf(type.unit) },
        { slot: 1, bytes: 4, value: type.bits },
      ]
    case 'timestamp': {
      const unit: FlatField = { slot: 0, bytes: 2, value: units.indexOf(type.unit) }
      return type.timezone === undefined ? [unit] : [unit, { slot: 1, node: { text: type.timezone } }]
    }
    case 'duration':
      return [{ slot: 0, bytes: 2, value: units.indexOf(type.unit) }]
    case 'decimal':
      return [
        { slot: 0, bytes: 4, value: type.precision },
        { slot: 1, bytes: 4, value: type.scale },
        { slot: 2, bytes: 4, value: type.bits },
      ]
    default:
      return []
  }
}

/**
 * Read a type from its number and parameters; `children` are the fields below it.
 *
 * @throws {PluginError} `invalid-data`, or `unsupported` for types of Arrow that tables here do not have
 */
export function readType(
  code: number,
  given: FlatObject,
  children: readonly { readonly name: string; readonly type: ParsedType }[],
  column: string,
): ParsedType {
  const kind = typeNames[code]
  switch (kind) {
    case 'null':
    case 'bool':
    case 'utf8':
    case 'binary':
      return { kind }
    case 'int':
      return { kind, bits: oneOf([8, 16, 32, 64] as const, given.int32(0, 0)), signed: given.uint8(1, 0) !== 0 }
    case 'float':
      return { kind, bits: at(floatBits, given.int16(0, 0)) }
    case 'fixed_size_binary':
      return { kind, width: given.int32(0, 0) }
    case 'date':
      return { kind, bits: at([32, 64] as const, given.int16(0, 1)) }
    case 'time': {
      const unit = at(units, given.int16(0, 1))
      return { kind, unit, bits: oneOf([unit === 's' || unit === 'ms' ? 32 : 64], given.int32(1, 32)) }
    }
    case 'timestamp': {
      const unit = at(units, given.int16(0, 0))
      const timezone = given.text(1)
      return timezone ? { kind, unit, timezone } : { kind, unit }
    }
    case 'duration':
      return { kind, unit: at(units, given.int16(0, 1)) }
    case 'decimal': {
      const precision = given.int32(0, 0)
      const bits = given.int32(2, 128)
      if (bits === 32 || bits === 64) throw unsupported(column, `decimal${bits}`)
      return { kind, precision, scale: given.int32(1, 0), bits: oneOf([decimalBits(precision), 256], bits) }
    }
    case 'list':
      if (children.length !== 1) throw damaged(`its column '${column}' is a list of ${children.length} types`)
      return { kind, item: children[0]!.type }
    case 'struct':
      return { kind, children }
    case undefined:
    case 'none':
      throw damaged(`its column '${column}' has type number ${code}, which Arrow does not have`)
    default:
      throw unsupported(column, kind)
  }
}

/** The error for a part of Arrow that is not read here. */
export function unsupported(column: string, what: string): PluginError {
  return new PluginError('unsupported', `Column '${column}' is ${what}, which is not read here`, {
    hint: 'Write it as one of the plain types: dictionary-encoded and large text as utf8, maps as list<struct<…>>.',
  })
}

function oneOf<const T>(allowed: readonly T[], value: unknown): T {
  const found = allowed.find((one) => one === value)
  if (found === undefined) throw damaged(`a type in its schema has the width ${String(value)}`)
  return found
}

function at<const T>(choices: readonly T[], index: number): T {
  const choice = choices[index]
  if (choice === undefined) throw damaged(`a type in its schema has the unit number ${index}`)
  return choice
}

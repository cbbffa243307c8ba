import { maxTypeDepth, type ParsedType, type StructChild } from './data-type.ts'
import { PluginError } from './error.ts'

/**
 * The type of a column from its values: a typed array is its Arrow type, else the first value that is not missing decides.
 *
 * @throws {PluginError} `invalid-data` if every value is missing, or the first is of no type that columns have
 */
export function inferType(column: string, values: ArrayLike<unknown>): ParsedType {
  const array = typeOfTypedArray(values)
  if (array) return array
  const type = inferFrom(column, values)
  if (type) return type
  const why = values.length === 0 ? 'is empty' : `has ${values.length} missing values and no other`
  throw new PluginError('invalid-data', `Column '${column}' ${why}: its type cannot be told`, {
    origin: 'plugin',
    hint: `Give its field: table(columns, [{ name: ${JSON.stringify(column)}, type: 'float64' }, …]).`,
  })
}

/** The Arrow type of a typed array, `undefined` for anything else. */
export function typeOfTypedArray(values: unknown): ParsedType | undefined {
  if (!ArrayBuffer.isView(values) || values instanceof DataView) return undefined
  if (values instanceof Uint8ClampedArray) return { kind: 'int', bits: 8, signed: false }
  const [, name, bits] =
    /^(Int|Uint|BigInt|BigUint|Float)(8|16|32|64)Array$/.exec(Object.prototype.toString.call(values).slice(8, -1)) ?? []
  if (name === undefined) return undefined
  if (name === 'Float') return { kind: 'float', bits: Number(bits) as 16 | 32 | 64 }
  return { kind: 'int', bits: Number(bits) as 8 | 16 | 32 | 64, signed: name === 'Int' || name === 'BigInt' }
}

function inferFrom(column: string, values: ArrayLike<unknown>, depth = 0): ParsedType | undefined {
  if (depth > maxTypeDepth) {
    throw new PluginError(
      'invalid-data',
      `Column '${column.slice(0, 40)}…' is nested deeper than ${maxTypeDepth} levels, or holds itself`,
      {
        origin: 'plugin',
      },
    )
  }
  let row = 0
  while (row < values.length && (values[row] === null || values[row] === undefined)) row++
  if (row === values.length) return undefined
  const first = values[row]
  switch (typeof first) {
    case 'number':
      return { kind: 'float', bits: 64 }
    case 'bigint':
      return { kind: 'int', bits: 64, signed: true }
    case 'string':
      return { kind: 'utf8' }
    case 'boolean':
      return { kind: 'bool' }
    case 'object':
      if (first instanceof Date) return { kind: 'timestamp', unit: 'ms', timezone: 'UTC' }
      if (first instanceof Uint8Array) return { kind: 'binary' }
      if (Array.isArray(first) || typeOfTypedArray(first)) return inferList(column, values, depth + 1)
      if (first && !ArrayBuffer.isView(first) && isPlain(first)) return inferStruct(column, values, first, depth + 1)
      break
    default:
  }
  throw new PluginError('invalid-data', `Column '${column}', row ${row + 1}: a ${nameOf(first)} cannot be a value of a column`, {
    origin: 'plugin',
    hint: 'Values are string, number, bigint, boolean, Date, Uint8Array, null, and arrays and plain objects of these.',
  })
}

function inferList(column: string, values: ArrayLike<unknown>, depth: number): ParsedType {
  for (let row = 0; row < values.length; row++) {
    const items = values[row]
    if (!isArrayLike(items)) continue
    const item = typeOfTypedArray(items) ?? inferFrom(`${column}[]`, items, depth)
    if (item) return { kind: 'list', item }
  }
  return { kind: 'list', item: { kind: 'null' } }
}

function inferStruct(column: string, values: ArrayLike<unknown>, first: object, depth: number): ParsedType {
  const children: StructChild[] = Object.keys(first).map((name) => {
    const inner = Array.from(values, (value) => (typeof value === 'object' && value ? (value as Record<string, unknown>)[name] : null))
    return { name, type: inferFrom(`${column}.${name}`, inner, depth) ?? { kind: 'null' } }
  })
  return { kind: 'struct', children }
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || typeOfTypedArray(value) !== undefined
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

function nameOf(value: unknown): string {
  return typeof value === 'object' && value ? ((value.constructor as { name?: string } | undefined)?.name ?? 'object') : typeof value
}

import { allOnes } from './bits.ts'
import { sourceOfColumn } from './column.ts'
import { type ParsedType, printType } from './data-type.ts'
import { PluginError } from './error.ts'
import { typeOfTypedArray } from './infer-type.ts'
import { storeFixed } from './store-fixed.ts'
import { type Buffers, fixedLayout, Vector } from './vector.ts'

/** Where a value stands, for messages. */
export interface Place {
  /** `tags`, `tags[]` for the items of a list, `point.x` for a field of a struct. */
  readonly column: string
  /** Row of the table, from 0, of the value at a position of the array at hand. */
  readonly row: (position: number) => number
}

/**
 * Put values into Arrow buffers. A typed array of the type's own layout, or a column of the type, is taken as it is, without a copy;
 * missing values are `null`, `undefined` or holes.
 *
 * @throws {PluginError} `invalid-data` with column, row and value where one does not fit exactly
 */
export function buildVector(type: ParsedType, values: ArrayLike<unknown>, place: Place): Vector {
  return takeAsIs(type, values) ?? build(type, values, place)
}

/** Refuse a value of a column. `row` counts from 1 in the message. */
export function misfit(type: ParsedType, value: unknown, place: Place, position: number, why?: string): PluginError {
  const row = place.row(position) + 1
  return new PluginError('invalid-data', `Column '${place.column}', row ${row}: ${show(value)} ${why ?? `is not ${printType(type)}`}`, {
    origin: 'plugin',
    details: { column: place.column, row, type: printType(type) },
  })
}

function takeAsIs(type: ParsedType, values: ArrayLike<unknown>): Vector | undefined {
  const source = sourceOfColumn(values)
  if (source) return printType(source.vector.type) === printType(type) ? source.vector : undefined
  const layout = fixedLayout(type)
  if (!layout || layout.stride !== 1 || type.kind === 'fixed_size_binary' || !typeOfTypedArray(values)) return undefined
  if (values instanceof Uint8ClampedArray && type.kind === 'int' && type.bits === 8 && !type.signed) {
    return new Vector(type, values.length, { values: new Uint8Array(values.buffer, values.byteOffset, values.length) })
  }
  return values instanceof layout.array ? new Vector(type, values.length, { values: values as Buffers['values'] }) : undefined
}

function build(type: ParsedType, values: ArrayLike<unknown>, place: Place): Vector {
  const { length } = values
  const validity = validityOf(values)
  const layout = fixedLayout(type)
  if (layout) {
    const array = new layout.array(length * layout.stride)
    storeFixed(type, values, array, (position, why) => misfit(type, values[position], place, position, why))
    return new Vector(type, length, { validity, values: array })
  }
  switch (type.kind) {
    case 'null':
      for (let i = 0; i < length; i++) if (!isMissing(values[i])) throw misfit(type, values[i], place, i)
      return new Vector(type, length)
    case 'bool':
      return new Vector(type, length, { validity, values: storeBits(type, values, place) })
    case 'utf8':
      return new Vector(type, length, { validity, ...storeTexts(type, values, place) })
    case 'binary':
      return new Vector(type, length, { validity, ...storeBytes(type, values, place) })
    case 'list': {
      const lists = storeLists(type, values, place)
      const child = buildVector(type.item, lists.items, {
        column: `${place.column}[]`,
        row: (position) => place.row(lists.offsets.findIndex((offset) => offset > position) - 1),
      })
      return new Vector(type, length, { validity, offsets: lists.offsets, children: [child] })
    }
    case 'struct': {
      const names = new Set(type.children.map(({ name }) => name))
      for (let i = 0; i < length; i++) checkRecord(type, names, values[i], place, i)
      const children = type.children.map(({ name, type: inner }) => {
        const column = Array.from({ length }, (_, i) => ownValue(values[i], name))
        return buildVector(inner, column, { column: `${place.column}.${name}`, row: place.row })
      })
      return new Vector(type, length, { validity, children })
    }
    default:
      throw new TypeError(`No layout of ${printType(type)}`)
  }
}

function validityOf(values: ArrayLike<unknown>): Uint8Array | undefined {
  if (typeOfTypedArray(values)) return undefined
  let bits: Uint8Array | undefined
  for (let i = 0; i < values.length; i++) {
    if (!isMissing(values[i])) continue
    bits ??= allOnes(values.length)
    bits[i >> 3]! &= ~(1 << (i & 7))
  }
  return bits
}

function storeBits(type: ParsedType, values: ArrayLike<unknown>, place: Place): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8))
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value === true) bits[i >> 3]! |= 1 << (i & 7)
    else if (value !== false && !isMissing(value)) throw misfit(type, value, place, i)
  }
  return bits
}

const encoder = new TextEncoder()
const groupRows = 1024
const groupLength = 1 << 20

/** Encodes many texts at once; only where one is not ASCII are the lengths of its group measured one by one. */
function storeTexts(type: ParsedType, values: ArrayLike<unknown>, place: Place): Buffers {
  const offsets = new Int32Array(values.length + 1)
  let bytes = new Uint8Array(Math.max(64, values.length * 8))
  let end = 0
  for (let from = 0, to = 0; from < values.length; from = to) {
    const group: string[] = []
    for (let length = 0; to < values.length && to - from < groupRows && length < groupLength; to++) {
      const value = values[to]
      if (typeof value === 'string') {
        group.push(value)
        length += value.length
      } else if (isMissing(value)) group.push('')
      else throw misfit(type, value, place, to)
    }
    const text = group.join('')
    bytes = grow(bytes, end, text.length * 3)
    const start = end
    end += encoder.encodeInto(text, bytes.subarray(end)).written
    tooLong(end, place)
    const ascii = end - start === text.length
    let position = start
    for (let i = 0; i < group.length; i++) {
      const one = group[i]!
      if (!ascii && !one.isWellFormed()) throw misfit(type, one, place, from + i, 'has half of a surrogate pair: it is not Unicode text')
      position += ascii ? one.length : encodedLength(one)
      offsets[from + i + 1] = position
    }
  }
  return { offsets, values: fit(bytes, end) }
}

/** Bytes of a well-formed text in UTF-8. */
function encodedLength(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2
  }
  return bytes
}

function storeBytes(type: ParsedType, values: ArrayLike<unknown>, place: Place): Buffers {
  const offsets = new Int32Array(values.length + 1)
  let end = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value instanceof Uint8Array) end += value.length
    else if (!isMissing(value)) throw misfit(type, value, place, i)
    tooLong(end, place)
    offsets[i + 1] = end
  }
  const bytes = new Uint8Array(end)
  for (let i = 0; i < values.length; i++) if (!isMissing(values[i])) bytes.set(values[i] as Uint8Array, offsets[i])
  return { offsets, values: bytes }
}

function storeLists(type: ParsedType, values: ArrayLike<unknown>, place: Place): { offsets: Int32Array; items: unknown[] } {
  const offsets = new Int32Array(values.length + 1)
  const items: unknown[] = []
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (Array.isArray(value) || typeOfTypedArray(value)) for (const item of value as Iterable<unknown>) items.push(item)
    else if (!isMissing(value)) throw misfit(type, value, place, i)
    tooLong(items.length, place)
    offsets[i + 1] = items.length
  }
  return { offsets, items }
}

function checkRecord(type: ParsedType, names: ReadonlySet<string>, value: unknown, place: Place, i: number): void {
  if (isMissing(value)) return
  if (typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Date)
    throw misfit(type, value, place, i)
  for (const key of Object.keys(value))
    if (!names.has(key)) throw misfit(type, value, place, i, `has '${key}', which is not in ${printType(type)}`)
}

function ownValue(record: unknown, name: string): unknown {
  return typeof record === 'object' && record && Object.hasOwn(record, name) ? (record as Record<string, unknown>)[name] : null
}

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

function tooLong(end: number, place: Place): void {
  if (end <= 0x7fffffff) return
  throw new PluginError('limit-exceeded', `Column '${place.column}' holds more than 2 GiB`, {
    origin: 'plugin',
    hint: 'Yield smaller tables: a reader may give as many as it likes.',
  })
}

function grow(bytes: Uint8Array<ArrayBuffer>, end: number, more: number): Uint8Array<ArrayBuffer> {
  if (end + more <= bytes.length) return bytes
  const larger = new Uint8Array(Math.max(end + more, bytes.length * 2))
  larger.set(bytes.subarray(0, end))
  return larger
}

/** Gives memory back where much of it is unused. */
function fit(bytes: Uint8Array<ArrayBuffer>, end: number): Uint8Array {
  return end * 1.25 < bytes.length ? bytes.slice(0, end) : bytes.subarray(0, end)
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : value.toISOString()
  if (typeof value === 'object' && value) {
    return Array.isArray(value)
      ? `an array of ${value.length}`
      : `a ${(value.constructor as { name?: string } | undefined)?.name ?? 'object'}`
  }
  return String(value)
}

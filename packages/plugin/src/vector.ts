import { bitBytes, countOnes } from './bits.ts'
import type { ParsedType } from './data-type.ts'

/** Values of fixed width, as they lie in memory. */
export type FixedArray =
  | Float64Array
  | Float32Array
  | Float16Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array

/** Makes a `FixedArray`, new or over given memory. */
export interface FixedArrayConstructor {
  readonly BYTES_PER_ELEMENT: number
  new (length: number): FixedArray
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): FixedArray
}

/** How values of fixed width lie in memory: `stride` elements of `array` each. */
export interface FixedLayout {
  readonly array: FixedArrayConstructor
  readonly stride: number
}

/** The buffers of a vector; which there are depends on its type. */
export interface Buffers {
  /** One bit per value, one where there is a value; absent where all are. */
  readonly validity?: Uint8Array | undefined
  /** Fixed width: the values; bool: their bits; utf8 and binary: all bytes end to end. */
  readonly values?: FixedArray | undefined
  /** utf8, binary and list: `length + 1` ascending positions in `values` or the child. */
  readonly offsets?: Int32Array | undefined
  /** list: its one child of items; struct: one child per field, of the same length. */
  readonly children?: readonly Vector[] | undefined
}

/**
 * The values of one column in Arrow layout. Slices share memory: arrays are cut to the slice, only the bit-packed buffers (validity, and
 * `values` of bool) may begin inside a byte, at `bitOffset`.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html#physical-memory-layout
 */
export class Vector {
  readonly type: ParsedType
  readonly length: number
  /** First bit in `validity`, and in `values` of bool: 0 to 7. */
  readonly bitOffset: number
  readonly validity: Uint8Array | undefined
  readonly values: FixedArray | undefined
  readonly offsets: Int32Array | undefined
  readonly children: readonly Vector[]
  #nullCount = -1

  /** Takes the buffers as they are: whoever calls has checked that they hold `length` values. */
  constructor(type: ParsedType, length: number, buffers: Buffers = {}, bitOffset = 0) {
    this.type = type
    this.length = length
    this.bitOffset = bitOffset
    this.validity = buffers.validity
    this.values = buffers.values
    this.offsets = buffers.offsets
    this.children = buffers.children ?? []
  }

  get nullCount(): number {
    if (this.#nullCount < 0) {
      this.#nullCount =
        this.type.kind === 'null' ? this.length : this.validity ? this.length - countOnes(this.validity, this.bitOffset, this.length) : 0
    }
    return this.#nullCount
  }

  /** Values `from` to `to` (exclusive), both within the length; shares memory. */
  slice(from: number, to: number): Vector {
    if (from === 0 && to === this.length) return this
    const bit = this.bitOffset + from
    const bits = (bytes: Uint8Array): Uint8Array => bytes.subarray(bit >> 3, bitBytes(bit + to - from))
    const layout = fixedLayout(this.type)
    const { values, offsets } = this
    return new Vector(
      this.type,
      to - from,
      {
        validity: this.validity && bits(this.validity),
        values:
          this.type.kind === 'bool'
            ? bits(values as Uint8Array)
            : layout
              ? values?.subarray(from * layout.stride, to * layout.stride)
              : values,
        offsets: offsets?.subarray(from, to + 1),
        children: this.type.kind === 'struct' ? this.children.map((child) => child.slice(from, to)) : this.children,
      },
      bit & 7,
    )
  }
}

/** How a type of fixed width lies in memory; `undefined` for bool, null, and types of variable width. */
export function fixedLayout(type: ParsedType): FixedLayout | undefined {
  switch (type.kind) {
    case 'int':
    case 'float':
      return numberLayouts[`${type.kind === 'float' ? 'float' : type.signed ? 'int' : 'uint'}${type.bits}`]
    case 'date':
    case 'time':
      return type.bits === 32 ? numberLayouts['int32'] : numberLayouts['int64']
    case 'timestamp':
    case 'duration':
      return numberLayouts['int64']
    case 'decimal':
      return { array: BigInt64Array, stride: type.bits / 64 }
    case 'fixed_size_binary':
      return { array: Uint8Array, stride: type.width }
    default:
      return undefined
  }
}

const numberLayouts: Readonly<Record<string, FixedLayout>> = {
  int8: { array: Int8Array, stride: 1 },
  int16: { array: Int16Array, stride: 1 },
  int32: { array: Int32Array, stride: 1 },
  int64: { array: BigInt64Array, stride: 1 },
  uint8: { array: Uint8Array, stride: 1 },
  uint16: { array: Uint16Array, stride: 1 },
  uint32: { array: Uint32Array, stride: 1 },
  uint64: { array: BigUint64Array, stride: 1 },
  float16: { array: Float16Array, stride: 1 },
  float32: { array: Float32Array, stride: 1 },
  float64: { array: Float64Array, stride: 1 },
}

import { damaged } from './damaged.ts'

/** A vector inside a flatbuffer: where its first element lies and how many there are, all of them within the bytes. */
export interface FlatVector {
  readonly at: number
  readonly length: number
}

/**
 * Reads a flatbuffer of unknown origin: every position is checked before it is read, so bad bytes give `invalid-data` and nothing else.
 * Objects and texts are charged to budgets, because many references may point to one of them.
 */
export class FlatReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #textBudget: number
  #objectBudget: number

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#textBudget = 65_536 + 4 * bytes.byteLength
    this.#objectBudget = 1024 + bytes.byteLength / 2
  }

  root(): FlatObject {
    return this.object(this.follow(0))
  }

  /** The object at a position. */
  object(at: number): FlatObject {
    if (--this.#objectBudget < 0) throw damaged('its metadata has more objects than bytes for them')
    const vtable = at - this.int32(at)
    const vtableBytes = this.uint16(vtable)
    if (vtableBytes < 4 || vtableBytes % 2 !== 0) throw damaged('an object of its metadata has no fields')
    this.check(vtable, vtableBytes)
    return new FlatObject(this, at, vtable, vtableBytes)
  }

  /** Where the reference at a position points. */
  follow(at: number): number {
    return at + this.uint32(at)
  }

  text(at: number): string {
    const length = this.uint32(at)
    this.check(at + 4, length)
    this.#textBudget -= length
    if (this.#textBudget < 0) throw damaged('the texts of its metadata are longer than it')
    return utf8(this.#bytes.subarray(at + 4, at + 4 + length))
  }

  vector(at: number, elementBytes: number): FlatVector {
    const length = this.uint32(at)
    this.check(at + 4, length * elementBytes)
    return { at: at + 4, length }
  }

  uint8(at: number): number {
    this.check(at, 1)
    return this.#view.getUint8(at)
  }

  uint16(at: number): number {
    this.check(at, 2)
    return this.#view.getUint16(at, true)
  }

  int16(at: number): number {
    this.check(at, 2)
    return this.#view.getInt16(at, true)
  }

  int32(at: number): number {
    this.check(at, 4)
    return this.#view.getInt32(at, true)
  }

  uint32(at: number): number {
    this.check(at, 4)
    return this.#view.getUint32(at, true)
  }

  /** A 64-bit integer that is a size or position: not negative, exact as a number. */
  size(at: number): number {
    this.check(at, 8)
    const high = this.#view.getInt32(at + 4, true)
    if (high < 0 || high >= 2 ** 21) throw damaged('a size in its metadata is out of range')
    return high * 2 ** 32 + this.#view.getUint32(at, true)
  }

  check(at: number, length: number): void {
    if (at < 0 || at + length > this.#view.byteLength) throw damaged('its metadata points outside itself')
  }
}

/** An object with optional fields by slot; a field that is not there has its default. */
export class FlatObject {
  readonly flat: FlatReader
  readonly #at: number
  readonly #vtable: number
  readonly #vtableBytes: number

  constructor(flat: FlatReader, at: number, vtable: number, vtableBytes: number) {
    this.flat = flat
    this.#at = at
    this.#vtable = vtable
    this.#vtableBytes = vtableBytes
  }

  uint8(slot: number, otherwise: number): number {
    const at = this.#field(slot)
    return at === undefined ? otherwise : this.flat.uint8(at)
  }

  int16(slot: number, otherwise: number): number {
    const at = this.#field(slot)
    return at === undefined ? otherwise : this.flat.int16(at)
  }

  int32(slot: number, otherwise: number): number {
    const at = this.#field(slot)
    return at === undefined ? otherwise : this.flat.int32(at)
  }

  size(slot: number): number {
    const at = this.#field(slot)
    return at === undefined ? 0 : this.flat.size(at)
  }

  text(slot: number): string | undefined {
    const at = this.#field(slot)
    return at === undefined ? undefined : this.flat.text(this.flat.follow(at))
  }

  object(slot: number): FlatObject | undefined {
    const at = this.#field(slot)
    return at === undefined ? undefined : this.flat.object(this.flat.follow(at))
  }

  /** A vector of structs of `structBytes`. */
  structs(slot: number, structBytes: number): FlatVector {
    const at = this.#field(slot)
    return at === undefined ? { at: 0, length: 0 } : this.flat.vector(this.flat.follow(at), structBytes)
  }

  /** A vector of objects. */
  *objects(slot: number): Generator<FlatObject> {
    const { at, length } = this.structs(slot, 4)
    for (let i = 0; i < length; i++) yield this.flat.object(this.flat.follow(at + 4 * i))
  }

  #field(slot: number): number | undefined {
    if (6 + 2 * slot > this.#vtableBytes) return undefined
    const offset = this.flat.uint16(this.#vtable + 4 + 2 * slot)
    return offset === 0 ? undefined : this.#at + offset
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw damaged('a text of its metadata is not UTF-8')
  }
}

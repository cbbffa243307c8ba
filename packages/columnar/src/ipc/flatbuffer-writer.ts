/**
 * What a flatbuffer is written from: an object with its fields by slot, a text, a vector of references, or a vector of structs whose
 * members are all 64-bit integers.
 *
 * @see https://flatbuffers.dev/internals/
 */
export type FlatNode =
  | { readonly object: readonly FlatField[] }
  | { readonly text: string }
  | { readonly nodes: readonly FlatNode[] }
  | { readonly int64s: readonly number[]; readonly perStruct: number }

/** One field of an object: a scalar of 1, 2, 4 or 8 bytes, or a reference. */
export type FlatField =
  | { readonly slot: number; readonly bytes: 1 | 2 | 4 | 8; readonly value: number }
  | { readonly slot: number; readonly node: FlatNode }

/** Bytes kept free before the flatbuffer, for the head of a message. */
export const messageHead = 8

/** The flatbuffer with this root after `messageHead` free bytes; its end padded to 8 bytes. */
export function writeFlatbuffer(root: FlatNode): Uint8Array<ArrayBuffer> {
  return new FlatWriter().write(root)
}

const encoder = new TextEncoder()

/** Writes every node after those that refer to it, so that all references point forward. */
class FlatWriter {
  #bytes = new Uint8Array(512)
  #view = new DataView(this.#bytes.buffer)
  #end = messageHead
  readonly #pending: { at: number; node: FlatNode }[] = []

  write(root: FlatNode): Uint8Array<ArrayBuffer> {
    this.#refer(this.#take(4), root)
    for (let i = 0; i < this.#pending.length; i++) {
      const { at, node } = this.#pending[i]!
      const position = this.#node(node)
      this.#view.setUint32(at, position - at, true)
    }
    this.#align(8)
    return this.#bytes.subarray(0, this.#end)
  }

  #refer(at: number, node: FlatNode): void {
    this.#pending.push({ at, node })
  }

  #node(node: FlatNode): number {
    if ('object' in node) return this.#object(node.object)
    if ('text' in node) {
      const text = encoder.encode(node.text)
      const at = this.#aligned(4, 0, 4 + text.length + 1)
      this.#view.setUint32(at, text.length, true)
      this.#bytes.set(text, at + 4)
      return at
    }
    if ('nodes' in node) {
      const at = this.#aligned(4, 0, 4 + 4 * node.nodes.length)
      this.#view.setUint32(at, node.nodes.length, true)
      for (const [i, item] of node.nodes.entries()) this.#refer(at + 4 + 4 * i, item)
      return at
    }
    const at = this.#aligned(8, 4, 4 + 8 * node.int64s.length)
    this.#view.setUint32(at, node.int64s.length / node.perStruct, true)
    for (const [i, value] of node.int64s.entries()) this.#setInt64(at + 4 + 8 * i, value)
    return at
  }

  #object(fields: readonly FlatField[]): number {
    const slots = fields.reduce((most, { slot }) => Math.max(most, slot + 1), 0)
    const sorted = [...fields].sort((a, b) => sizeOf(b) - sizeOf(a))
    const vtable = this.#aligned(2, 0, 4 + 2 * slots)
    // The eight-byte fields come first, right after the four bytes that point to the vtable.
    const at = this.#aligned(8, 4, 4 + fields.reduce((sum, field) => sum + sizeOf(field), 0))
    this.#view.setUint16(vtable, 4 + 2 * slots, true)
    this.#view.setUint16(vtable + 2, this.#end - at, true)
    this.#view.setInt32(at, at - vtable, true)
    let position = at + 4
    for (const field of sorted) {
      this.#view.setUint16(vtable + 4 + 2 * field.slot, position - at, true)
      if ('node' in field) this.#refer(position, field.node)
      else if (field.bytes === 1) this.#view.setUint8(position, field.value)
      else if (field.bytes === 2) this.#view.setInt16(position, field.value, true)
      else if (field.bytes === 4) this.#view.setInt32(position, field.value, true)
      else this.#setInt64(position, field.value)
      position += sizeOf(field)
    }
    return at
  }

  #setInt64(at: number, value: number): void {
    this.#view.setInt32(at, (value % 2 ** 32) | 0, true)
    this.#view.setInt32(at + 4, Math.floor(value / 2 ** 32), true)
  }

  /** Room for `size` bytes at a position that leaves `remainder` when divided by `alignment`. */
  #aligned(alignment: number, remainder: number, size: number): number {
    this.#align(alignment, remainder)
    return this.#take(size)
  }

  #align(alignment: number, remainder = 0): void {
    this.#take((((remainder - this.#end) % alignment) + alignment) % alignment)
  }

  #take(size: number): number {
    const at = this.#end
    this.#end += size
    if (this.#end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#end, this.#bytes.length * 2))
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }
}

function sizeOf(field: FlatField): number {
  return 'node' in field ? 4 : field.bytes
}

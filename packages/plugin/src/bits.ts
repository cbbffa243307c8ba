/** Bit `i` of a bitmap, least significant first, as Arrow packs validity and booleans. */
export function bitAt(bytes: Uint8Array, i: number): boolean {
  return (bytes[i >> 3]! & (1 << (i & 7))) !== 0
}

/** Bytes that `length` bits take. */
export function bitBytes(length: number): number {
  return Math.ceil(length / 8)
}

/** A bitmap of `length` bits, all one, the rest of its last byte zero. */
export function allOnes(length: number): Uint8Array {
  const bytes = new Uint8Array(bitBytes(length)).fill(255)
  if (length & 7) bytes[bytes.length - 1] = (1 << (length & 7)) - 1
  return bytes
}

/** How many of the `length` bits from `from` on are one. */
export function countOnes(bytes: Uint8Array, from: number, length: number): number {
  let count = 0
  let i = from
  const end = from + length
  while (i < end && i & 7) count += bitAt(bytes, i++) ? 1 : 0
  for (; i + 8 <= end; i += 8) count += ones[bytes[i >> 3]!]!
  while (i < end) count += bitAt(bytes, i++) ? 1 : 0
  return count
}

/** The `length` bits from `from` on, beginning at bit 0: a view where `from` is at a byte, else a copy. */
export function alignBits(bytes: Uint8Array, from: number, length: number): Uint8Array {
  const first = from >> 3
  const shift = from & 7
  if (shift === 0) return bytes.subarray(first, first + bitBytes(length))
  const out = new Uint8Array(bitBytes(length))
  for (let i = 0; i < out.length; i++) out[i] = (bytes[first + i]! >> shift) | ((bytes[first + i + 1] ?? 0) << (8 - shift))
  return out
}

/** Copy `length` bits from bit `from` of `bytes` to bit `at` of `into`, whose bits there are zero. */
export function copyBits(into: Uint8Array, at: number, bytes: Uint8Array, from: number, length: number): void {
  if ((at & 7) === 0 && length >= 8) {
    const whole = length & ~7
    into.set(alignBits(bytes, from, whole), at >> 3)
    at += whole
    from += whole
    length -= whole
  }
  for (let i = 0; i < length; i++) if (bitAt(bytes, from + i)) into[(at + i) >> 3]! |= 1 << ((at + i) & 7)
}

const ones = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)

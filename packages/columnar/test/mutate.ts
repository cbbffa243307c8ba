/** Pseudo-random whole numbers below a bound, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * bound)
  }
}

const nasty = [0, 1, -1, 0x7fffffff, -0x80000000, 8, 0xffff, 0x10000, 4, -8] as const

/** A copy of the bytes with one to four changes: bits, bytes, nasty integers, cuts, repeats. */
export function mutate(bytes: Uint8Array, random: (bound: number) => number): Uint8Array {
  let out: Uint8Array = bytes.slice()
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(out.length)
    const aligned = Math.min(at & ~3, Math.max(0, out.length - 4))
    switch (random(6)) {
      case 0:
        out[at]! ^= 1 << random(8)
        break
      case 1:
        out[at] = random(256)
        break
      case 2:
      case 3:
        if (out.length >= 4) new DataView(out.buffer, out.byteOffset).setInt32(aligned, nasty[random(nasty.length)]!, true)
        break
      case 4:
        out = out.slice(0, at)
        break
      default:
        out.copyWithin(at, random(out.length), random(out.length))
    }
    if (out.length === 0) break
  }
  return out
}

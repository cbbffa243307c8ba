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

/** Frames of a conversation, changed once to three times: bits flipped, cut short, doubled, in another order, bytes put in, heads overwritten. */
export function mutateFrames(frames: readonly Uint8Array[], seed: number): Uint8Array[] {
  const random = randomFrom(seed)
  const changed = [...frames]
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(changed.length)
    const frame = changed[at]!
    const kind = random(8)
    if (kind === 0) changed[at] = flipped(frame, random)
    else if (kind === 1) changed.length = at + 1
    else if (kind === 2) changed[at] = frame.slice(0, random(frame.length))
    else if (kind === 3) changed.splice(random(changed.length), 0, frame)
    else if (kind === 4) changed.splice(random(changed.length - 1), 0, ...changed.splice(at, 1))
    else if (kind === 5)
      changed.splice(
        at,
        0,
        Uint8Array.from({ length: 1 + random(40) }, () => random(256)),
      )
    else if (kind === 6) changed[at] = withHead(frame, random)
    else changed[at] = withText(frame, random)
    if (changed.length === 0) break
  }
  return changed
}

function flipped(frame: Uint8Array, random: (bound: number) => number): Uint8Array {
  const copy = frame.slice()
  for (let bits = 1 + random(4); bits > 0; bits--) copy[random(copy.length)]! ^= 1 << random(8)
  return copy
}

/** Another type, flag, channel or call, as a runner gone wrong would write. */
function withHead(frame: Uint8Array, random: (bound: number) => number): Uint8Array {
  const copy = frame.slice()
  if (copy.length < 12) return copy
  const [offset, below] = (
    [
      [4, 60],
      [5, 3],
      [6, 256],
      [7, 256],
      [8, 16],
    ] as const
  )[random(5)]!
  copy[offset] = random(below)
  return copy
}

/** The payload with a piece of JSON of another kind in it, and the length that goes with it. */
function withText(frame: Uint8Array, random: (bound: number) => number): Uint8Array {
  const pieces = ['null', '{}', '[]', '-1', '"x"', '1e999', '{"__proto__":{"polluted":1}}', '32768', '[[[', '":']
  const text = Buffer.from(frame.subarray(12)).toString('latin1')
  const values = [...text.matchAll(/"[^"]*"|\d+|\[|\{|null|true/g)]
  if (values.length === 0) return flipped(frame, random)
  const value = values[random(values.length)]!
  const changed = Buffer.from(
    text.slice(0, value.index) + pieces[random(pieces.length)]! + text.slice(value.index + value[0].length),
    'latin1',
  )
  const copy = Buffer.concat([frame.subarray(0, 12), changed])
  copy.writeUInt32LE(changed.length, 0)
  return copy
}

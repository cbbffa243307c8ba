/**
 * One made-up observation: a cycle of eleven years with noise. Each row depends on its number and the seed alone, so that reading may
 * begin anywhere.
 *
 * @param days between two rows
 * @param gaps share of missing values, 0 to 1
 * @returns 0 or more with one decimal; `null` for a gap
 */
export function sunspots(row: number, days: number, seed: number, gaps: number): number | null {
  if (random(row, seed) < gaps) return null
  const cycle = 1 - Math.cos((2 * Math.PI * row * days) / (11 * 365.25))
  const noise = random(row, seed + 1) + random(row, seed + 2) - 1
  return Math.max(0, Math.round(10 * (80 * cycle + 30 * noise)) / 10)
}

/** A number in [0, 1) for each pair: the finaliser of MurmurHash3. */
function random(row: number, seed: number): number {
  let hash = Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca77)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/**
 * The names most like a misspelt one, best first, at most three; empty where nothing is near. Case does not count.
 * Near is an edit distance (a swap of two letters counts as one edit) of at most a third of the longer name, or one name beginning the other, or standing in it
 * where it has four letters or more.
 */
export function nearest(name: string, candidates: Iterable<string>): string[] {
  const wanted = name.slice(0, 100).toLowerCase()
  const found: { candidate: string; distance: number }[] = []
  for (const candidate of candidates) {
    const other = candidate.slice(0, 100).toLowerCase()
    const shorter = Math.min(wanted.length, other.length)
    const begins = shorter >= 3 && (other.startsWith(wanted) || wanted.startsWith(other))
    const inside = shorter >= 4 && (other.includes(wanted) || wanted.includes(other))
    const distance = begins ? 1 : inside ? 2 : editDistance(wanted, other)
    if (inside || distance <= Math.max(1, Math.floor(Math.max(wanted.length, other.length) / 3))) found.push({ candidate, distance })
  }
  return found
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** ` Did you mean 'a' or 'b'?`, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const names = nearest(name, candidates)
  return names.length === 0 ? '' : ` Did you mean ${names.map((near) => `'${near}'`).join(' or ')}?`
}

/** Optimal string alignment distance. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    before = last
    last = row
  }
  return last[b.length]!
}

/** Of these names at most three that are nearest to what was written, best first; none that shares too little with it. Case does not count. */
export function nearest(written: string, names: readonly string[]): readonly string[] {
  const wanted = written.toLowerCase()
  return names
    .map((name) => ({ name, edits: editDistance(wanted, name.toLowerCase()), inside: name.toLowerCase().includes(wanted) }))
    .filter(({ name, edits, inside }) => inside || edits <= Math.max(1, Math.floor(Math.max(name.length, wanted.length) / 3)))
    .toSorted((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ name }) => name)
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}

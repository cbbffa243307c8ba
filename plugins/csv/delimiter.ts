import { cellIndex, scan } from './scan.ts'

const candidates = [',', ';', '\t', '|']
const looked = 50

/** The byte of the param `delimiter`; `auto` looks at the bytes given. */
export function delimiterByte(param: string, quote: number, head: Uint8Array): number {
  if (param === 'auto') return detectDelimiter(head, quote).delimiter
  return param === 'tab' || param === '\\t' ? 9 : param.charCodeAt(0)
}

/**
 * Which of , ; tab | the first records are delimited by: the one that cuts most of them into as many cells as the first, then the one that gives
 * more cells. A comma where none does.
 *
 * @returns with it the share of records that agree with the first, in [0, 1], and the cells of the first.
 */
export function detectDelimiter(head: Uint8Array, quote: number): { delimiter: number; agreeing: number; cells: number } {
  let best = { delimiter: 44, agreeing: 0, cells: 1 }
  for (const candidate of candidates) {
    const delimiter = candidate.charCodeAt(0)
    if (delimiter === quote) continue
    const counts = cellCounts(head, delimiter, quote)
    const cells = counts[0] ?? 1
    if (cells < 2) continue
    const agreeing = counts.filter((count) => count === cells).length / counts.length
    if (agreeing > best.agreeing || (agreeing === best.agreeing && cells > best.cells)) best = { delimiter, agreeing, cells }
  }
  return best
}

/** Cells of the first records; the last one only if nothing else is there, as it may be cut. */
function cellCounts(head: Uint8Array, delimiter: number, quote: number): number[] {
  const index = cellIndex()
  const counts: number[] = []
  let from = 0
  while (counts.length < looked) {
    const limits = { width: 0, records: 1, recordBytes: head.length, final: false }
    const next = scan(head, from, head.length, { delimiter, quote }, limits, index)
    if (index.records === 0) break
    if (index.flawed.length === 0) counts.push(index.cells)
    from = next
  }
  if (counts.length === 0) {
    scan(head, 0, head.length, { delimiter, quote }, { width: 0, records: 1, recordBytes: head.length, final: true }, index)
    if (index.records > 0 && index.flawed.length === 0) counts.push(index.cells)
  }
  return counts
}

import type { Findings, Row, Sample, Samples } from './suite.ts'

/** Cells of the table's head. */
export const head = ['measure', 'ours', '', 'against', '', 'ratio', 'target', ''] as const

/** One row with its numbers. */
export interface Judged extends Row {
  /** Ours divided by the peer's, or ours where there is no peer; absent where it was skipped. */
  readonly value?: number
  readonly verdict: 'ok' | 'MISSED' | 'skipped' | ''
}

/** Divide, and hold against the target. Medians of one run, never of two. */
export function judge({ samples, rows }: Findings): readonly Judged[] {
  return rows.map((row) => {
    const ours = samples[row.ours]?.median
    const peer = row.peer === undefined ? 1 : samples[row.peer]?.median
    if (row.skipped !== undefined) return { ...row, verdict: 'skipped' }
    if (ours === undefined || peer === undefined)
      throw new Error(`${row.measure}: nothing was measured of ${ours === undefined ? row.ours : row.peer}`)
    const value = ours / peer
    const aimless = row.most === undefined && row.least === undefined
    const reached = value <= (row.most ?? Number.POSITIVE_INFINITY) && value >= (row.least ?? 0)
    return { ...row, value, verdict: aimless ? '' : reached ? 'ok' : 'MISSED' }
  })
}

/** The cells of each row, in the order of `head`. */
export function cells(judged: readonly Judged[], samples: Samples): readonly (readonly string[])[] {
  return judged.map(({ measure, ours, peer, most, least, value, verdict, skipped }) => [
    measure,
    ours,
    print(samples[ours]),
    peer ?? '–',
    peer === undefined ? '' : print(samples[peer]),
    value === undefined || peer === undefined ? '' : `${value.toFixed(2)} ×`,
    most === undefined && least === undefined
      ? '–'
      : `${most === undefined ? '≥' : '≤'} ${most ?? least}${peer === undefined ? ` ${samples[ours]?.unit}` : ' ×'}`,
    skipped === undefined ? verdict : `skipped: ${skipped}`,
  ])
}

/** A table for the terminal. */
export function printTable(lines: readonly (readonly string[])[]): string {
  const all = [head, ...lines]
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]!.length)))
  const right = new Set([2, 4, 5])
  const text = all.map((line) =>
    line
      .map((cell, column) => (right.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
  return [text[0], '─'.repeat(Math.max(...text.map(({ length }) => length))), ...text.slice(1)].join('\n')
}

/** A table for a document. */
export function markdownTable(lines: readonly (readonly string[])[]): string {
  const names = ['measure', 'ours', 'median', 'against', 'median', 'ratio', 'target', 'verdict']
  const rule = ['---', '---', '--:', '---', '--:', '--:', '---', '---']
  return [names, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n')
}

function print(sample: Sample | undefined): string {
  if (!sample) return ''
  const { median, unit } = sample
  return `${median >= 1000 ? Math.round(median).toLocaleString('en-US').replaceAll(',', ' ') : Number(median.toPrecision(3))} ${unit}`
}

import type { Field, FormatCall } from '@cardcage/plugin'
import type { CellTexts } from './cell-texts.ts'
import { decide, observe } from './infer.ts'
import type { Evidence } from './infer.ts'
import type { RecordScanner } from './record-scanner.ts'

/** Add the rows that a scanner has indexed to the evidence of the wanted columns. */
export function observeRows(
  evidence: Evidence[],
  { window, index }: RecordScanner,
  positions: readonly number[],
  width: number,
  texts: CellTexts,
): readonly Evidence[] {
  for (const [i, position] of positions.entries()) observe(evidence[i]!, window.bytes, index, position, width, texts)
  return evidence
}

/** The fields that the evidence speaks for; the caller is told of columns that no exact type fits. */
export function decideFields(
  names: readonly string[],
  positions: readonly number[],
  evidence: readonly Evidence[],
  call: FormatCall,
): readonly Field[] {
  return positions.map((position, i) => {
    const name = names[position]!
    const { type, offset, because } = decide(evidence[i]!)
    if (because !== undefined) call.warn(`Column '${name}' is read as text: ${because}`, { column: name })
    return offset === undefined ? { name, type } : { name, type, metadata: { timezone: zoneName(offset) } }
  })
}

function zoneName(minutesEast: number): string {
  if (minutesEast === 0) return 'UTC'
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.abs(minutesEast)
  return `${minutesEast < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

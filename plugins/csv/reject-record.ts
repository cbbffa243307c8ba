import type { FormatCall } from '@cardcage/plugin'
import type { BadRecord } from './record-scanner.ts'

/** Reject a record that has no row; whatever the answer, it is left out. @param record counted from 1 @param width cells it should have */
export function rejectRecord(bad: BadRecord, record: number, width: number, call: FormatCall): void {
  const { line, from, to, raw } = bad
  call.reject({ record, line, bytes: [from, to], reason: reasonOf(bad, width), raw })
}

function reasonOf(bad: BadRecord, width: number): string {
  switch (bad.flaw) {
    case 'cells':
      return `${bad.cells} cells, ${width} expected`
    case 'after-quote':
      return 'text after a closing quote: quotes inside a quoted cell are doubled'
    case 'unclosed':
      return `the quote opened on line ${bad.at} is never closed`
    case 'not-utf8':
      return `not UTF-8 at byte ${bad.at}`
    case 'too-long':
      return `${bad.to - bad.from} bytes are more than a record may have; raise the param max_record_bytes`
  }
}

import { PluginError } from '@cardcage/plugin'
import type { RecordScanner } from './record-scanner.ts'
import { cellBytes } from './cells.ts'

const none = 'The first line names the columns; with the param `header=false` the columns are `col_1`, `col_2` …'

/**
 * The names of the columns: from the first record, which is then behind the scanner, or, without a header, made from how many cells it has.
 *
 * @throws {PluginError} `invalid-data` where there is no record, it is broken, or two columns have one name
 */
export async function readNames(scanner: RecordScanner, header: boolean, source: string): Promise<readonly string[]> {
  const empty = (): PluginError => new PluginError('invalid-data', `${source} is empty`, { hint: none })
  if (!(await scanner.next(0, 1))) throw empty()
  const { index, window } = scanner
  const [bad] = scanner.bad
  if (!header) {
    if (bad && bad.flaw === 'too-long') throw tooLong(source, bad.from, bad.to)
    const width = bad ? bad.cells : index.cells
    scanner.back()
    return Array.from({ length: width }, (_, i) => `col_${i + 1}`)
  }
  if (bad) {
    const details = { line: bad.line, byte: bad.flaw === 'not-utf8' ? bad.at : bad.from }
    const line = `line ${bad.line} of ${source}`
    if (bad.flaw === 'too-long') throw tooLong(source, bad.from, bad.to)
    if (bad.flaw === 'not-utf8') {
      throw new PluginError('invalid-data', `The header, ${line}, is not UTF-8 at byte ${bad.at}`, {
        hint: 'Convert the file to UTF-8, for instance with `iconv -f windows-1252 -t utf-8`.',
        details,
      })
    }
    const why = bad.flaw === 'unclosed' ? `opens a quote on line ${bad.at} that is never closed` : 'has text after a closing quote'
    throw new PluginError('invalid-data', `The header, ${line}, ${why}`, { hint: none, details })
  }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const names = Array.from({ length: index.cells }, (_, i) => {
    const name = decoder.decode(cellBytes(window.bytes, index, i))
    return name.trim() === '' ? `col_${i + 1}` : name
  })
  const seen = new Map<string, number>()
  for (const [i, name] of names.entries()) {
    const before = seen.get(name)
    if (before !== undefined) {
      throw new PluginError('invalid-data', `${source} has two columns named '${name}': column ${before + 1} and column ${i + 1}`, {
        hint: 'Names of columns are unique: rename one in the header, or read with `header=false`.',
        details: { column: name, positions: [before + 1, i + 1] },
      })
    }
    seen.set(name, i)
  }
  return names
}

function tooLong(source: string, from: number, to: number): PluginError {
  return new PluginError('invalid-data', `The first record of ${source} is longer than \`max_record_bytes\`: bytes ${from} to ${to}`, {
    hint: 'Is it delimited text? If so, raise the param `max_record_bytes`.',
    details: { line: 1, byte: from },
  })
}

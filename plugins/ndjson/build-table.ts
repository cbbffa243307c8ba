import { isAscii, isUtf8 } from 'node:buffer'
import { utf8Length } from '@cardcage/columnar'
import { table } from '@cardcage/plugin'
import type { Field, Fields, FormatCall, Table, Value } from '@cardcage/plugin'
import type { Convert } from './convert.ts'
import type { Line, LineScanner } from './line-scanner.ts'
import { countKeys, isObject, parseJson } from './parse-line.ts'
import type { JsonObject, JsonValue } from './parse-line.ts'

/** A record that was read, and the line it was read from. */
export interface Parsed {
  readonly line: Line
  /** Counted from 1. */
  readonly record: number
  readonly value: JsonObject
}

/** A column that will be built. */
export interface PlannedColumn {
  readonly field: Field
  readonly convert: Convert
}

/** What tables are built by. */
export interface Plan {
  readonly schema: Fields
  readonly columns: readonly PlannedColumn[]
  /** Keys that records may have; undefined where others are of no interest. */
  readonly keys: ReadonlySet<string> | undefined
  /** Called for a key that is not among them, instead of rejecting its record. */
  readonly unknownKey?: (key: string) => void
  /** For the reason of a reject: where the types come from. */
  readonly origin: string
}

const deepest = 1000

/** Parse the lines that a scanner has found; what is no record is rejected. @param recordsBefore records before these */
export function parseLines(scanner: LineScanner, recordsBefore: number, exact: boolean, call: FormatCall): Parsed[] {
  const { window, long } = scanner
  const textOf = lineDecoder(scanner)
  if (long) {
    const reason = `${long.to - long.from} bytes are more than a line may have; raise the param max_record_bytes`
    call.reject({ record: recordsBefore + 1, line: long.number, bytes: [long.from, long.to], reason, raw: long.raw })
  }
  const parsed: Parsed[] = []
  for (const [i, line] of scanner.lines.entries()) {
    const record = recordsBefore + i + 1
    const reject = (reason: string): void => void rejectLine(scanner, line, record, reason, call)
    const text = textOf(line)
    if (text === undefined) {
      reject(`not UTF-8 at byte ${window.base + line.from + utf8Length(window.bytes.subarray(line.from, line.to))}`)
      continue
    }
    if (line.depth > deepest) {
      reject(`nested deeper than ${deepest} levels`)
      continue
    }
    let value: JsonValue
    try {
      value = parseJson(text, exact || line.exact)
    } catch (error) {
      reject(`not JSON: ${(error as Error).message}`)
      continue
    }
    if (!isObject(value)) reject(`${Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`} is not an object`)
    else if (countKeys(value) !== line.colons) reject('a key comes twice')
    else parsed.push({ line, record, value })
  }
  return parsed
}

/** Gives the text of lines, undefined where they are not UTF-8; where all are ASCII they are cut from one text. */
function lineDecoder({ window, lines }: LineScanner): (line: Line) => string | undefined {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const start = lines[0]?.from ?? 0
  const all = window.bytes.subarray(start, lines.at(-1)?.to ?? 0)
  if (isAscii(all)) {
    const text = decoder.decode(all)
    return ({ from, to }) => text.slice(from - start, to - start)
  }
  return ({ from, to }) => {
    const bytes = window.bytes.subarray(from, to)
    return isUtf8(bytes) ? decoder.decode(bytes) : undefined
  }
}

/** Build the table of records. What does not fit is rejected: its record left out or the value null, as the answer says. */
export function buildTable(scanner: LineScanner, plan: Plan, records: readonly Parsed[], call: FormatCall): Table {
  const { columns } = plan
  const built: Value[][] = columns.map(() => [])
  let row = 0
  for (const parsed of records) {
    if (!checkKeys(scanner, plan, parsed, call)) continue
    let kept = true
    for (let i = 0; i < columns.length && kept; i++) {
      const { field, convert } = columns[i]!
      const value = Object.hasOwn(parsed.value, field.name) ? parsed.value[field.name]! : null
      let converted = value === null ? null : convert(value)
      if (converted === undefined || (converted === null && field.nullable === false)) {
        const reason = converted === null ? `'${field.name}' is missing and may not be` : misfit(value, field, plan.origin)
        const answer = rejectLine(scanner, parsed.line, parsed.record, reason, call, field.name)
        kept = answer === 'null' && field.nullable !== false
        converted = null
      }
      built[i]![row] = converted
    }
    if (kept) row++
  }
  for (const values of built) values.length = row
  return table(Object.fromEntries(columns.map(({ field }, i) => [field.name, built[i]!])), plan.schema)
}

function checkKeys(scanner: LineScanner, { keys, unknownKey, origin }: Plan, { line, record, value }: Parsed, call: FormatCall): boolean {
  if (!keys) return true
  for (const key of Object.keys(value)) {
    if (keys.has(key)) continue
    if (unknownKey) unknownKey(key)
    else {
      rejectLine(
        scanner,
        line,
        record,
        `the key ${JSON.stringify(key)} is not in ${origin}; read with infer=full, or declare a schema`,
        call,
      )
      return false
    }
  }
  return true
}

function misfit(value: JsonValue, field: Field, origin: string): string {
  const text = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
  if (origin === '') return `${shown} is not ${field.type}`
  return `${shown} is not ${field.type}, the type found in ${origin}; read with infer=full, or declare a schema`
}

function rejectLine(
  scanner: LineScanner,
  line: Line,
  record: number,
  reason: string,
  call: FormatCall,
  column?: string,
): 'leave out' | 'null' {
  const { base } = scanner.window
  return call.reject({
    record,
    line: line.number,
    bytes: [base + line.from, base + line.to],
    ...(column !== undefined && { column }),
    reason,
    raw: scanner.raw(line.from, line.to),
  })
}

import { byteOrderMark, ByteWindow, splitTable } from '@cardcage/columnar'
import { PluginError, reader } from '@cardcage/plugin'
import type { ByteSource, Field, Fields, FormatCall, Reader, ReadWant, Table } from '@cardcage/plugin'
import { buildTable, parseLines } from './build-table.ts'
import type { Parsed, Plan } from './build-table.ts'
import { converterOf } from './convert.ts'
import { decideField, observeRecord } from './infer.ts'
import type { Evidence } from './infer.ts'
import { LineScanner } from './line-scanner.ts'
import type { NdjsonParams } from './params.ts'

/** Bytes that columns are inferred from unless all of the data is asked for. */
const sampleBytes = 2 ** 20

/**
 * Read JSON lines. Columns are the keys, in the order in which they first come; a key that a record does not have is null. Memory is bounded by the
 * window (1 MiB at first, then about a quarter of `batchBytes`) and the longest line allowed.
 *
 * @throws {PluginError} `invalid-data` for data without a record; `not-found` for columns that are not there
 * @see https://github.com/ndjson/ndjson-spec
 */
export async function readNdjson(source: ByteSource, want: ReadWant<NdjsonParams>, call: FormatCall): Promise<Reader> {
  const full = want.params.infer === 'full'
  const all = want.schema ?? (full ? await inferAll(source, want, call) : undefined)
  const scanner = await openScanner(source, want)
  try {
    const sample = all ? { records: 0, parsed: [] } : await readSample(scanner, source, call)
    const fields = all ?? inferFields([sample.parsed])
    const schema = selected(fields, want, source.name)
    const warned = new Set<string>()
    const plan: Plan = {
      schema,
      columns: schema.map((field) => ({ field, convert: converterOf(field) })),
      keys: want.columns ? undefined : new Set(fields.map(({ name }) => name)),
      ...(want.schema && {
        unknownKey: (key: string) => {
          if (warned.has(key) || warned.size >= 100) return
          warned.add(key)
          call.warn(`${source.name} has the key ${JSON.stringify(key)}, which the schema does not declare; it is left out`, { key })
        },
      }),
      origin: want.schema ? '' : full ? 'all of the data' : `the first ${sampleBytes} bytes`,
    }
    return reader(schema, tables(scanner, plan, sample, source, want, call), { schema: want.schema ? 'declared' : 'inferred' })
  } catch (error) {
    await scanner.window.close()
    throw error
  }
}

/** Records that were read before the columns were known, and how many there were with those rejected. */
interface Sample {
  readonly records: number
  readonly parsed: readonly Parsed[]
}

async function* tables(
  scanner: LineScanner,
  plan: Plan,
  sample: Sample,
  source: ByteSource,
  want: ReadWant<NdjsonParams>,
  call: FormatCall,
): AsyncGenerator<Table, void, undefined> {
  try {
    let { records } = sample
    let { parsed } = sample
    for (;;) {
      call.signal.throwIfAborted()
      if (parsed.length > 0) yield* splitTable(buildTable(scanner, plan, parsed, call), want.batchBytes, want.batchRows)
      if (source.size) call.progress(Math.min(1, (scanner.window.base + scanner.window.from) / source.size))
      if (!(await scanner.next())) return
      parsed = parseLines(scanner, records, false, call)
      records += found(scanner)
    }
  } finally {
    await scanner.window.close()
  }
}

/** The scanner at the first line, and its window filled with the sample. */
async function openScanner(source: ByteSource, { params, batchBytes }: ReadWant<NdjsonParams>): Promise<LineScanner> {
  const window = new ByteWindow(source, sampleBytes)
  try {
    await window.fill()
    window.from = byteOrderMark(window.bytes.subarray(0, window.to), source.name)
    return new LineScanner(window, params.max_record_bytes, Math.floor(Math.min(Math.max(batchBytes / 4, 2 ** 16), 2 ** 24)))
  } catch (error) {
    await window.close()
    throw error
  }
}

async function readSample(scanner: LineScanner, source: ByteSource, call: FormatCall): Promise<Sample> {
  let records = 0
  while (await scanner.next()) {
    const parsed = parseLines(scanner, records, true, call)
    records += found(scanner)
    if (parsed.length > 0) return { records, parsed }
  }
  if (records > 0)
    throw new PluginError('invalid-data', `No line of ${source.name} is a JSON object`, { hint: 'JSON lines have one object per line.' })
  throw new PluginError('invalid-data', `${source.name} is empty`, {
    hint: 'The keys of its records would name the columns; give a schema to read it all the same.',
  })
}

/** Infer from all of the data; it is read once for this alone, and its rejects come when it is read again. */
async function inferAll(source: ByteSource, want: ReadWant<NdjsonParams>, call: FormatCall): Promise<Fields> {
  if (!source.readAt) {
    throw new PluginError('unsupported', `${source.name} can be read only once: infer=full would have to read it twice`, {
      hint: 'Read it with infer=sample, or give a schema.',
    })
  }
  const quiet: FormatCall = Object.create(call, { reject: { value: () => 'leave out' } })
  const scanner = await openScanner(source, want)
  try {
    const first = await readSample(scanner, source, quiet)
    const keys = new Map<string, Evidence>()
    for (const { value } of first.parsed) observeRecord(keys, value)
    while (await scanner.next()) {
      call.signal.throwIfAborted()
      for (const { value } of parseLines(scanner, 0, true, quiet)) observeRecord(keys, value)
    }
    return [...keys].map(([name, evidence]) => decideField(name, evidence))
  } finally {
    await scanner.window.close()
  }
}

function inferFields(batches: readonly (readonly Parsed[])[]): Fields {
  const keys = new Map<string, Evidence>()
  for (const { value } of batches.flat()) observeRecord(keys, value)
  return [...keys].map(([name, evidence]) => decideField(name, evidence))
}

/** The columns that the caller asks for, in his order, then those his filter needs. @throws `not-found` for others. */
function selected(fields: Fields, want: Pick<ReadWant, 'columns' | 'filter'>, source: string): Fields {
  if (!want.columns) return fields
  const names = new Set([...want.columns, ...(want.filter ?? []).map(({ column }) => column)])
  return [...names].map((name): Field => {
    const field = fields.find((one) => one.name === name)
    if (field) return field
    throw new PluginError('not-found', `${source} has no column '${name}'`, {
      hint: `Its columns are ${fields.map((one) => `'${one.name}'`).join(', ')}.`,
    })
  })
}

function found(scanner: LineScanner): number {
  return scanner.lines.length + (scanner.long ? 1 : 0)
}

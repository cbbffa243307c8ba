import { byteOrderMark, ByteWindow, splitTable } from '@cardcage/columnar'
import { PluginError, reader } from '@cardcage/plugin'
import type { ByteSource, Field, FormatCall, Reader, ReadWant, Table } from '@cardcage/plugin'
import { buildTable } from './build-table.ts'
import type { Plan } from './build-table.ts'
import { cellTexts } from './cell-texts.ts'
import type { CellTexts } from './cell-texts.ts'
import { declaredFields, planColumns, wantedPositions } from './columns.ts'
import { delimiterByte } from './delimiter.ts'
import { readNames } from './header.ts'
import { decideFields, observeRows } from './infer-fields.ts'
import { noEvidence } from './infer.ts'
import type { DelimitedParams } from './params.ts'
import { rejectRecord } from './reject-record.ts'
import { RecordScanner } from './record-scanner.ts'

/** Bytes that types are inferred from unless all of the data is asked for. */
const sampleBytes = 2 ** 20

/**
 * Read delimited text. Memory is bounded by the window (1 MiB at first, then about a quarter of `batchBytes`) and the longest record allowed;
 * nothing depends on how the source cuts its bytes.
 *
 * @throws {PluginError} `invalid-data` for data without a usable header; `not-found` for columns that are not there
 * @see RFC 4180
 */
export async function readDelimited(source: ByteSource, want: ReadWant<DelimitedParams>, call: FormatCall): Promise<Reader> {
  const scanner = await openScanner(source, want)
  try {
    const { params } = want
    const names = await readNames(scanner, params.header, source.name)
    const texts = cellTexts(typeof params.null_values === 'string' ? [params.null_values] : params.null_values, params.nan)
    const declared = want.schema && declaredFields(want.schema, names, params.header, source.name, call)
    const columns = params.header || !want.schema ? names : want.schema.map(({ name }) => name)
    let positions = wantedPositions(columns, want, source.name)
    if (declared) positions = positions.filter((position) => declared[position])
    const fields = declared
      ? positions.map((position) => declared[position]!)
      : params.infer === 'full'
        ? await inferAll(source, want, names, positions, texts, call)
        : undefined
    let more = await scanner.next(names.length)
    let records = 0
    while (more && !declared && scanner.index.rows === 0) {
      for (const bad of scanner.bad) rejectRecord(bad, records + bad.record + 1, names.length, call)
      records += scanner.index.records
      more = await scanner.next(names.length)
    }
    const found =
      fields ?? decideFields(names, positions, observeRows(positions.map(noEvidence), scanner, positions, names.length, texts), call)
    const plan: Plan = {
      schema: found,
      columns: planColumns(found, positions, !declared),
      width: names.length,
      texts,
      sampleBytes: params.infer === 'full' ? undefined : sampleBytes,
    }
    return reader(found, tables(scanner, plan, more ? records : undefined, source, want, call), {
      schema: declared ? 'declared' : 'inferred',
    })
  } catch (error) {
    await scanner.window.close()
    throw error
  }
}

/** The scanner at the first record, and its window filled with the sample. */
async function openScanner(source: ByteSource, { params, batchBytes }: ReadWant<DelimitedParams>): Promise<RecordScanner> {
  const window = new ByteWindow(source, sampleBytes)
  try {
    await window.fill()
    window.from = byteOrderMark(window.bytes.subarray(0, window.to), source.name)
    const quote = params.quote === '' ? -1 : params.quote.charCodeAt(0)
    const delimiter = delimiterByte(params.delimiter, quote, window.bytes.subarray(window.from, Math.min(window.to, 65536)))
    if (delimiter === quote) {
      throw new PluginError('invalid-call', `Delimiter and quote are both '${params.quote}'`, {
        hint: 'Choose another `quote`, or an empty one.',
      })
    }
    const size = Math.min(Math.max(batchBytes / 4, 2 ** 16), 2 ** 24)
    return new RecordScanner(window, { delimiter, quote }, params.max_record_bytes, Math.floor(size))
  } catch (error) {
    await window.close()
    throw error
  }
}

/** Infer from all of the data; it is read once for this alone. */
async function inferAll(
  source: ByteSource,
  want: ReadWant<DelimitedParams>,
  names: readonly string[],
  positions: readonly number[],
  texts: CellTexts,
  call: FormatCall,
): Promise<readonly Field[]> {
  if (!source.readAt) {
    throw new PluginError('unsupported', `${source.name} can be read only once: infer=full would have to read it twice`, {
      hint: 'Read it with infer=sample, or give a schema.',
    })
  }
  const scanner = await openScanner(source, want)
  try {
    await readNames(scanner, want.params.header, source.name)
    const evidence = positions.map(noEvidence)
    while (await scanner.next(names.length)) {
      call.signal.throwIfAborted()
      observeRows(evidence, scanner, positions, names.length, texts)
    }
    return decideFields(names, positions, evidence, call)
  } finally {
    await scanner.window.close()
  }
}

async function* tables(
  scanner: RecordScanner,
  plan: Plan,
  recordsBefore: number | undefined,
  source: ByteSource,
  want: ReadWant<DelimitedParams>,
  call: FormatCall,
): AsyncGenerator<Table, void, undefined> {
  try {
    let more = recordsBefore !== undefined
    let records = recordsBefore ?? 0
    while (more) {
      call.signal.throwIfAborted()
      const table = buildTable(scanner, plan, records, call)
      records += scanner.index.records
      yield* splitTable(table, want.batchBytes, want.batchRows)
      if (source.size) call.progress(Math.min(1, (scanner.window.base + scanner.window.from) / source.size))
      more = await scanner.next(plan.width)
    }
  } finally {
    await scanner.window.close()
  }
}

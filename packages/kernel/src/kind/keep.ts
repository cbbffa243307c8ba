import { decodeSchema, decodeTable, encodeSchema, encodeTable } from '@cardcage/columnar'
import type { Figure, Json, Table } from '@cardcage/plugin'
import type { AnalysisResult, Enriched } from './request.ts'

/** A result in pieces that share nothing with it. */
export interface Packed {
  readonly json: Json
  readonly bytes: readonly Uint8Array[]
}

/** How results of one sort are kept. */
export interface Keep<T> {
  pack(result: T): Packed
  /** A result of one's own: what its owner does to it, or to its arrays, is seen by nobody else. */
  unpack(packed: Packed): T
  /** Milliseconds it holds by itself. */
  ttl?(result: T): number | undefined
}

/** Findings whose tables are whole; each is kept as an Arrow schema and one record batch. */
export const keepAnalysis: Keep<AnalysisResult> = {
  pack({ summary, tables }) {
    const whole = Object.entries(tables) as [string, Table][]
    return {
      json: { summary, names: whole.map(([name]) => name) },
      bytes: whole.flatMap(([, table]) => [encodeSchema(table.schema), Buffer.concat(encodeTable(table))]),
    }
  },
  unpack({ json, bytes }) {
    const { summary, names } = json as { summary: AnalysisResult['summary']; names: readonly string[] }
    const tables = names.map((name, index) => [name, decodeTable(new Uint8Array(bytes[index * 2 + 1]!), decodeSchema(bytes[index * 2]!))])
    return { summary, tables: Object.fromEntries(tables) as AnalysisResult['tables'] }
  },
}

/** Figures of text or bytes. */
export const keepFigure: Keep<Figure> = {
  pack: ({ body, ...about }) => ({
    json: { ...about, text: typeof body === 'string' },
    bytes: [typeof body === 'string' ? Buffer.from(body) : new Uint8Array(body)],
  }),
  unpack({ json, bytes }) {
    const { text, ...about } = json as unknown as Omit<Figure, 'body'> & { text: boolean }
    return { ...about, body: text ? Buffer.from(bytes[0]!).toString() : new Uint8Array(bytes[0]!) }
  },
}

/** Facts of a subject, also that nothing is known; for as long as the enrichment says. */
export const keepEnriched: Keep<Enriched | null> = {
  pack: (enriched) => ({ json: enriched as unknown as Json, bytes: [] }),
  unpack: ({ json }) => json as unknown as Enriched | null,
  ttl: (enriched) => enriched?.ttl,
}

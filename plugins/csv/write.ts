import type { Call, Reader } from '@cardcage/plugin'
import { PluginError } from '@cardcage/plugin'
import { delimiterByte } from './delimiter.ts'
import type { DelimitedParams } from './params.ts'
import { printerOf } from './print-cell.ts'

const flushLength = 2 ** 16

/**
 * Write delimited text. Cells are quoted only where reading needs it. A missing value is an empty cell and an empty text `""`, so that the two
 * stay different; a stream without tables gives the header alone.
 *
 * @throws {PluginError} `invalid-data` for a cell that needs quotes where the param `quote` is empty
 * @see RFC 4180
 */
export async function* writeDelimited(tables: Reader, params: DelimitedParams, call: Call): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder()
  const quote = quoter(params)
  const delimiter = delimiterOf(params)
  const end = params.line_end === 'crlf' ? '\r\n' : '\n'
  const { schema } = tables
  let text = params.header ? schema.map(({ name }) => quote(name)).join(delimiter) + end : ''
  for await (const table of tables) {
    call.signal.throwIfAborted()
    const columns = schema.map(({ name, type }) => ({
      values: table.column(name) as ArrayLike<unknown>,
      cell: cellPrinter(type, params, quote),
    }))
    for (let row = 0; row < table.numRows; row++) {
      for (let column = 0; column < columns.length; column++) {
        const { values, cell } = columns[column]!
        const value = values[row]
        if (column > 0) text += delimiter
        if (value !== null && value !== undefined) text += cell(value)
      }
      text += end
      if (text.length >= flushLength) {
        yield encoder.encode(text)
        text = ''
      }
    }
  }
  if (text !== '') yield encoder.encode(text)
}

function delimiterOf({ delimiter, quote }: DelimitedParams): string {
  const character = String.fromCharCode(delimiterByte(delimiter, -1, new Uint8Array(0)))
  if (character !== quote) return character
  throw new PluginError('invalid-call', `Delimiter and quote are both '${quote}'`, { hint: 'Choose another `quote`, or an empty one.' })
}

/** Only text, nested values and the text for NaN hold structure, unless the delimiter is a character of numbers, times or words. */
function cellPrinter(type: string, params: DelimitedParams, quote: (text: string) => string): (value: unknown) => string {
  const nan = params.nan === '' ? '' : quote(params.nan)
  const print = printerOf(type, nan)
  if (type === 'utf8') return quote as (value: unknown) => string
  if (type.includes('<')) return (value) => quote(print(value))
  const harmless = /^[^\w+.:=/-]$/.test(delimiterOf(params)) && /^[^\w+.:=/-]?$/.test(params.quote) && params.null_values.length === 0
  if (harmless) return print
  return (value) => {
    const text = print(value)
    return text === nan ? text : quote(text)
  }
}

function quoter(params: DelimitedParams): (text: string) => string {
  const { quote } = params
  const delimiter = delimiterOf(params)
  const nulls = new Set(typeof params.null_values === 'string' ? [params.null_values] : params.null_values)
  const special = new Set([delimiter, quote, '\r', '\n', '\ufeff'].map((character) => character.charCodeAt(0)))
  const highest = Math.max(...[...special].filter((code) => code < 0xfeff))
  const isPlain = (text: string): boolean => {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if ((code <= highest || code === 0xfeff) && special.has(code)) return false
    }
    return text !== ''
  }
  return (text) => {
    if (isPlain(text) && !nulls.has(text)) return text
    if (quote === '') {
      if (text === '') return text
      const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
      throw new PluginError('invalid-data', `${JSON.stringify(shown)} cannot be written without quotes`, {
        hint: 'Write with a `quote`, or with a `delimiter` that the data does not hold.',
      })
    }
    return quote + text.replaceAll(quote, quote + quote) + quote
  }
}

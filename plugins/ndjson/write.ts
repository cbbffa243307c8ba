import { Buffer } from 'node:buffer'
import { parseType, printDay, printDouble, printInstant, printTime } from '@cardcage/columnar'
import type { ParsedType } from '@cardcage/columnar'
import type { Call, Field, Reader } from '@cardcage/plugin'
import { jsonText } from './infer.ts'

const flushLength = 2 ** 16

/**
 * Write JSON lines: one object per record with every column, missing values as null. Integers have all their digits, decimals and bytes (base64)
 * are text, dates and times ISO 8601, NaN and infinities `"nan"`, `"inf"`, `"-inf"`. A stream without tables gives nothing.
 */
export async function* writeNdjson(tables: Reader, _params: unknown, call: Call): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder()
  const { schema } = tables
  const columns = schema.map((field, i) => ({
    name: field.name,
    key: `${i > 0 ? ',' : ''}${JSON.stringify(field.name)}:`,
    print: fieldPrinter(field),
  }))
  let text = ''
  for await (const table of tables) {
    call.signal.throwIfAborted()
    const values = columns.map(({ name }) => table.column(name) as ArrayLike<unknown>)
    for (let row = 0; row < table.numRows; row++) {
      text += '{'
      for (let i = 0; i < columns.length; i++) text += columns[i]!.key + columns[i]!.print(values[i]![row])
      text += '}\n'
      if (text.length >= flushLength) {
        yield encoder.encode(text)
        text = ''
      }
    }
  }
  if (text !== '') yield encoder.encode(text)
}

type Print = (value: unknown) => string

function fieldPrinter({ type, metadata }: Field): Print {
  const print = printer(parseType(type))
  if (type !== 'utf8' || metadata?.['mediaType'] !== jsonText['mediaType']) return print
  return (value) => (typeof value === 'string' && isOneLineOfJson(value) ? value : print(value))
}

function isOneLineOfJson(text: string): boolean {
  if (/[\r\n]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function printer(type: ParsedType): Print {
  const print = valuePrinter(type)
  return (value) => (value === null || value === undefined ? 'null' : print(value))
}

function valuePrinter(type: ParsedType): Print {
  switch (type.kind) {
    case 'int':
    case 'duration':
    case 'bool':
      return String
    case 'float':
      return (value) => printFloat(value as number)
    case 'date':
      return (value) => `"${printDay(value as Date)}"`
    case 'time':
      return (value) => `"${printTime(BigInt(value as number | bigint), type.unit)}"`
    case 'timestamp':
      return (value) => `"${printInstant(value as Date | bigint, type.unit, type.timezone !== undefined)}"`
    case 'binary':
    case 'fixed_size_binary':
      return (value) => `"${Buffer.from(value as Uint8Array).toString('base64')}"`
    case 'list': {
      const item = printer(type.item)
      return (value) => `[${Array.from(value as ArrayLike<unknown>, item).join(',')}]`
    }
    case 'struct': {
      const children = type.children.map((child) => ({
        name: child.name,
        key: `${JSON.stringify(child.name)}:`,
        print: printer(child.type),
      }))
      return (value) => `{${children.map(({ name, key, print }) => key + print((value as Record<string, unknown>)[name])).join(',')}}`
    }
    default:
      return JSON.stringify
  }
}

function printFloat(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '"inf"' : value < 0 ? '"-inf"' : '"nan"'
  return printDouble(value)
}

import { Buffer } from 'node:buffer'
import type { DataType } from '@cardcage/plugin'
import { printDay, printDouble, printInstant, printTime, printTimestamp } from '@cardcage/columnar'

/** Text of a value that is not missing and needs no quotes by its type. */
type Print = (value: unknown) => string

/** How values of a type are written. @param nan the text for NaN. */
export function printerOf(type: DataType, nan: string): Print {
  const [, name = '', a = '', b = ''] = /^(\w+)(?:[(<]\s*([^,)]*?)\s*(?:,\s*([^)]*?)\s*)?[)>])?$/.exec(type) ?? []
  const unit = a as 's' | 'ms' | 'us' | 'ns'
  switch (name) {
    case 'float16':
    case 'float32':
    case 'float64':
      return (value) => printFloat(value as number, nan)
    case 'date32':
    case 'date64':
      return (value) => printDay(value as Date)
    case 'timestamp':
      return (value) => printInstant(value as Date | bigint, unit, b !== '')
    case 'time32':
    case 'time64':
      return (value) => printTime(BigInt(value as number | bigint), unit)
    case 'binary':
    case 'fixed_size_binary':
      return (value) => Buffer.from(value as Uint8Array).toString('base64')
    case 'list':
    case 'struct':
      return printNested
    default:
      return String
  }
}

function printFloat(value: number, nan: string): string {
  if (value !== value) return nan
  if (value === Infinity) return 'inf'
  if (value === -Infinity) return '-inf'
  return printDouble(value)
}

/** Lists and records as JSON; integers keep all digits, NaN and infinities are `"nan"`, `"inf"` and `"-inf"`. */
function printNested(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? printFloat(value, '').replace(/\.0$/, '') : `"${printFloat(value, 'nan')}"`
  if (value instanceof Date) return JSON.stringify(printTimestamp(BigInt(value.getTime()), 'ms', true))
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (Array.isArray(value)) return `[${value.map(printNested).join(',')}]`
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, one]) => `${JSON.stringify(key)}:${printNested(one)}`)
      .join(',')}}`
  }
  return JSON.stringify(value)
}

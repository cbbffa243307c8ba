import { InexactNumber, isObject } from './parse-line.ts'
import type { JsonValue } from './parse-line.ts'

/** JSON text of a value, whole numbers with all digits. */
export function printJson(value: JsonValue): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number')
    return Object.is(value, -0) ? '-0' : Math.abs(value) >= 2 ** 53 && Number.isInteger(value) ? bigNumber(value) : String(value)
  if (value instanceof InexactNumber) return value.text
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(printJson).join(',')}]`
  if (isObject(value)) {
    return `{${Object.keys(value)
      .map((key) => `${JSON.stringify(key)}:${printJson(value[key]!)}`)
      .join(',')}}`
  }
  return JSON.stringify(value)
}

/** The shortest digits of a large double are not its own. */
function bigNumber(value: number): string {
  return Math.abs(value) < 1e21 ? String(BigInt(value)) : String(value)
}

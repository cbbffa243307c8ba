/** A number that a double would change: its text. */
export class InexactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A value of JSON; whole numbers are bigint where they were read exactly, `InexactNumber` is what neither type keeps. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | InexactNumber
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: JsonValue }

/**
 * Parse JSON. With `exact` no digit is lost; without, the text must have no numbers of 16 digits and more, nor any with an exponent.
 * @throws {SyntaxError} where it is not JSON.
 */
export function parseJson(text: string, exact: boolean): JsonValue {
  if (!exact) return JSON.parse(text) as JsonValue
  return JSON.parse(text, keepDigits) as JsonValue
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? exactNumber(value, context?.source ?? String(value)) : value
}

function exactNumber(value: number, source: string): number | bigint | InexactNumber {
  if (/^-?\d+$/.test(source)) return source === '-0' ? -0 : BigInt(source)
  if (!Number.isFinite(value)) return new InexactNumber(source)
  if (Math.abs(value) < 2 ** 53 || /[eE]/.test(source)) return value
  const [whole = '', fraction = ''] = source.split('.')
  return /^0*$/.test(fraction) && BigInt(value) === BigInt(whole) ? value : new InexactNumber(source)
}

/** Keys in a value, at all levels: fewer than were written where one came twice. */
export function countKeys(value: JsonValue): number {
  if (typeof value !== 'object' || value === null || value instanceof InexactNumber) return 0
  let count = 0
  if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) count += countKeys(item)
  else {
    for (const key of Object.keys(value)) {
      const inner = (value as JsonObject)[key]!
      count += typeof inner === 'object' ? countKeys(inner) + 1 : 1
    }
  }
  return count
}

/** Is this an object, and neither an array nor a number? */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof InexactNumber)
}

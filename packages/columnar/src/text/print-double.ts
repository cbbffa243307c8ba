/**
 * A finite double as text that reads back as the same double: whole numbers have all their digits and end in `.0`, so that they are not taken for integers.
 *
 * @example
 * ```ts
 * import { printDouble } from '@cardcage/columnar'
 *
 * if (printDouble(5) !== '5.0' || printDouble(-0) !== '-0.0' || printDouble(0.1) !== '0.1') throw new Error('not as promised')
 * ```
 */
export function printDouble(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) >= 1e21) return String(value)
  return `${Object.is(value, -0) ? '-0' : Number.isSafeInteger(value) ? value : BigInt(value)}.0`
}

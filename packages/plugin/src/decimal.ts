/** The unscaled integer of decimal `i`, from its 64-bit words, least significant first. */
export function readUnscaled(words: BigInt64Array, i: number, stride: number): bigint {
  const at = i * stride
  let value = words[at + stride - 1]!
  for (let word = stride - 2; word >= 0; word--) value = (value << 64n) | BigInt.asUintN(64, words[at + word]!)
  return value
}

/** Store an unscaled integer as 64-bit words, least significant first. */
export function writeUnscaled(words: BigInt64Array, i: number, stride: number, value: bigint): void {
  for (let word = 0; word < stride; word++) {
    words[i * stride + word] = BigInt.asIntN(64, value)
    value >>= 64n
  }
}

/** An unscaled integer in plain notation with exactly its scale: `printDecimal(-5n, 2)` is `-0.05`. */
export function printDecimal(unscaled: bigint, scale: number): string {
  if (scale <= 0) return unscaled === 0n ? '0' : `${unscaled}${'0'.repeat(-scale)}`
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

const notation = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/

/** The unscaled integer of a decimal text, `undefined` if it is none or has digits beyond the scale. */
export function parseDecimal(text: string, scale: number): bigint | undefined {
  const found = text.length <= 1000 ? notation.exec(text) : null
  if (!found) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = found
  let digits = whole + fraction
  if (digits === '') return undefined
  const shift = scale - fraction.length + Number(exponent)
  if (/^0*$/.test(digits)) return 0n
  if (shift < 0) {
    const dropped = digits.slice(shift)
    if (digits.length <= -shift || !/^0*$/.test(dropped)) return undefined
    digits = digits.slice(0, shift)
  } else {
    if (shift > 1000) return undefined
    digits += '0'.repeat(shift)
  }
  return BigInt(digits) * (sign === '-' ? -1n : 1n)
}

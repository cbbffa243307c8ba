/**
 * The characters for which a TrueType or OpenType font has a glyph.
 *
 * @param font the file
 * @returns says of a code point whether the font can draw it
 * @see https://learn.microsoft.com/typography/opentype/spec/cmap (formats 4 and 12)
 */
export function coverageOf(font: Uint8Array): (codePoint: number) => boolean {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength)
  const cmap = tableAt(view, 0x63_6d_61_70)
  const ranges: (readonly [from: number, to: number])[] = []
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const at = cmap + view.getUint32(cmap + 8 + 8 * i)
    const format = view.getUint16(at)
    if (format === 12) ranges.push(...groups(view, at))
    else if (format === 4) ranges.push(...segments(view, at))
  }
  return (codePoint) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to)
}

/** Offset of a table by its four-letter tag. */
function tableAt(view: DataView, tag: number): number {
  for (let i = 0; i < view.getUint16(4); i++) {
    if (view.getUint32(12 + 16 * i) === tag) return view.getUint32(12 + 16 * i + 8)
  }
  throw new RangeError('the font has no table of characters')
}

function groups(view: DataView, at: number): (readonly [number, number])[] {
  return Array.from({ length: view.getUint32(at + 12) }, (_, i) => [view.getUint32(at + 16 + 12 * i), view.getUint32(at + 20 + 12 * i)])
}

function segments(view: DataView, at: number): (readonly [number, number])[] {
  const count = view.getUint16(at + 6) / 2
  return Array.from(
    { length: count },
    (_, i) => [view.getUint16(at + 16 + 2 * count + 2 * i), view.getUint16(at + 14 + 2 * i)] as const,
  ).filter(([from]) => from < 0xffff)
}

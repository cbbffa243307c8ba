/**
 * Position of the first byte that begins no well-formed character, by the table of the Unicode standard (3-7); the length where all is
 * UTF-8.
 */
export function utf8Length(bytes: Uint8Array): number {
  let at = 0
  const follows = (position: number, low = 0x80, high = 0xbf): boolean => {
    const byte = bytes[position]
    return byte !== undefined && byte >= low && byte <= high
  }
  while (at < bytes.length) {
    const lead = bytes[at]!
    let length = 0
    if (lead < 0x80) length = 1
    else if (lead >= 0xc2 && lead <= 0xdf && follows(at + 1)) length = 2
    else if (lead >= 0xe0 && lead <= 0xef) {
      if (follows(at + 1, lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf) && follows(at + 2)) length = 3
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      if (follows(at + 1, lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf) && follows(at + 2) && follows(at + 3)) length = 4
    }
    if (length === 0) return at
    at += length
  }
  return bytes.length
}

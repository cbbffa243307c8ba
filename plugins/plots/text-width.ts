/** Advance widths of Inter Regular, in hundredths of the font size, from space (32) to tilde (126). */
const advances = [
  28, 29, 47, 63, 64, 98, 64, 30, 36, 36, 50, 66, 29, 46, 29, 36, 63, 41, 61, 62, 65, 59, 62, 57, 62, 62, 29, 30, 66, 66, 66, 51, 97, 69,
  65, 73, 72, 60, 59, 75, 74, 27, 57, 67, 57, 90, 75, 76, 64, 76, 64, 64, 65, 74, 69, 99, 68, 68, 63, 36, 36, 36, 47, 46, 32, 56, 61, 57,
  61, 58, 37, 61, 59, 24, 24, 55, 24, 88, 59, 60, 61, 61, 38, 53, 33, 59, 56, 82, 55, 56, 55, 43, 33, 43, 66,
]

/** Width of the longest line of a text in pixels, as Inter sets it; wide scripts count as one square each. */
export function textWidth(text: string, fontSize: number): number {
  return (
    Math.max(...text.split('\n').map((line) => Array.from(line).reduce((sum, letter) => sum + advance(letter.codePointAt(0)!), 0))) *
    fontSize
  )
}

/** The text, shortened with an ellipsis where it is wider than `room` pixels; empty where not even two letters fit. */
export function fitText(text: string, fontSize: number, room: number): string {
  if (textWidth(text, fontSize) <= room) return text
  const letters = Array.from(text)
  let length = letters.length
  while (length > 0 && textWidth(`${letters.slice(0, length).join('')}…`, fontSize) > room) length--
  return length < 2 ? '' : `${letters.slice(0, length).join('').trimEnd()}…`
}

function advance(codePoint: number): number {
  if (codePoint >= 32 && codePoint < 127) return advances[codePoint - 32]! / 100
  return codePoint >= 0x1100 ? (codePoint >= 0x2000 && codePoint < 0x2e80 ? 0.75 : 1.05) : 0.68
}

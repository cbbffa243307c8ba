import { isUtf8 } from 'node:buffer'
import { detectDelimiter } from './delimiter.ts'

/** How sure that these first bytes are delimited text of this delimiter, in [0, 1]: 0 for bytes that are no text, at most 0.9 without the extension. */
export function probeDelimited(head: Uint8Array, name: string, delimiter: ',' | 'tab', extensions: readonly string[]): number {
  const named = extensions.some((extension) => name.toLowerCase().endsWith(extension))
  if (head.length === 0) return named ? 0.5 : 0
  if (head.includes(0) || !isText(head)) return 0
  const from = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  const first = head.subarray(from).find((byte) => byte > 32)
  const looksOther = first === 0x7b || first === 0x5b || first === 0x3c
  const found = detectDelimiter(head.subarray(from), 34)
  const own = delimiter === 'tab' ? found.delimiter === 9 : found.delimiter !== 9
  const shape = own && found.cells > 1 ? found.agreeing * (looksOther ? 0.2 : 0.9) : 0
  return named ? Math.max(shape, looksOther ? 0.3 : 0.7) : shape
}

/** UTF-8 but for a character cut at the end. */
function isText(head: Uint8Array): boolean {
  for (let cut = 0; cut <= 3 && cut < head.length; cut++) if (isUtf8(head.subarray(0, head.length - cut))) return true
  return false
}

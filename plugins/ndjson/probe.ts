const lineFeed = 10

/** How sure that these first bytes are JSON lines, in [0, 1]: by the lines that are whole objects, and by the name. */
export function probeNdjson(head: Uint8Array, name: string): number {
  const named = /\.(ndjson|jsonl)$/i.test(name)
  if (head.length === 0) return named ? 0.5 : 0
  const from = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  const cut = head.lastIndexOf(lineFeed)
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(head.subarray(from, cut > from ? cut : head.length))
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 20)
  const objects = lines.filter(isObjectText).length
  if (objects === 0) return named && /^\s*\{/.test(text) ? 0.5 : 0
  return Math.max((objects / lines.length) * (lines.length > 1 ? 0.95 : 0.6), named ? 0.7 : 0)
}

function isObjectText(line: string): boolean {
  if (!/^\s*\{/.test(line)) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

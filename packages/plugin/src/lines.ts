import type { ByteSource } from './data.ts'
import { PluginError } from './error.ts'

/** A longer line is refused: it would not fit into a string. */
const maxLineBytes = 1 << 28
const newline = 0x0a

/**
 * Lines of a text source in batches, without their line ends (`\n` or `\r\n`); a BOM is dropped. A last line needs no line end; an empty
 * source has no lines. Holds one chunk of the source (cut to 1 MiB) and the line across its end.
 *
 * @throws {PluginError} `invalid-data` with the byte offset if not UTF-8, `limit-exceeded` for a line of more than 256 MiB
 */
export async function* lines(source: ByteSource): AsyncGenerator<readonly string[], void, undefined> {
  let rest: Uint8Array[] = []
  let restBytes = 0
  let offset = 0
  const take = (end: Uint8Array): string[] => {
    const bytes = join([...rest, end], restBytes + end.length)
    const text = decode(bytes, offset, source.name)
    const batch = text === '' ? [] : text.split('\n')
    if (bytes.at(-1) === newline) batch.pop()
    offset += bytes.length
    rest = []
    restBytes = 0
    return text.includes('\r\n') ? batch.map((line, i) => withoutReturn(line, i < batch.length - 1 || bytes.at(-1) === newline)) : batch
  }
  for await (const chunk of source.stream()) {
    for (const piece of pieces(chunk)) {
      const cut = piece.lastIndexOf(newline) + 1
      if (cut > 0) yield take(piece.subarray(0, cut))
      if (cut < piece.length) {
        rest.push(piece.slice(cut))
        restBytes += piece.length - cut
      }
      if (restBytes > maxLineBytes) {
        throw new PluginError('limit-exceeded', `${source.name}: the line at byte ${offset} is longer than ${maxLineBytes} bytes`, {
          origin: 'caller',
          details: { offset },
        })
      }
    }
  }
  if (restBytes > 0) {
    const last = take(new Uint8Array())
    if (last.length > 0) yield last
  }
}

function* pieces(chunk: Uint8Array, size = 1 << 20): Generator<Uint8Array> {
  for (let from = 0; from < chunk.length; from += size) {
    // Not `subarray`: of a Buffer it is a Buffer, whose `slice` does not copy.
    yield new Uint8Array(chunk.buffer, chunk.byteOffset + from, Math.min(size, chunk.length - from))
  }
}

function withoutReturn(line: string, ended: boolean): string {
  return ended && line.endsWith('\r') ? line.slice(0, -1) : line
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Uint8Array, offset: number, name: string): string {
  const bom = offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  try {
    return utf8.decode(bom ? bytes.subarray(3) : bytes)
  } catch {
    const at = firstInvalid(bytes)
    throw new PluginError(
      'invalid-data',
      `${name} is not UTF-8: byte 0x${bytes[at]!.toString(16).padStart(2, '0')} at offset ${offset + at}`,
      {
        hint: 'Convert the file to UTF-8, for instance with `iconv -f windows-1252 -t utf-8`.',
        details: { offset: offset + at },
      },
    )
  }
}

/** Position of the first byte that begins no well-formed character, by the table of the Unicode standard (3-7). */
function firstInvalid(bytes: Uint8Array): number {
  let i = 0
  const follows = (at: number, low = 0x80, high = 0xbf): boolean => bytes[at] !== undefined && bytes[at] >= low && bytes[at] <= high
  while (i < bytes.length) {
    const lead = bytes[i]!
    let length = 0
    if (lead < 0x80) length = 1
    else if (lead >= 0xc2 && lead <= 0xdf && follows(i + 1)) length = 2
    else if (lead >= 0xe0 && lead <= 0xef) {
      if (follows(i + 1, lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf) && follows(i + 2)) length = 3
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      if (follows(i + 1, lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf) && follows(i + 2) && follows(i + 3)) length = 4
    }
    if (length === 0) return i
    i += length
  }
  return Math.max(0, bytes.length - 1)
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

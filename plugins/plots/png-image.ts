import { crc32, deflateSync } from 'node:zlib'

/**
 * A PNG of palette colours as a `data:` URL.
 *
 * @param indices `width` × `height` palette numbers, top row first; 0 is transparent
 * @param palette up to 256 colours as `[red, green, blue]`, 0 to 255 each; the first is not seen
 * @see https://www.w3.org/TR/png-3/
 */
export function pngImage(
  width: number,
  height: number,
  indices: Uint8Array,
  palette: readonly (readonly [number, number, number])[],
): string {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, 3], 8)
  const lines = new Uint8Array((width + 1) * height)
  for (let row = 0; row < height; row++) lines.set(indices.subarray(row * width, (row + 1) * width), row * (width + 1) + 1)
  const chunks = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(palette.flat())),
    chunk('tRNS', Uint8Array.of(0)),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', new Uint8Array(0)),
  ]
  return `data:image/png;base64,${Buffer.concat(chunks).toString('base64')}`
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.length + 12)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, content.length)
  bytes.set(new TextEncoder().encode(name), 4)
  bytes.set(content, 8)
  view.setUint32(content.length + 8, crc32(bytes.subarray(4, content.length + 8)))
  return bytes
}

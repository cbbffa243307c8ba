import { inflateSync } from 'node:zlib'

type Pixel = readonly [red: number, green: number, blue: number, alpha: number]

/** A PNG of 8 bits per channel, red, green, blue and alpha, read back for tests. */
export function readPixels(png: Uint8Array) {
  const bytes = Buffer.from(png)
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  if (bytes[24] !== 8 || bytes[25] !== 6) throw new Error(`PNG of ${bytes[24]} bits and colour type ${bytes[25]}`)
  const data: Buffer[] = []
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  }
  const pixels = unfilter(inflateSync(Buffer.concat(data)), width, height)
  const at = (x: number, y: number) => Array.from(pixels.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)) as unknown as Pixel
  return {
    width,
    height,
    at,
    count(matches: (pixel: Pixel, x: number, y: number) => boolean): number {
      let count = 0
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (matches(at(x, y), x, y)) count++
      return count
    },
  }
}

/** Undo the filters of PNG. @see https://www.w3.org/TR/png-3/#9Filters */
function unfilter(raw: Uint8Array, width: number, height: number): Uint8Array {
  const line = width * 4
  const out = new Uint8Array(line * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (line + 1)]!
    for (let x = 0; x < line; x++) {
      const left = x >= 4 ? out[y * line + x - 4]! : 0
      const above = y > 0 ? out[(y - 1) * line + x]! : 0
      const corner = x >= 4 && y > 0 ? out[(y - 1) * line + x - 4]! : 0
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter]!
      out[y * line + x] = raw[y * (line + 1) + 1 + x]! + guess
    }
  }
  return out
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) => Math.abs(estimate - value)) as [number, number, number]
  return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner
}

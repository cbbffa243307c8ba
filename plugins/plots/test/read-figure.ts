import { inflateSync } from 'node:zlib'
import { parseHTML } from 'linkedom'

/** What is used of a DOM element. */
interface FigureElement {
  readonly textContent: string | null
  getAttribute(name: string): string | null
  getAttributeNames(): string[]
  querySelector(selector: string): FigureElement | null
  querySelectorAll(selector: string): ArrayLike<FigureElement> & Iterable<FigureElement>
}

/** A figure read back, for tests. */
export function readFigure(body: string) {
  const { document } = parseHTML(`<!doctype html><html><body>${body}</body></html>`)
  const svg = document.querySelector('svg') as unknown as FigureElement
  const number = (element: FigureElement, name: string) => Number(element.getAttribute(name))
  const texts = (selector: string) => Array.from(svg.querySelectorAll(selector), (element) => element.textContent ?? '')
  /** Where the ticks of an axis are, in pixels, by label; the lines of a label are joined by a blank. */
  const ticks = (axis: 'x' | 'y') =>
    Array.from(svg.querySelectorAll(`[aria-label="${axis}-axis tick label"] text`), (element) => {
      const [, x, y] = /translate\(([-\d.]+),([-\d.]+)\)/u.exec(element.getAttribute('transform') ?? '')!
      const spans = Array.from(element.querySelectorAll('tspan'), (span) => span.textContent ?? '')
      return { at: Number(axis === 'x' ? x : y), label: spans.length > 0 ? spans.join(' ') : (element.textContent ?? '') }
    })
  return {
    svg,
    texts,
    ticks,
    /** Each line as its sub-paths of points in pixels. */
    lines: () => Array.from(svg.querySelectorAll('[aria-label="line"] path'), (path) => subPaths(path.getAttribute('d') ?? '')),
    dots: () => Array.from(svg.querySelectorAll('[aria-label="dot"] circle'), (dot) => [number(dot, 'cx'), number(dot, 'cy')] as const),
    /** The embedded image of this role: its place in pixels and its colours, top row first; `undefined` = transparent. */
    image(role: string) {
      const image = svg.querySelector(`image[data-role="${role}"]`)!
      const place = { x: number(image, 'x'), y: number(image, 'y'), width: number(image, 'width'), height: number(image, 'height') }
      return { place, pixels: readPng(image.getAttribute('href') ?? '') }
    },
  }
}

function subPaths(d: string): (readonly [x: number, y: number])[][] {
  return d
    .split('M')
    .filter((part) => part !== '')
    .map((part) =>
      part
        .replace('Z', '')
        .split('L')
        .map((point) => point.split(',').map(Number) as [number, number]),
    )
}

/** The colours of an indexed PNG in a `data:` URL, as `red,green,blue`. */
function readPng(href: string): (string | undefined)[][] {
  const bytes = Buffer.from(href.replace('data:image/png;base64,', ''), 'base64')
  const chunk = (name: string) => {
    const at = bytes.indexOf(name)
    return bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4))
  }
  const [width, height] = [chunk('IHDR').readUInt32BE(0), chunk('IHDR').readUInt32BE(4)]
  const palette = chunk('PLTE')
  const raw = inflateSync(chunk('IDAT'))
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (__, column) => {
      const index = raw[row * (width + 1) + 1 + column]!
      return index === 0 ? undefined : palette.subarray(3 * index, 3 * index + 3).join(',')
    }),
  )
}

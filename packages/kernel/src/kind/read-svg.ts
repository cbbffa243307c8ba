/** One piece of an SVG document. */
export type SvgPiece =
  | {
      readonly is: 'open' | 'empty'
      readonly name: string
      readonly attributes: readonly (readonly [name: string, value: string])[]
      readonly path: readonly string[]
    }
  | { readonly is: 'text'; readonly text: string; readonly path: readonly string[] }

const declaration = /^\ufeff?\s*(?:<\?xml(\s[^?<>]*)\?>\s*)?/
const nameRule = /[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?/y
const attributeRule = /\s+([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** What is wrong with a document. */
export class SvgFault extends Error {}

/**
 * Read SVG as the narrow XML that every reader takes for the same: no document type, no instructions, nothing in comments or CDATA that another reader could
 * take for a tag, quotes around every value, every element closed. Entities are decoded; `path` are the names of the elements around.
 *
 * @throws {SvgFault} with what was found
 */
export function* readSvg(text: string): Generator<SvgPiece, void, undefined> {
  const start = declaration.exec(text)!
  const encoding = /encoding\s*=\s*["']([^"']*)/.exec(start[1] ?? '')?.[1]
  if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8')
    throw new SvgFault(`it says its encoding is ${encoding.slice(0, 20)}, not UTF-8`)
  const path: string[] = []
  let at = start[0].length
  let roots = 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const end = next < 0 ? text.length : next
    const between = text.slice(at, end)
    if (path.length > 0 && between !== '') yield { is: 'text', text: decoded(between), path: [...path] }
    else if (between.trim() !== '') throw new SvgFault('it has text outside <svg>')
    if (next < 0) break
    if (text.startsWith('<!--', next)) at = skipped(text, next, '<!--', '-->')
    else if (path.length > 0 && text.startsWith('<![CDATA[', next)) {
      at = skipped(text, next, '<![CDATA[', ']]>')
      yield { is: 'text', text: text.slice(next + 9, at - 3), path: [...path] }
    } else if (text[next + 1] === '/') {
      const name = nameAt(text, next + 2)
      const close = /^\s*>/.exec(text.slice(next + 2 + name.length, next + 2 + name.length + 64))
      if (!close || path.pop() !== name) throw new SvgFault(`</${name}> closes nothing`)
      at = next + 2 + name.length + close[0].length
    } else {
      if (path.length === 0 && ++roots > 1) throw new SvgFault('it has two roots')
      const name = nameAt(text, next + 1)
      const { attributes, end: after, empty } = tagAt(text, next + 1 + name.length, name)
      yield { is: empty ? 'empty' : 'open', name, attributes, path: [...path] }
      if (!empty) path.push(name)
      at = after
    }
  }
  if (roots === 0) throw new SvgFault('it does not begin with <svg>')
  if (path.length > 0) throw new SvgFault(`<${path.at(-1)}> is not closed`)
}

function nameAt(text: string, at: number): string {
  nameRule.lastIndex = at
  const name = nameRule.exec(text)?.[0]
  if (name !== undefined) return name
  const what = /^[!?]?[\w-]*/.exec(text.slice(at, at + 40))![0]
  throw new SvgFault(/^[!?]/.test(what) ? `it has a <${what}> declaration` : `it has a '<' that begins no tag: <${text.slice(at, at + 20)}`)
}

function tagAt(text: string, from: number, name: string): { attributes: (readonly [string, string])[]; end: number; empty: boolean } {
  const attributes: (readonly [string, string])[] = []
  let at = from
  for (;;) {
    attributeRule.lastIndex = at
    const found = attributeRule.exec(text)
    if (!found) break
    attributes.push([found[1]!, decoded(found[2] ?? found[3] ?? '')])
    at += found[0].length
  }
  while (/\s/.test(text[at] ?? '')) at++
  if (text[at] === '>') return { attributes, end: at + 1, empty: false }
  if (text.startsWith('/>', at)) return { attributes, end: at + 2, empty: true }
  throw new SvgFault(`<${name}> is not written as XML: ${JSON.stringify(text.slice(at, at + 20))}`)
}

/** The end of a comment or of CDATA; nothing in it may look like a tag, nor end it for a reader of HTML. */
function skipped(text: string, from: number, open: string, close: string): number {
  const end = text.indexOf(close, from + open.length)
  if (end < 0) throw new SvgFault(`${open} is not closed`)
  const inside = text.slice(from + open.length, end)
  if (/<|^-?>|--!?>|--$/.test(inside)) throw new SvgFault(`it has a tag inside ${open}`)
  return end + close.length
}

function decoded(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#x([0-9a-f]+);|#(\d+);|(\w+);)?/gi,
    (whole, hex: string | undefined, digits: string | undefined, name: string | undefined) => {
      const point = hex === undefined ? Number(digits) : Number.parseInt(hex, 16)
      const letter =
        name === undefined
          ? point > 0 && point <= 0x10ffff
            ? String.fromCodePoint(point)
            : undefined
          : Object.hasOwn(entities, name)
            ? entities[name]
            : undefined
      if (letter === undefined) throw new SvgFault(`it has an '&' that is no entity of XML: ${whole}`)
      return letter
    },
  )
}

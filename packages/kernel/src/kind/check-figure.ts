import { type Figure, PluginError } from '@cardcage/plugin'

/** Elements of SVG that run code or bring in other documents. */
const forbiddenElements = new Set(['script', 'foreignobject', 'iframe', 'object', 'embed', 'audio', 'video', 'handler', 'listener', 'set'])

/** A tag with its attributes; comments and CDATA are read as such, so that text is not taken for a tag. */
const tags = /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<([!?/]?[^\s>/]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/g
const attributes = /([^\s=/]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/g

/**
 * Is a figure what it says it is? Text that is not the media type, an SVG that would run code or fetch something, a picture with another signature are refused.
 *
 * @throws {PluginError} `invalid-data` with what was found
 */
export function checkFigure(figure: Figure, wanted?: string): Figure {
  const { mediaType, body, alt } = figure
  if (wanted !== undefined && mediaType !== wanted) throw refused(figure, `${wanted} was asked for`)
  if (alt.trim() === '') throw refused(figure, 'its `alt` is empty: a figure says in words what it shows')
  if (mediaType === 'image/svg+xml') checkSvg(figure, typeof body === 'string' ? body : Buffer.from(body).toString())
  if (mediaType === 'image/png') checkSignature(figure, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  if (mediaType === 'image/jpeg') checkSignature(figure, [0xff, 0xd8, 0xff])
  if (mediaType === 'application/pdf') checkSignature(figure, [...Buffer.from('%PDF-')])
  return figure
}

function checkSvg(figure: Figure, text: string): void {
  if (!/^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(text)) throw refused(figure, 'it does not begin with <svg>')
  if (!/<\/svg>\s*$|^\s*<svg[^>]*\/>\s*$/.test(text)) throw refused(figure, 'it does not end with </svg>')
  for (const [, rawName, rawAttributes = ''] of text.matchAll(tags)) {
    if (rawName === undefined || rawName.startsWith('/')) continue
    if (rawName.startsWith('!')) throw refused(figure, `it has a <${rawName}> declaration`)
    const name = localName(rawName)
    if (forbiddenElements.has(name)) throw refused(figure, `it has a <${rawName}> element`)
    for (const [, attribute, double, single, bare] of rawAttributes.matchAll(attributes)) checkAttribute(figure, name, attribute!, unescaped(double ?? single ?? bare ?? ''))
  }
  for (const [, css] of text.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/gi)) checkCss(figure, unescaped(css!))
}

function checkAttribute(figure: Figure, element: string, attribute: string, value: string): void {
  const name = localName(attribute)
  if (name.startsWith('on')) throw refused(figure, `<${element}> has the event handler ${attribute}`)
  if (name === 'href' || name === 'src') {
    const target = value.replace(/[\s\u0000-\u001f]/g, '') // oxlint-disable-line no-control-regex -- browsers skip them too
    const local = target.startsWith('#') || /^data:image\/(png|jpeg|gif|webp);base64,/i.test(target)
    if (!local) throw refused(figure, `<${element}> refers to ${value.slice(0, 60)}`)
  }
  checkCss(figure, value)
}

function checkCss(figure: Figure, css: string): void {
  const clean = css.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\\([0-9a-f]{1,6})\s?/gi, (_, hex: string) => String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(hex, 16))))
  if (/@import/i.test(clean)) throw refused(figure, 'its style has an @import')
  for (const [, target] of clean.matchAll(/url\(\s*["']?([^"')]*)/gi)) {
    if (!target!.startsWith('#') && !/^data:(image|font)\//i.test(target!)) throw refused(figure, `its style refers to ${target!.slice(0, 60)}`)
  }
}

function checkSignature(figure: Figure, signature: readonly number[]): void {
  const { body } = figure
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body
  if (!signature.every((byte, index) => bytes[index] === byte)) throw refused(figure, 'its first bytes are those of something else')
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase()
}

function unescaped(text: string): string {
  return text
    .replace(/&#x([0-9a-f]+);?/gi, (_, hex: string) => String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(hex, 16))))
    .replace(/&#(\d+);?/g, (_, digits: string) => String.fromCodePoint(Math.min(0x10ffff, Number(digits))))
    .replace(/&colon;/gi, ':')
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" })[name]!)
}

function refused({ mediaType }: Figure, why: string): PluginError {
  return new PluginError('invalid-data', `The figure (${mediaType}) was refused: ${why}`, {
    origin: 'plugin',
    hint: 'A figure stands alone: no scripts, no handlers, nothing from outside.',
  })
}

import { readSvg, SvgFault, type SvgPiece } from './read-svg.ts'

/** Elements that draw; others run code, bring in other documents, or are none of SVG. */
const elements = new Set(
  (
    'svg g defs symbol use switch view a title desc metadata style path rect circle ellipse line polyline polygon text tspan textpath image marker pattern mask ' +
    'clippath lineargradient radialgradient stop filter feblend fecolormatrix fecomponenttransfer fecomposite feconvolvematrix fediffuselighting fedisplacementmap ' +
    'fedistantlight fedropshadow feflood fefunca fefuncb fefuncg fefuncr fegaussianblur feimage femerge femergenode femorphology feoffset fepointlight ' +
    'fespecularlighting fespotlight fetile feturbulence animate animatemotion animatetransform mpath set'
  ).split(' '),
)

const animations = new Set(['animate', 'animatemotion', 'animatetransform', 'set'])
const namespace = 'http://www.w3.org/2000/svg'
const picture = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,[a-z0-9+/=\s]*$/i
const font = /^data:(?:font\/[\w.+-]+|application\/(?:x-)?font-[\w.+-]+)(?:;charset=[\w-]+)?;base64,/i

/** Attributes that hold words, never CSS. */
const isWords = /^(?:xmlns|aria-|data-|id$|class$|role$|lang$|xml:)/

/** Why a text is no SVG that stands alone: it is not well formed, would run code, or would fetch something. `undefined` if it is well. */
export function faultOfSvg(text: string): string | undefined {
  try {
    let styles = ''
    let isRoot = true
    for (const piece of readSvg(text)) {
      if (piece.is === 'text') {
        if (localName(piece.path.at(-1)!) === 'style') styles += piece.text
        continue
      }
      if (isRoot) checkRoot(piece)
      isRoot = false
      checkElement(piece)
    }
    checkCss(styles)
    return undefined
  } catch (error) {
    if (error instanceof SvgFault) return error.message
    throw error
  }
}

type Element = Extract<SvgPiece, { attributes: unknown }>

function checkRoot({ name, attributes }: Element): void {
  if (localName(name) !== 'svg') throw new SvgFault('it does not begin with <svg>')
  const prefix = name.includes(':') ? `xmlns:${name.split(':')[0]}` : 'xmlns'
  if (!attributes.some(([key, value]) => key === prefix && value === namespace))
    throw new SvgFault(`<${name}> has no ${prefix}="${namespace}"`)
}

function checkElement({ name, attributes, path }: Element): void {
  const element = localName(name)
  if (!elements.has(element)) throw new SvgFault(`it has a <${name}> element`)
  if (path.length > 0 && localName(path.at(-1)!) === 'style') throw new SvgFault(`its <style> has a <${name}> element`)
  for (const [attribute, value] of attributes) checkAttribute(element, attribute, value)
}

function checkAttribute(element: string, attribute: string, value: string): void {
  const key = localName(attribute)
  if (key.startsWith('on')) throw new SvgFault(`<${element}> has the event handler ${attribute}`)
  if (attribute.toLowerCase() === 'xml:base') throw new SvgFault(`<${element}> has an xml:base`)
  if (key === 'href' || key === 'src') {
    // Browsers leave out white space and control characters of a URL.
    const target = value.replace(/[\s\u0000-\u001f]/g, '') // oxlint-disable-line no-control-regex -- these are what is left out
    const isPicture = (element === 'image' || element === 'feimage') && picture.test(target)
    if (!target.startsWith('#') && !isPicture) throw new SvgFault(`<${element}> refers to ${value.slice(0, 60)}`)
  }
  if (key === 'attributename' && animations.has(element)) {
    const animated = localName(value.trim())
    if (animated === 'href' || animated === 'src' || animated.startsWith('on')) throw new SvgFault(`<${element}> animates ${value}`)
  }
  if (!isWords.test(attribute)) checkCss(value)
}

/** Text that may be CSS; looked at with and without what looks like a comment, as inside a string it is none. */
function checkCss(written: string): void {
  if (!/[@(\\]/.test(written)) return
  const css = written.replace(/\\(?:([0-9a-f]{1,6})\s?|\r?\n|([\s\S]))/gi, (_, hex?: string, letter?: string) =>
    hex === undefined ? (letter ?? '') : String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(hex, 16))),
  )
  for (const text of [css, css.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, '')]) {
    if (/@\s*import/i.test(text)) throw new SvgFault('its style has an @import')
    const loads = /\b(?:(?:-webkit-)?image-set|image|src|cross-fade|element|expression)\s*\(/i.exec(text)
    if (loads) throw new SvgFault(`its style has ${loads[0]}…)`)
    for (const [, target = ''] of text.matchAll(/url\s*\(\s*["']?\s*([^"')]*)/gi)) {
      if (!target.startsWith('#') && !picture.test(target.trim()) && !font.test(target))
        throw new SvgFault(`its style refers to ${target.slice(0, 60)}`)
    }
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase()
}

/** What is needed of a DOM element to write it. */
export interface XmlElement {
  readonly localName: string
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>
  readonly childNodes: Iterable<{ readonly nodeType: number; readonly textContent: string | null }>
}

/** An element as XML, with everything escaped that must be: HTML's rules for attributes, which `outerHTML` follows, are laxer. */
export function serialize(element: XmlElement): string {
  const attributes = Array.from(element.attributes, ({ name, value }) => ` ${name}="${escape(value)}"`).join('')
  const content = Array.from(element.childNodes, (child) => {
    if (child.nodeType === 1) return serialize(child as unknown as XmlElement)
    return child.nodeType === 3 ? escape(child.textContent ?? '') : ''
  }).join('')
  return content === '' ? `<${element.localName}${attributes}/>` : `<${element.localName}${attributes}>${content}</${element.localName}>`
}

function escape(text: string): string {
  return text.replace(/[&<>"\n\r\t]/gu, (letter) => `&#${letter.charCodeAt(0)};`)
}

import assert from 'node:assert/strict'
import test from 'node:test'
import { errorOf, kernelOf } from '../host.ts'

const open = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
const svg = (inside: string) => `${open}${inside}</svg>`

/** A plugin that draws whatever it is told, as text or as bytes in base64. */
const parrot = {
  code: `export default definePlugin({ setup: () => ({ visualization: { parrot: plot({ inputs: {},
    params: z.object({ body: z.string(), bytes: z.boolean().default(false), mediaType: z.string().optional(), alt: z.string().default('a parrot') }),
    draws: ['image/svg+xml', 'image/png', 'image/jpeg', 'application/pdf'],
    run: (_, { body, bytes, mediaType, alt }, { wish }) => ({ mediaType: mediaType ?? wish.mediaType, alt, body: bytes ? new Uint8Array(Buffer.from(body, 'base64')) : body }) }) } }) })`,
}

const refusedSvgs: Readonly<Record<string, string>> = {
  'a script': svg('<script>alert(1)</script>'),
  'a script with a prefix': svg('<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>'),
  'a script in capitals': svg('<SCRIPT>alert(1)</SCRIPT>'),
  'a script elsewhere': svg('<script href="https://evil.example/x.js"/>'),
  'a handler': svg('<rect onclick="alert(1)"/>'),
  'a handler in capitals': svg('<rect ONLOAD="alert(1)"/>'),
  'a handler with white space': svg('<rect onload\n=\n"alert(1)"/>'),
  'a handler of the root': '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
  'an outside picture': svg('<image href="https://evil.example/x.png"/>'),
  'an outside picture, xlink': svg('<image xlink:href="//evil.example/x.png"/>'),
  'an outside picture, other prefix': svg('<image xmlns:l="http://www.w3.org/1999/xlink" l:href="http://evil.example"/>'),
  'a file': svg('<image href="file:///etc/passwd"/>'),
  'a relative file': svg('<use href="other.svg#a"/>'),
  'a script URL': svg('<a href="javascript:alert(1)"><text>x</text></a>'),
  'a script URL in entities': svg('<a href="&#106;avascript&#x3a;alert(1)"><text>x</text></a>'),
  'a script URL with a tab': svg('<a href="java&#9;script:alert(1)"><text>x</text></a>'),
  'a page as data': svg('<image href="data:text/html,&lt;script&gt;"/>'),
  'an SVG as data': svg('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>'),
  'a use of data': svg('<use href="data:image/png;base64,AAAA"/>'),
  'a foreign object': svg('<foreignObject><p>x</p></foreignObject>'),
  'a frame': svg('<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="#"/>'),
  'a refresh': svg('<h:meta xmlns:h="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0;url=http://evil.example"/>'),
  'a form': svg('<h:form xmlns:h="http://www.w3.org/1999/xhtml" action="http://evil.example"/>'),
  'a document type': `<!DOCTYPE svg [<!ENTITY x "y">]>${svg('')}`,
  'a style sheet instruction': `<?xml version="1.0"?><?xml-stylesheet href="https://evil.example/x.css"?>${svg('')}`,
  'an instruction inside': svg('<?php echo 1 ?>'),
  'an import': svg('<style>@import "https://evil.example/x.css";</style>'),
  'an import, escaped': svg('<style>@\\69mport "https://evil.example/x.css";</style>'),
  'a style URL': svg('<style>rect { fill: url(https://evil.example/x.svg#a) }</style>'),
  'a style URL in quotes': svg(`<style>rect { fill: url( 'https://evil.example/x' ) }</style>`),
  'a style URL, escaped': svg('<rect style="fill: u\\72 l(https://evil.example)"/>'),
  'a style URL, escaped letter': svg('<rect style="fill: \\ur\\l(https://evil.example)"/>'),
  'a style URL in entities': svg('<rect style="fill: &#117;rl(https://evil.example)"/>'),
  'a style URL in CDATA': svg('<style><![CDATA[rect { fill: url(https://evil.example) }]]></style>'),
  'a style URL between texts like comments': svg(`<style>a { content: "/*"; fill: url(https://evil.example); content: "*/" }</style>`),
  'a style URL cut by a comment': svg('<style>a { fill: u/**/rl(https://evil.example) } b { fill: url(/**/https://evil.example) }</style>'),
  'an image set': svg(`<style>svg { background: image-set("https://evil.example/x.png" 1x) }</style>`),
  'a presentation attribute': svg('<rect fill="url(https://evil.example#a)"/>'),
  'a filter': svg('<rect filter="url(//evil.example#a)"/>'),
  'an animated link': svg('<a href="#a"><animate attributeName="href" to="javascript:alert(1)"/></a>'),
  'a set link': svg('<a href="#a"><set attributeName="xlink:href" to="javascript:alert(1)"/></a>'),
  'a set handler': svg('<rect><set attributeName="onclick" to="alert(1)"/></rect>'),
  'another base': '<svg xmlns="http://www.w3.org/2000/svg" xml:base="https://evil.example/"><use href="#a"/></svg>',
  'a comment that HTML ends sooner': svg('<!--><img src="x" onerror="alert(1)"/>-->'),
  'a comment with a tag': svg('<!-- <script>alert(1)</script> -->'),
  'CDATA with a tag': svg('<title><![CDATA[<img src=x onerror=alert(1)>]]></title>'),
  'a tag in a style': svg('<style><g></g></style>'),
  'a value without quotes': svg('<rect fill=red/>'),
  'a tag in a value': svg('<rect id="a<script>"/>'),
  'an unknown entity': svg('<text>&nbsp;</text>'),
  'an open element': `${open}<g></svg>`,
  'a cut end': `${open}<rect`,
  'something after the end': `${svg('')}<script>alert(1)</script>`,
  'text before the beginning': `hello ${svg('')}`,
  'no SVG': '<html><body>hello</body></html>',
  'no namespace': '<svg><rect/></svg>',
  'another encoding': `<?xml version="1.0" encoding="UTF-7"?>${svg('')}`,
  nothing: '',
}

const acceptedSvgs: Readonly<Record<string, string>> = {
  'a plain one': svg('<rect width="10" height="10" fill="#0072b2"/><text>5 &lt; 7 &amp; 8 &#x263a;</text>'),
  'a declaration and a comment': `<?xml version="1.0" encoding="utf-8"?>\n<!-- made by hand -->\n${svg('')}\n`,
  'what points inside': svg(
    '<defs><linearGradient id="g"/><clipPath id="c"/></defs><rect fill="url(#g)" clip-path="url(#c)"/><use xlink:href="#g"/>',
  ),
  'a picture as data': svg('<image href="data:image/png;base64,iVBORw0KGgo="/>'),
  'a style': svg('<style>text { font-family: Inter, sans-serif } rect { fill: url("#g") }</style>'),
  'words that look like CSS': svg('<g aria-label="url(https://example.org) image (left)"><title>src (raw)</title></g>'),
  'an animation': svg('<rect><animate attributeName="x" from="0" to="10" dur="1s"/></rect>'),
  'a prefix': '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:rect/></s:svg>',
}

test('an SVG that runs code, fetches something or can be read in two ways is refused', async (t) => {
  const kernel = await kernelOf(t, { parrot })
  for (const [what, body] of Object.entries(refusedSvgs)) {
    const error = await errorOf(kernel.plot('parrot', { params: { body } }).then(() => assert.fail(`${what} was taken`)))
    assert.equal(error.code, 'invalid-data', what)
    assert.match(error.message, /^The figure \(image\/svg\+xml\) was refused: /, what)
    assert.equal(error.at['operation'], 'parrot')
  }
  for (const [what, body] of Object.entries(acceptedSvgs)) {
    const { result } = await kernel.plot('parrot', { params: { body } }).catch((error: unknown) => assert.fail(`${what}: ${String(error)}`))
    assert.equal(result.body, body, what)
  }
})

test('a figure is of the media type asked for, has words, and begins as its type does', async (t) => {
  const kernel = await kernelOf(t, { parrot })
  const draw = (mediaType: string, params: Record<string, string | boolean>) => kernel.plot('parrot', { wish: { mediaType }, params })
  const why = async (mediaType: string, params: Record<string, string | boolean>) => (await errorOf(draw(mediaType, params))).message
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]).toString('base64')
  assert.deepEqual([...((await draw('image/png', { body: png, bytes: true })).result.body as Uint8Array)].slice(1, 4), [
    ...Buffer.from('PNG'),
  ])
  assert.match(
    await why('image/png', { body: Buffer.from('GIF89a').toString('base64'), bytes: true }),
    /its first bytes are those of something else/,
  )
  assert.match(await why('image/jpeg', { body: png, bytes: true }), /first bytes/)
  assert.match(await why('application/pdf', { body: 'hello' }), /first bytes/)
  assert.match(
    await why('image/svg+xml', { body: svg(''), mediaType: 'image/png' }),
    /The figure \(image\/png\) was refused: image\/svg\+xml was asked for/,
  )
  assert.match(await why('image/svg+xml', { body: svg(''), alt: ' ' }), /its `alt` is empty/)
  assert.equal((await errorOf(draw('image/tiff', { body: '' }))).code, 'unsupported')
  const bytes = Buffer.from(svg('<rect/>')).toString('base64')
  assert.equal(
    Buffer.from((await draw('image/svg+xml', { body: bytes, bytes: true })).result.body as Uint8Array).toString(),
    svg('<rect/>'),
  )
  assert.match(await why('image/svg+xml', { body: Buffer.from(svg('<script/>')).toString('base64'), bytes: true }), /<script> element/)
  for (const wish of [{ width: 0 }, { height: 1e6 }, { width: Number.NaN }, { scale: 0 }, { theme: 'blue' as 'dark' }]) {
    assert.equal((await errorOf(kernel.plot('parrot', { wish, params: { body: svg('') } }))).code, 'invalid-call', JSON.stringify(wish))
  }
})

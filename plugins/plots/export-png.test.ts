import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Call, type Exporter, type Figure, PluginError, table } from '@cardcage/plugin'
import { draw, provided } from './test/plugin-of.ts'
import { readPixels } from './test/read-pixels.ts'

const wish = { mediaType: 'image/png', width: 400, height: 200, theme: 'light', locale: 'en', scale: 1 } as const

async function toPng(figure: Figure, scale = 1) {
  const { visualization = {} } = await provided()
  const warnings: string[] = []
  const call = { warn: (message: string) => warnings.push(message) } as unknown as Call
  const exported = await (visualization['png'] as Exporter).export(figure, { ...wish, scale }, call)
  return { ...exported, warnings, pixels: readPixels(exported.body as Uint8Array) }
}

const svg = (content: string): Figure => ({
  mediaType: 'image/svg+xml',
  alt: 'a test',
  title: 'Test',
  body: `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#ffffff"/>${content}</svg>`,
})

test('a figure becomes a PNG of its size times the scale, with its words', async () => {
  const figure = await draw('line', table({ x: [1, 2], y: [1, 2] }), { width: 400, height: 200 })
  for (const scale of [1, 2]) {
    const png = await toPng(figure, scale)
    assert.equal(png.mediaType, 'image/png')
    assert.equal(png.alt, figure.alt)
    assert.deepEqual([png.pixels.width, png.pixels.height], [400 * scale, 200 * scale])
  }
})

test('colours come through, pixel by pixel', async () => {
  const { pixels } = await toPng(svg('<rect x="10" y="5" width="10" height="10" fill="#0072b2"/>'))
  assert.deepEqual(pixels.at(15, 10), [0x00, 0x72, 0xb2, 255])
  assert.deepEqual(pixels.at(25, 10), [255, 255, 255, 255])
})

test('text is drawn, in the regular and the bold cut, whatever family is asked for', async () => {
  const ink = async (attributes: string) => {
    const { pixels } = await toPng(svg(`<text x="2" y="15" font-size="14" fill="#000" ${attributes}>HMW</text>`))
    return pixels.count(([red]) => red < 128)
  }
  const regular = await ink('font-family="Inter"')
  assert.ok(regular > 50, `${regular} dark pixels`)
  assert.ok((await ink('font-family="Inter" font-weight="600"')) > regular)
  assert.equal(await ink('font-family="No Such Font, sans-serif"'), regular)
})

test('the labels of a figure are in its PNG', async () => {
  const data = table({ x: [1, 2], y: [1, 2] })
  const dark = async (title: string) => {
    const { pixels } = await toPng(await draw('line', data, { width: 400, height: 200, title }))
    return pixels.count(([red], x, y) => red < 100 && y > 12 && y < 32 && x < 200)
  }
  assert.ok((await dark('MMMMMMMM')) > (await dark('i')) + 100)
})

test('letters the font lacks are said, others not', async () => {
  const text = (content: string) => svg(`<text x="2" y="15" font-family="Inter">${content}</text>`)
  assert.deepEqual((await toPng(text('température −3 µg Ж Ω &#38;'))).warnings, [])
  assert.deepEqual((await toPng(text('東京 a東'))).warnings, ['The PNG leaves out letters that its font lacks: 東 京'])
})

test('cells of a heat map have sharp edges', async () => {
  const { body, ...figure } = await draw('heatmap', table({ x: [0, 1], y: [0, 0], value: [0, 1] }), { width: 400, height: 200 })
  const { pixels } = await toPng({ ...figure, body })
  const colours = new Set<string>()
  for (let x = 60; x < 280; x++) colours.add(pixels.at(x, 100).join())
  assert.ok(colours.size <= 3, `${colours.size} colours along a row of two cells`)
})

test('what is no SVG, and what would be too large, is refused', async () => {
  const broken = { mediaType: 'image/svg+xml', body: '<svg><not closed', alt: '' }
  await assert.rejects(toPng(broken), (error) => PluginError.is(error) && error.code === 'invalid-data')
  await assert.rejects(toPng(svg(''), 10_000), (error) => PluginError.is(error) && error.code === 'limit-exceeded')
  assert.equal((await toPng(svg(''))).pixels.width, 40, 'and the next one is drawn')
})

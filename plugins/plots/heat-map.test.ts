import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PluginError, table } from '@cardcage/plugin'
import { coloursOf } from './colours.ts'
import { draw } from './test/plugin-of.ts'
import { readFigure } from './test/read-figure.ts'

/** The colour that stands for each value, by the colour scale itself. */
async function colour(low: number, high: number, palette: 'viridis' | 'blue-red' = 'viridis'): Promise<(value: number) => string> {
  const colours = await coloursOf(low, high, palette)
  return (value) => colours.palette[colours.indexOf(value)]!.join(',')
}

test('each cell of the image is its value, and lies where the axes say', async () => {
  const points = [3, 1, 2, 5, 4, 6].map((value, i) => ({ x: 10 * (i % 3), y: Math.floor(i / 3), value }))
  const data = table({ x: points.map(({ x }) => x), y: points.map(({ y }) => y), value: points.map(({ value }) => value) })
  const figure = readFigure((await draw('custom_heatmap', data)).body)
  const { place, pixels } = figure.image('cells')
  const of = await colour(1, 6)
  assert.deepEqual(pixels, [
    [of(5), of(4), of(6)],
    [of(3), of(1), of(2)],
  ])
  const at = (axis: 'x' | 'y', label: string) => figure.ticks(axis).find((tick) => tick.label === label)!.at
  for (const [column, label] of ['0', '10', '20'].entries()) {
    assert.ok(Math.abs(at('x', label) - (place.x + ((column + 0.5) / 3) * place.width)) < 1, `column ${label}`)
  }
  for (const [row, label] of ['1', '0'].entries()) {
    assert.ok(Math.abs(at('y', label) - (place.y + ((row + 0.5) / 2) * place.height)) < 1, `row ${label}`)
  }
})

test('a cell without a value is transparent, mentioned and counted', async () => {
  const { body, warnings, alt } = await draw('heatmap', table({ x: [0, 1, 0, 1], y: [0, 0, 1, 1], value: [1, null, 3, 4] }))
  assert.equal(readFigure(body).image('cells').pixels[1]![1], undefined)
  assert.deepEqual(warnings, ['1 of 4 points lack x, y, value or a positive weight and are not drawn'])
  assert.match(alt, /3 points in 2 × 2 cells, lowest 1 \(at 0, 0\), highest 4 \(at 1, 1\); 1 cell is empty/)
})

test('points in one cell are averaged by their weight; a point without weight does not count', async () => {
  const data = table({ x: [0, 0, 1, 1, 0], y: [0, 0, 0, 0, 0], value: [1, 4, 10, 0, 99], weight: [1, 2, 1, 1, 0] })
  const weighted = await draw('custom_heatmap', data)
  const of = await colour(3, 5)
  assert.deepEqual(readFigure(weighted.body).image('cells').pixels, [[of(3), of(5)]])
  assert.match(weighted.alt, /weighted means, lowest 3 .*, highest 5 /)
  assert.equal(weighted.warnings.length, 1)
})

test('both signs are shown around 0, one sign is not; the legend names the domain', async () => {
  const both = readFigure((await draw('heatmap', table({ x: [0, 1, 2], y: [0, 0, 0], value: [-1, 0, 4] }))).body)
  const of = await colour(-4, 4, 'blue-red')
  assert.deepEqual(both.image('cells').pixels, [[of(-1), of(0), of(4)]])
  const [red, , blue] = of(4).split(',').map(Number)
  assert.ok(red! > blue!, 'high is red')
  const legend = both.texts('[data-role="value-tick"]')
  assert.ok(legend.includes('−4') && legend.includes('4'), legend.join())
  const { place, pixels } = both.image('colour legend')
  assert.equal(pixels[0]![0], of(4))
  assert.equal(pixels.at(-1)![0], of(-4))
  assert.equal(place.height, both.image('cells').place.height)
})

test('names and times are sides as well; the first name is at the top', async () => {
  const data = table({
    x: ['mon', 'tue', 'mon', 'tue'].map((_, i) => new Date(Date.UTC(2024, 0, 1 + (i % 2)))),
    y: ['night', 'night', 'day', 'day'],
    value: [1, 2, 3, 4],
  })
  const figure = readFigure((await draw('heatmap', data)).body)
  const of = await colour(1, 4)
  assert.deepEqual(figure.image('cells').pixels, [
    [of(1), of(2)],
    [of(3), of(4)],
  ])
  const [night, day] = ['night', 'day'].map((name) => figure.ticks('y').find(({ label }) => label === name)!.at)
  assert.ok(night! < day!)
  assert.ok(figure.ticks('x').some(({ label }) => label.includes('Jan 1')))
  const many = table({ x: Array.from({ length: 401 }, (_, i) => `name ${i}`), y: new Float64Array(401), value: new Float64Array(401) })
  await assert.rejects(draw('heatmap', many), (error) => PluginError.is(error) && error.code === 'invalid-data')
})

test('uneven values have uneven cells', async () => {
  const data = table({ x: [0, 1, 10, 0, 1, 10], y: [0, 0, 0, 1, 1, 1], value: [1, 2, 3, 1, 2, 3] })
  const figure = readFigure((await draw('custom_heatmap', data)).body)
  const [row] = figure.image('cells').pixels
  const of = await colour(1, 3)
  const width = (value: number) => row!.filter((cell) => cell === of(value)).length / row!.length
  // Edges at −0.5, 0.5, 5.5 and 14.5.
  for (const [value, share] of [
    [1, 1 / 15],
    [2, 5 / 15],
    [3, 9 / 15],
  ] as const)
    assert.ok(Math.abs(width(value) - share) < 0.002, `${value}`)
})

test('ten thousand scattered points are binned, said so, and every mean is that of its bin', async () => {
  let seed = 7
  const random = () => (seed = (16807 * seed) % 2147483647) / 2147483647
  const x = Float64Array.from({ length: 10_000 }, random)
  const y = Float64Array.from({ length: 10_000 }, random)
  const value = Float64Array.from(x, (v, i) => v + 2 * y[i]!)
  const { body, warnings } = await draw('custom_heatmap', table({ x, y, value }))
  const { pixels } = readFigure(body).image('cells')
  assert.equal(warnings.length, 2)
  assert.match(warnings[0]!, /x is shown in \d+ bins/)
  const [rows, columns] = [pixels.length, pixels[0]!.length]
  const bin = (values: Float64Array, i: number, count: number) => {
    const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
    return Math.min(count - 1, Math.floor(((values[i]! - low) / (high - low)) * count))
  }
  const cells = new Map<number, number[]>()
  for (let i = 0; i < value.length; i += 1) {
    const cell = (rows - 1 - bin(y, i, rows)) * columns + bin(x, i, columns)
    cells.set(cell, [...(cells.get(cell) ?? []), value[i]!])
  }
  const means = new Map(Array.from(cells, ([cell, all]) => [cell, all.reduce((a, b) => a + b) / all.length]))
  const of = await colour(Math.min(...means.values()), Math.max(...means.values()))
  pixels.flat().forEach((pixel, cell) => assert.equal(pixel, means.has(cell) ? of(means.get(cell)!) : undefined, `cell ${cell}`))
  assert.ok(body.length < 60_000, `${body.length} characters`)
  assert.ok((body.match(/<rect/gu) ?? []).length < 5, 'one image, not a rectangle for every cell')
})

test('nothing to draw is said; one point is one cell', async () => {
  assert.match((await draw('heatmap', table({ x: [1, 2], y: [1, 2], value: [NaN, NaN] }))).alt, /nothing to draw/)
  const one = readFigure((await draw('heatmap', table({ x: [5], y: [5], value: [5] }))).body)
  assert.equal(one.image('cells').pixels.flat().length, 1)
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { PluginError, table } from '@cardcage/plugin'
import { draw } from './test/plugin-of.ts'
import { readFigure } from './test/read-figure.ts'

const rows = (name: string) =>
  readFileSync(new URL(`../../examples/data/${name}.csv`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
const nile = () => {
  const all = rows('nile')
  return table({ x: Float64Array.from(all, ([year]) => Number(year)), volume: Float64Array.from(all, ([, volume]) => Number(volume)) }, [
    { name: 'x', type: 'float64', metadata: { source: 'year' } },
    { name: 'volume', type: 'float64', metadata: { unit: '10⁸ m³' } },
  ])
}
const co2 = () => {
  const all = rows('co2')
  return table({ x: all.map(([date]) => new Date(date!)), co2: all.map(([, value]) => (value ? Number(value) : null)) })
}

/** A tick label as a number. */
const numeric = (label: string) => Number(label.replace('−', '-').replace(/,/gu, '').replace('K', 'e3').replace('M', 'e6'))

/** From pixels to data by two labelled ticks. */
function scaleOf(ticks: { at: number; label: string }[], value: (label: string) => number): (pixel: number) => number {
  const [first, last] = [ticks[0]!, ticks.at(-1)!]
  const slope = (value(last.label) - value(first.label)) / (last.at - first.at)
  return (pixel) => value(first.label) + (pixel - first.at) * slope
}

test('the marks are the data: every point of the Nile within a pixel of its tick marks', async () => {
  const data = nile()
  const figure = readFigure((await draw('line', data)).body)
  const [path, ...others] = figure.lines()
  assert.equal(others.length, 0)
  assert.equal(path!.length, 1, 'one unbroken line')
  const [xTicks, yTicks] = [figure.ticks('x'), figure.ticks('y')]
  const [x, y] = [scaleOf(xTicks, numeric), scaleOf(yTicks, numeric)]
  const [perX, perY] = [Math.abs(x(1) - x(0)), Math.abs(y(1) - y(0))]
  const [years, volumes] = [data.numbers('x'), data.numbers('volume')]
  assert.equal(path![0]!.length, years.length)
  path![0]!.forEach(([px, py], i) => {
    assert.ok(Math.abs(x(px) - years[i]!) <= perX, `x of row ${i}`)
    assert.ok(Math.abs(y(py) - volumes[i]!) <= perY, `y of row ${i}`)
  })
})

test('co2: each run of weeks is a sub-path of its own, at the right times, and no gap is bridged', async () => {
  const data = co2()
  const values = data.numbers('co2')
  const times = data.times('x')
  const runs: number[][] = []
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return
    if (i > 0 && !Number.isNaN(values[i - 1]!)) runs.at(-1)!.push(i)
    else runs.push([i])
  })
  const figure = readFigure((await draw('line', data)).body)
  const [subPaths] = figure.lines()
  assert.equal(values.filter(Number.isNaN).length, 59)
  assert.equal(subPaths!.length, runs.length)
  const x = scaleOf(figure.ticks('x'), (label) => Date.UTC(Number(label)))
  const y = scaleOf(figure.ticks('y'), numeric)
  runs.forEach((run, k) => {
    assert.equal(subPaths![k]!.length, run.length)
    for (const end of [0, run.length - 1]) {
      const [px, py] = subPaths![k]![end]!
      // A day of slack: years differ by a day in length, the ticks do not.
      assert.ok(Math.abs(x(px) - times[run[end]!]!) <= Math.abs(x(1) - x(0)) + 86_400_000, `time of run ${k}`)
      assert.ok(Math.abs(y(py) - values[run[end]!]!) <= Math.abs(y(1) - y(0)), `value of run ${k}`)
    }
  })
})

test('null, NaN and infinite values are gaps; a lonely point is a dot; infinite ones are mentioned', async () => {
  const data = table({ x: [1, 2, 3, 4, 5, 6, 7], y: [1, 2, null, 4, NaN, Infinity, 7] })
  const { body, alt, warnings } = await draw('line', data)
  const figure = readFigure(body)
  assert.deepEqual(
    figure.lines()[0]!.map((part) => part.length),
    [2, 1, 1],
  )
  assert.equal(figure.dots().length, 2)
  const x = scaleOf(figure.ticks('x'), numeric)
  assert.ok(Math.abs(x(figure.dots()[0]![0]) - 4) < 0.02)
  assert.deepEqual(warnings, ['Infinite values are drawn as gaps: 1 in y'])
  assert.match(alt, /3 missing, shown as gaps/)
})

test('rows are drawn in the order of x, those without x are left out and counted; without an x column the rows are numbered', async () => {
  const shuffled = await draw('line', table({ x: [3, 1, null, 2], y: [30, 10, 5, 20] }))
  const path = readFigure(shuffled.body).lines()[0]![0]!
  assert.equal(path.length, 3)
  assert.ok(path[0]![0] < path[1]![0] && path[1]![0] < path[2]![0])
  assert.ok(path[0]![1] > path[1]![1] && path[1]![1] > path[2]![1], 'rising')
  assert.deepEqual(shuffled.warnings, ['1 row has no x and is not drawn'])
  const plain = readFigure((await draw('line', table({ y: [5, 6, 7] }))).body)
  assert.deepEqual(
    plain
      .ticks('x')
      .map(({ label }) => Number(label))
      .filter(Number.isInteger),
    [0, 1, 2],
  )
  assert.deepEqual(plain.texts('[data-role="x-label"]'), ['row'])
})

test('labels: the bound column, its unit, the wish; several series are named beside their ends or in a legend', async () => {
  const one = readFigure((await draw('line', nile(), { title: 'Nile <1970> & "after"' })).body)
  assert.deepEqual(one.texts('[data-role="x-label"]'), ['year'])
  assert.deepEqual(one.texts('[data-role="y-label"]'), ['volume (10⁸ m³)'])
  assert.deepEqual(one.texts('[data-role="title"]'), ['Nile <1970> & "after"'])
  const wished = readFigure((await draw('line', nile(), { xLabel: 'Year', yLabel: 'Flow' })).body)
  assert.deepEqual([...wished.texts('[data-role="x-label"]'), ...wished.texts('[data-role="y-label"]')], ['Year', 'Flow'])

  const few = readFigure((await draw('line', table({ x: [1, 2], high: [5, 9], low: [2, 1] }))).body)
  assert.deepEqual(few.texts('[data-role="series-label"]'), ['high', 'low'])
  const [high, low] = Array.from(few.svg.querySelectorAll('[data-role="series-label"]'), (text) => Number(text.getAttribute('y')))
  assert.ok(Math.abs(high! - 4 - few.lines()[0]![0]![1]![1]) < 5, 'beside the end of its line')
  assert.ok(high! < low!)
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, k) => [`series ${k}`, [k, k + 1]]))
  assert.equal(readFigure((await draw('line', table(many))).body).texts('[data-role="series-label"]').length, 9)
})

test('series that end together are named without overlap, beside the plot', async () => {
  for (const end of [5, 0, 10]) {
    const figure = readFigure((await draw('line', table({ x: [1, 2], a: [0, end], b: [2, end], c: [9, end] }))).body)
    const labels = Array.from(figure.svg.querySelectorAll('[data-role="series-label"]'), (label) => Number(label.getAttribute('y')))
    const places = labels.sort((a, b) => a - b)
    assert.ok(places[1]! - places[0]! >= 12 && places[2]! - places[1]! >= 12, places.join())
    const ticks = figure.ticks('y').map(({ at }) => at)
    assert.ok(places[0]! >= Math.min(...ticks) && places[2]! <= Math.max(...ticks) + 4, places.join())
  }
})

test('a million points are thinned, and neither the peak nor the long gap is lost', async () => {
  const n = 1_000_000
  const y = Float64Array.from({ length: n }, (_, i) => (i >= 400_000 && i < 500_000 ? NaN : i === 777_777 ? 1000 : Math.sin(i / 3)))
  const { body } = await draw('line', table({ x: Float64Array.from({ length: n }, (_, i) => i), y }))
  assert.ok(body.length < 200_000, `${body.length} characters`)
  const figure = readFigure(body)
  const [subPaths] = figure.lines()
  assert.equal(subPaths!.length, 2)
  const [x, top] = [scaleOf(figure.ticks('x'), numeric), scaleOf(figure.ticks('y'), numeric)]
  const peak = subPaths!.flat().reduce((best, point) => (point[1] < best[1] ? point : best))
  assert.ok(Math.abs(top(peak[1]) - 1000) < 5)
  assert.ok(Math.abs(x(peak[0]) - 777_777) < 2000)
})

test('the locale and the theme are honoured', async () => {
  const german = await draw('line', table({ x: [0, 1], y: [10_000.5, 20_000.5] }), { locale: 'de', theme: 'dark' })
  const figure = readFigure(german.body)
  assert.ok(figure.ticks('y').some(({ label }) => /^\d\d\.000$/u.test(label)))
  assert.equal(figure.svg.querySelector('rect')!.getAttribute('fill'), '#0d1117')
  assert.match(german.alt, /10\.001|10\.000/)
  const print = readFigure((await draw('line', table({ a: [1, 2], b: [2, 3] }), { theme: 'print' })).body)
  assert.equal(
    new Set(Array.from(print.svg.querySelectorAll('[aria-label="line"]'), (g) => g.getAttribute('stroke-dasharray'))).size,
    2,
    'told apart without colour',
  )
})

test('stands alone: size, namespace, no script, handler, style sheet, address or control character', async () => {
  const evil = `"><script>alert(1)</script>\u0000\ud800 & onload=x`
  const { body } = await draw('line', table({ x: [1, 2], [evil]: [1, 2] }), { title: evil, width: 640, height: 320 })
  assert.match(body, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
  const { svg } = readFigure(body)
  assert.equal(svg.getAttribute('width'), '640')
  assert.equal(svg.getAttribute('height'), '320')
  assert.equal(svg.querySelectorAll('script, style, foreignObject, a').length, 0)
  for (const element of svg.querySelectorAll('*')) {
    for (const name of element.getAttributeNames()) assert.ok(!name.startsWith('on') && !name.includes('href'), name)
  }
  assert.equal(body.replace('http://www.w3.org/2000/svg', '').includes('http'), false)
  assert.ok(body.isWellFormed() && !body.includes('\u0000'))
})

test('nothing to draw is said, not thrown; equal and extreme values have an axis', async () => {
  const empty = await draw('line', table({ x: [1, 2], y: [NaN, NaN] }))
  assert.match(empty.alt, /y has no values/)
  for (const y of [
    [5, 5],
    [0, 0],
    [-1e200, 1e200],
    [1e-200, 2e-200],
    [1e15, 1e15 + 0.5],
  ]) {
    const figure = readFigure((await draw('line', table({ x: [1, 2], y }))).body)
    const labels = figure.ticks('y').map(({ label }) => label)
    assert.ok(labels.length >= 2, `${y.join()}: ${labels.join()}`)
    assert.equal(figure.lines()[0]![0]!.length, 2)
    assert.ok(figure.lines()[0]!.flat(2).every(Number.isFinite))
  }
})

test('no label leaves the sheet', async () => {
  const data = table({
    x: [new Date('2024-01-01'), new Date('2024-01-01T23:00')],
    'a very long name of a series, longer than most': [-1_234_567.25, -1_234_567],
    b: [-1_234_567.5, -1_234_566],
  })
  for (const [width, height] of [
    [900, 450],
    [400, 300],
    [160, 120],
    [60, 40],
  ] as const) {
    const figure = readFigure(
      (await draw('line', data, { width, height, title: 'A title that is far too long for a small figure '.repeat(3) })).body,
    )
    for (const text of figure.svg.querySelectorAll('text')) {
      const x = Number(text.getAttribute('x') ?? /translate\(([-\d.]+)/u.exec(text.getAttribute('transform') ?? '')?.[1] ?? 0)
      assert.ok(x >= 0 && x <= width, `${text.textContent} at ${x} of ${width}`)
    }
    assert.ok(
      figure
        .lines()
        .flat(2)
        .every(([x]) => x >= 0 && x <= width),
    )
  }
})

test('a size or a locale that cannot be is refused', async () => {
  const data = table({ y: [1, 2] })
  for (const wish of [{ width: 0 }, { height: NaN }, { width: 1e9 }, { locale: 'no such locale' }]) {
    await assert.rejects(draw('line', data, wish), (error) => PluginError.is(error) && error.code === 'invalid-call')
  }
})

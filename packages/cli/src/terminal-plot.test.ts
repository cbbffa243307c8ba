import assert from 'node:assert/strict'
import { test } from 'node:test'
import { terminalPlot } from './terminal-plot.ts'

const size = { width: 30, height: 4 }

/** Columns of characters that hold a dot. */
function drawn(plot: string): readonly boolean[] {
  const rows = plot.split('\n').slice(0, size.height)
  const cells = rows.map((row) => row.replace(/^[^┤│]*[┤│]/, '').split(''))
  const columns = Math.max(...cells.map((row) => row.length))
  return Array.from({ length: columns }, (_, at) => cells.some((row) => row[at] !== undefined && row[at] !== '⠀'))
}

test('a line goes from the lower left to the upper right, without a hole', () => {
  const plot = terminalPlot([0, 1, 2, 3], [0, 10, 20, 30], String, size)
  const [first = '', , , last = ''] = plot.split('\n')
  assert.match(first, /^30 ┤.*[⣀-⣿⠁-⢿]$/)
  assert.match(last, /^ 0 ┤[^⠀]/)
  assert.ok(drawn(plot).every(Boolean))
  assert.match(plot.split('\n').at(-1) ?? '', /^ +0 +3$/)
})

test('a missing value is a gap', () => {
  const y = [1, 1, 1, NaN, NaN, NaN, 1, 1, 1]
  const columns = drawn(terminalPlot([...y.keys()], y, String, size))
  const middle = columns.slice(Math.ceil(columns.length * 0.3), Math.floor(columns.length * 0.7))
  assert.deepEqual(new Set(middle), new Set([false]))
  assert.ok(columns[0] && columns.at(-1))
})

test('values that are all the same, a single one, and none at all', () => {
  assert.ok(drawn(terminalPlot([1, 2], [5, 5], String, size)).every(Boolean))
  assert.equal(drawn(terminalPlot([1], [5], String, size)).filter(Boolean).length, 1)
  assert.match(terminalPlot([1, 2], [NaN, NaN], String, size), /nothing to draw/)
  assert.match(terminalPlot([], [], String, size), /nothing to draw/)
})

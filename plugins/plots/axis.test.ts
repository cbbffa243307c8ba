import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axisOf } from './axis.ts'

const labels = (low: number | string, high: number | string, more: { time?: boolean; round?: boolean; locale?: string } = {}) => {
  const at = (value: number | string) => (typeof value === 'string' ? Date.parse(value) : value)
  const wish = { time: typeof low === 'string', pixels: 800, distance: 84, locale: 'en', ...more }
  return axisOf({ ...wish, low: at(low), high: at(high) }).ticks.map(({ label }) => label)
}

test('numbers: round steps, as many digits as needed, years without separators, true minus', () => {
  assert.deepEqual(labels(1871, 1970), ['1880', '1900', '1920', '1940', '1960'])
  assert.deepEqual(labels(-0.25, 0.3), ['−0.2', '−0.1', '0.0', '0.1', '0.2', '0.3'])
  assert.deepEqual(labels(0, 5e6), ['0', '1M', '2M', '3M', '4M', '5M'])
  assert.deepEqual(labels(0, 40_000, { locale: 'de' }), ['0', '5000', '10.000', '15.000', '20.000', '25.000', '30.000', '35.000', '40.000'])
})

test('numbers: no two ticks look alike and all lie in the domain, whatever the size', () => {
  for (const [low, high] of [
    [1e-9, 3e-9],
    [1e15, 1e15 + 4],
    [-1e200, 1e200],
    [1_000_000, 1_000_001],
    [0.1, 0.1000001],
  ] as const) {
    const { ticks, domain } = axisOf({ time: false, low, high, pixels: 500, distance: 60, locale: 'en', round: true })
    assert.ok(ticks.length >= 3, `${low} to ${high}: ${ticks.length} ticks`)
    assert.equal(new Set(ticks.map(({ label }) => label)).size, ticks.length, ticks.map(({ label }) => label).join())
    assert.ok(domain[0] <= low && domain[1] >= high)
    assert.ok(ticks.every(({ at }) => at >= domain[0] && at <= domain[1]))
  }
})

test('times: round places of the calendar, with what is coarser where it changes', () => {
  assert.deepEqual(labels('1958-03-29', '2001-12-29'), ['1960', '1965', '1970', '1975', '1980', '1985', '1990', '1995', '2000'])
  assert.deepEqual(labels('2023-10-20', '2024-05-02'), ['Nov\n2023', 'Dec', 'Jan\n2024', 'Feb', 'Mar', 'Apr', 'May'])
  assert.deepEqual(labels('2024-02-26', '2024-03-03'), ['Feb 26\n2024', 'Feb 27', 'Feb 28', 'Feb 29', 'Mar 1', 'Mar 2', 'Mar 3'])
  assert.deepEqual(labels('2023-12-31T21:00Z', '2024-01-01T03:00Z'), [
    '21:00\nDec 31, 2023',
    '22:00',
    '23:00',
    '00:00\nJan 1, 2024',
    '01:00',
    '02:00',
    '03:00',
  ])
  assert.deepEqual(labels('2024-01-01T00:00:00.000Z', '2024-01-01T00:00:00.004Z').length, 5)
  assert.deepEqual(labels('-000100-01-01T00:00Z', '0100-01-01T00:00Z').length, 5)
})

test('weeks begin on Monday', () => {
  const { ticks } = axisOf({ time: true, low: Date.UTC(2024, 0, 1), high: Date.UTC(2024, 1, 20), pixels: 800, distance: 84, locale: 'en' })
  assert.ok(ticks.every(({ at }) => new Date(at).getUTCDay() === 1))
})

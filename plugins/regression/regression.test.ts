import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Call, Findings, Operation, Plugin, Provides, Schema } from '@cardcage/plugin'
import { PluginError, table, type Table } from '@cardcage/plugin'
import plugin from './index.ts'

const { analysis = {} } = (plugin as Plugin & { setup(): Provides }).setup()
const operation = analysis['custom_regression'] as Operation & { params: Schema }

interface Summary {
  coefficients: number[]
  standard_errors: (number | null)[]
  r_squared: number | null
  residual_std: number | null
  n: number
  degree: number
  dropped: number
  x_unit: string
}

async function regress(data: unknown, given: object = {}): Promise<{ fit: Table; summary: Summary; warnings: string[] }> {
  const warnings: string[] = []
  const params = await operation.params['~standard'].validate(given)
  if (params.issues) throw new Error(params.issues.map((issue: { message: string }) => issue.message).join())
  const call = { warn: (message: string) => warnings.push(message) } as unknown as Call
  const { tables = {}, summary } = (await operation.run({ data: data as Table }, params.value, call)) as Findings
  return { fit: tables['fit']!, summary: summary as unknown as Summary, warnings }
}

function near(actual: readonly (number | null)[], expected: readonly number[], relative = 1e-9): void {
  assert.equal(actual.length, expected.length)
  expected.forEach((value, i) =>
    assert.ok(Math.abs(actual[i]! - value) <= relative * Math.abs(value), `${i}: ${actual[i]} is not ${value}`),
  )
}

const nist = JSON.parse(readFileSync(new URL('fixtures/nist-strd.json', import.meta.url), 'utf8')) as {
  sets: Record<
    string,
    {
      degree: number
      x: number[]
      y: number[]
      coefficients: number[]
      standardErrors: number[]
      residualStandardDeviation: number
      rSquared: number
    }
  >
}

for (const name of ['Norris', 'Pontius', 'Wampler1', 'Wampler3']) {
  const { degree, x, y, ...certified } = nist.sets[name]!
  test(`NIST ${name}, degree ${degree}: the certified values to 1e-9`, async () => {
    const { summary } = await regress(table({ x, y }), { degree })
    near(summary.coefficients, certified.coefficients)
    near([summary.r_squared], [certified.rSquared])
    assert.deepEqual([summary.n, summary.degree, summary.dropped], [x.length, degree, 0])
    if (certified.residualStandardDeviation === 0) return
    near(summary.standard_errors, certified.standardErrors)
    near([summary.residual_std], [certified.residualStandardDeviation])
  })
}

test('statsmodels on the Nile by row number, degree 1 and 2 (the default)', async () => {
  const lines = readFileSync(new URL('../../examples/data/nile.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
  const data = table({ y: lines.map((line) => Number(line.split(',')[1])) })
  const { summary, fit } = await regress(data)
  assert.equal(summary.degree, 2)
  assert.equal(summary.x_unit, 'rows, from 0')
  near(summary.coefficients, [1174.4132149097359, -10.104413354900869, 0.07464755479149274])
  assert.deepEqual(Array.from(fit.column('x')).slice(0, 3), [0, 1, 2])
  const line = (await regress(data, { degree: 1 })).summary
  near(line.coefficients, [1053.7081188118814, -2.714305430543054])
  near(line.standard_errors, [29.88600507813098, 0.521554090157457])
  near([line.r_squared], [0.2165288046501157])
})

test('the table has x, y, fitted and residual; a row without y does not count, but stays as a gap', async () => {
  const data = table({ x: [1, 2, 3, null, 5], y: [2, null, 6, 7, 10] }, [
    { name: 'x', type: 'float64', metadata: { source: 'depth' } },
    { name: 'y', type: 'float64', metadata: { source: 'load', unit: 'N' } },
  ])
  const { fit, summary, warnings } = await regress(data, { degree: 1 })
  assert.deepEqual(fit.names, ['x', 'y', 'fitted', 'residual'])
  assert.deepEqual(Array.from(fit.column('x')), [1, 2, 3, 5])
  assert.deepEqual(Array.from(fit.column('y')), [2, null, 6, 10])
  near(Array.from(fit.numbers('fitted')), [2, 4, 6, 10], 1e-14)
  assert.equal(fit.column('residual')[1], null)
  assert.deepEqual([summary.n, summary.dropped, summary.x_unit], [3, 2, 'depth'])
  assert.deepEqual(warnings, ['2 of 5 rows lack x or y and do not count'])
  assert.deepEqual(fit.schema[0]!.metadata, { source: 'depth' })
  assert.deepEqual(fit.schema[2]!.metadata, { unit: 'N', title: 'fitted load' })
})

test('times count in days since the first; the column keeps its type', async () => {
  const start = Date.UTC(2024, 1, 1)
  const x = [3, 0, 1, 10].map((days) => new Date(start + days * 86_400_000))
  const { fit, summary } = await regress(table({ x, y: [7, 1, 3, 21] }), { degree: 1 })
  near(summary.coefficients, [1, 2], 1e-13)
  assert.equal(summary.x_unit, 'days since 2024-02-01T00:00:00.000Z')
  assert.equal(fit.schema[0]!.type, 'timestamp(ms, UTC)')
  assert.deepEqual(Array.from(fit.times('x')), x.map(Number))
})

test('too few different x, or nothing at all, is the data’s fault and says how many there are', async () => {
  const refused = (message: RegExp) => (error: unknown) =>
    PluginError.is(error) && error.code === 'invalid-data' && message.test(error.message)
  await assert.rejects(regress(table({ x: [1, 1, 2, 2], y: [1, 2, 3, 4] })), refused(/degree 2 needs at least 3 rows .* there are 2/))
  await assert.rejects(regress(table({ x: [1, 2], y: Float64Array.of(NaN, NaN) })), refused(/there are 0/))
})

test('statistics that need more data are null', async () => {
  const { summary } = await regress(table({ x: [0, 1, 2], y: [1, 0, 3] }))
  assert.deepEqual([summary.residual_std, summary.standard_errors], [null, [null, null, null]])
  assert.equal((await regress(table({ x: [0, 1, 2], y: [4, 4, 4] }), { degree: 1 })).summary.r_squared, null)
})

test('degree is an integer from 1 to 10', async () => {
  for (const degree of [0, 11, 2.5, 'two']) await assert.rejects(regress(table({ y: [1, 2, 3] }), { degree }))
})

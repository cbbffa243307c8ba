import { fitPolynomial } from '@cardcage/numeric'
import { definePlugin, type Field, operation, PluginError, table } from '@cardcage/plugin'
import { z } from 'zod'
import { abscissae, type Abscissae } from './abscissae.ts'

export default definePlugin({
  setup: () => ({
    analysis: {
      custom_regression: operation({
        title: 'Polynomial regression',
        description: 'Least-squares polynomial with standard errors, fitted values and residuals.',
        category: 'statistical',
        reference: 'https://www.itl.nist.gov/div898/handbook/pmd/section1/pmd141.htm',
        inputs: {
          data: {
            columns: {
              x: {
                type: 'ordered',
                optional: true,
                description: 'Numbers, or times (counted in days); the number of the row, from 0, where left out',
              },
              y: { type: 'number', description: 'What is fitted' },
            },
            minRows: 2,
          },
        },
        params: z.object({ degree: z.int().min(1).max(10).default(2).describe('Polynomial degree') }),
        run({ data }, { degree }, call) {
          const y = data.numbers('y')
          const x = abscissae(data)
          const rows = Array.from(y.keys()).filter((i) => Number.isFinite(y[i]) && Number.isFinite(x.values[i]))
          const dropped = y.length - rows.length
          if (dropped > 0) call.warn(`${dropped} of ${y.length} rows lack ${x.given ? 'x or y' : 'y'} and do not count`, { dropped })
          const used = Float64Array.from(rows, (row) => x.values[row]!)
          needDifferent(used, degree, x)
          const observed = Float64Array.from(rows, (row) => y[row]!)
          const fit = fitPolynomial(used, observed, degree)
          const shown = Array.from(y.keys()).filter((i) => Number.isFinite(x.values[i]))
          const fitted = Float64Array.from(shown, (row) => fit.predict(x.values[row]!))
          const columns = {
            x: shown.map((row) => x.column[row]),
            y: shown.map((row) => finite(y[row]!)),
            fitted,
            residual: shown.map((row, i) => finite(y[row]! - fitted[i]!)),
          }
          return {
            tables: {
              fit: table(
                columns,
                fields(
                  x.field,
                  data.schema.find(({ name }) => name === 'y')!,
                ),
              ),
            },
            summary: {
              coefficients: [...fit.coefficients],
              standard_errors: Array.from(fit.standardErrors, finite),
              r_squared: finite(fit.rSquared),
              residual_std: finite(fit.residualStandardDeviation),
              n: rows.length,
              degree,
              dropped,
              x_unit: x.unit,
            },
          }
        },
      }),
    },
  }),
})

function needDifferent(x: Float64Array, degree: number, { unit }: Abscissae): void {
  const different = new Set(x).size
  if (different > degree) return
  throw new PluginError(
    'invalid-data',
    `degree ${degree} needs at least ${degree + 1} rows with y and different x (${unit}); there are ${different}`,
    {
      hint: different > 1 ? `Give more data, or a degree of at most ${different - 1}.` : 'Give more data, or bind other columns.',
      details: { degree, different },
    },
  )
}

function fields(x: Field, y: Field): Field[] {
  const unit = y.metadata?.['unit'] === undefined ? {} : { unit: y.metadata['unit'] }
  const name = y.metadata?.['title'] ?? y.metadata?.['source'] ?? 'y'
  return [
    x,
    { name: 'y', type: 'float64', ...(y.metadata ? { metadata: y.metadata } : {}) },
    { name: 'fitted', type: 'float64', metadata: { ...unit, title: `fitted ${name}` } },
    { name: 'residual', type: 'float64', metadata: { ...unit, title: `residual of ${name}` } },
  ]
}

/** Missing, not NaN: a gap in the data, a statistic that needs more data than there are. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

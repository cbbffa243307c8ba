import assert from 'node:assert/strict'
import test from 'node:test'
import type { Json } from '@cardcage/plugin'
import { analysisOf, errorOf, kernelOf } from '../host.ts'

const schema = `z.object({
  degree: z.int().min(1).max(10).default(2).describe('Degree of the polynomial'),
  smooth: z.boolean().default(false),
  method: z.enum(['ols', 'theil-sen']).default('ols'),
  weights: z.array(z.number()).optional(),
  label: z.string().optional(),
})`

test('params are coerced from text, filled with their defaults, and refused with value, range and default', async (t) => {
  const kernel = await kernelOf(t, { fit: { code: analysisOf('return { summary: params }', `inputs: {}, params: ${schema},`) } })
  const run = async (params?: Record<string, Json>) => (await kernel.analyze('run', params ? { params } : {})).result.summary
  const refused = (params: Record<string, Json>) => errorOf(run(params))
  const defaults = { degree: 2, smooth: false, method: 'ols' }

  assert.deepEqual(await run(), defaults)
  assert.deepEqual(await run({ degree: '3', smooth: 'true', weights: '1,2.5', label: '007' }), {
    ...defaults,
    degree: 3,
    smooth: true,
    weights: [1, 2.5],
    label: '007',
  })
  assert.deepEqual(await run({ degree: 10 }), { ...defaults, degree: 10 })
  for (const degree of [0, 11, 'two', '0', 1.5, null]) {
    const error = await refused({ degree })
    assert.equal(error.code, 'invalid-call', String(degree))
    assert.equal(error.at['operation'], 'run')
    assert.match(error.message, /parameter degree: /)
    assert.ok(error.message.includes(String(degree)), `${error.message} shows the value`)
    assert.match(error.message, /1 to 10/)
    assert.match(error.message, /default 2/)
  }
  assert.match((await refused({ method: 'olz' })).message, /ols.*theil-sen/)
  const unknown = await refused({ degre: 3 })
  assert.match(unknown.message, /unknown parameter degre.*degree/)
  const several = await refused({ degree: 0, method: 'x' })
  assert.match(several.message, /degree.*; .*method/)
  assert.equal((several.details as { problems: unknown[] }).problems.length, 2)
  assert.equal((await kernel.info('fit')).calls, 3, 'what does not fit never reaches the plugin')
})

test('what only the author’s own schema can say is refused by the plugin as the caller’s fault', async (t) => {
  const kernel = await kernelOf(t, {
    even: {
      code: analysisOf(
        'return { summary: params }',
        `inputs: {}, params: z.object({ n: z.int().refine((n) => n % 2 === 0, 'must be even') }),`,
      ),
    },
    bare: { code: analysisOf('return { summary: { done: 1 } }', 'inputs: {},') },
  })
  const error = await errorOf(kernel.analyze('even.analysis.run', { params: { n: 3 } }))
  assert.equal(error.code, 'invalid-call')
  assert.equal(error.message, 'n: must be even')
  assert.equal(error.origin, 'caller')
  assert.deepEqual((await kernel.analyze('even.analysis.run', { params: { n: '4' } })).result.summary, { n: 4 })
  assert.match(
    (await errorOf(kernel.analyze('bare.analysis.run', { params: { n: 1 } }))).message,
    /unknown parameter n\. There are no parameters here/,
  )
  const polluting = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, Json>
  assert.equal((await errorOf(kernel.analyze('even.analysis.run', { params: polluting }))).code, 'invalid-call')
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

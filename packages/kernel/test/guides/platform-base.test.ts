import assert from 'node:assert/strict'
import test from 'node:test'
import { table } from '@cardcage/plugin'
import { errorOf } from '../host.ts'
import { openGuide, rowsOf } from './guide.ts'

const inputs = table({ value: [1, 2, 3, 4] })

test('meu_plugin doubles 1, 2, 3, 4', async (t) => {
  const kernel = await openGuide(t, 'platform-base/meu_plugin')
  const { result } = await kernel.analyze('meu_plugin', { inputs })
  assert.deepEqual(await rowsOf(result.tables['result']), [{ value: 2 }, { value: 4 }, { value: 6 }, { value: 8 }])
  assert.deepEqual(result.summary, { plugin: 'meu_plugin' })
  assert.deepEqual(Object.keys((await kernel.info('meu_plugin')).provides?.analysis?.['meu_plugin']?.inputs ?? {}), ['series'])
})

test('its multiplier is that of the manifest, of the slot’s config, of the call, in this order; what does not fit is refused', async (t) => {
  const kernel = await openGuide(t, 'platform-base/meu_plugin', {
    slots: { plain: { plugin: 'meu_plugin' }, by3: { plugin: 'meu_plugin', config: { multiplier: 3 } } },
  })
  const first = async (slot: string, params: Record<string, number | string> = {}) =>
    (
      (await rowsOf((await kernel.analyze(`${slot}.analysis.meu_plugin`, { inputs, params })).result.tables['result']))[0] as {
        value: number
      }
    ).value
  assert.equal(await first('by3'), 3)
  assert.equal(await first('by3', { multiplier: '4' }), 4)
  assert.equal(await first('plain'), 2, 'what one slot has learnt is not the config of another')
  assert.equal(await first('plain', { multiplier: 4 }), 4)
  const error = await errorOf(kernel.analyze('plain.analysis.meu_plugin', { inputs, params: { multiplier: 'much' } }))
  assert.equal(error.code, 'invalid-call')
  assert.match(error.message, /multiplier/)
})

test('a plugin of two inputs is found by what it validates, and refuses what it does not take', async (t) => {
  const kernel = await openGuide(t, 'platform-base/aligner')
  const time = [new Date(0), new Date(1000)]
  const two = { reference: table({ value: [1, 3] }), target: table({ value: [3, 5], at: time }) }
  const { result } = await kernel.analyze('aligner', { inputs: two, params: { window_size: 100 } })
  assert.deepEqual(await rowsOf(result.tables['result']), [{ value: 2 }, { value: 4 }])
  assert.deepEqual(await rowsOf(result.tables['path']), [
    { c0: 0, c1: 0 },
    { c0: 1, c1: 1 },
  ])
  assert.deepEqual(result.summary, { distance: 0, window: 100, times: 2 })
  const field = { name: 'value', type: 'float64' }
  const empty = table({ value: [] }, [field])
  const refused = await errorOf(kernel.analyze('aligner', { inputs: { reference: empty, target: empty } }))
  assert.equal(refused.code, 'invalid-call')
  assert.equal(refused.message, 'The plugin refused its inputs: reference, target, params')
  const failed = await errorOf(kernel.analyze('aligner', { inputs: { ...two, reference: table({ value: [1] }) } }))
  assert.equal(failed.code, 'internal')
  assert.equal(failed.message, '1 and 2 points')
  assert.deepEqual(failed.details, { reference: 1 })
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { emptyFolder, errorOf, kernelOf, writePlugin } from '../host.ts'

const methods = (...names: string[]) => ({
  code: `const run = operation({ inputs: {}, run: () => ({ summary: {} }) })\nexport default definePlugin({ setup: () => ({ analysis: { ${names.map((name) => `${name}: run`).join(', ')} } }) })`,
})
const plots = {
  code: `export default definePlugin({ setup: () => ({ visualization: { heatmap: plot({ inputs: {}, run: () => ({ mediaType: 'image/svg+xml', body: '', alt: '' }) }) } }) })`,
}

test('an unknown method or plot type is said with the nearest names', async (t) => {
  const kernel = await kernelOf(t, { stats: methods('mean', 'median'), more: methods('mode'), plots })
  const method = await errorOf(kernel.analyze('mena'))
  assert.equal(method.code, 'not-found')
  assert.equal(method.message, 'Unsupported method: mena')
  assert.match(method.hint!, /^Did you mean mean/)
  assert.equal((method.details as { nearest: string[] }).nearest[0], 'mean')
  const full = await errorOf(kernel.analyze('stats.analysis.medain'))
  assert.equal(full.message, 'Unsupported method: medain')
  assert.match(full.hint!, /^Did you mean median/)
  const far = await errorOf(kernel.analyze('stats.analysis.xyz'))
  assert.equal(far.hint, 'Known: mean, median.', 'of the slot that was asked')
  const none = await errorOf(kernel.plot('stats.visualization.mean'))
  assert.deepEqual([none.message, none.hint], ['Unsupported plot type: mean', "'stats' provides analysis.mean, analysis.median."])
  const short = await errorOf(kernel.analyze('stats.methods.xyz'))
  assert.equal(short.hint, "'stats' provides analysis.mean, analysis.median. An address is slot.kind.name.")
  const other = await errorOf(kernel.plot('stats.analysis.mean'))
  assert.equal(other.message, "'stats.analysis.mean' is of the kind analysis; one of the kind visualization is needed here")
  assert.match(other.hint!, /'stats' provides analysis\.mean/)
  const plot = await errorOf(kernel.plot('heatmpa'))
  assert.equal(plot.message, 'Unsupported plot type: heatmpa')
  assert.equal(plot.hint, 'Did you mean heatmap?')
  assert.equal((await errorOf(kernel.plot('mean'))).message, 'Unsupported plot type: mean', 'a method is no plot')
  assert.equal((await errorOf(kernel.enrich('crm', { type: 'a', id: 'b' }))).message, 'There is no enrichment called crm')
  const slot = await errorOf(kernel.analyze('stast.analysis.mean'))
  assert.equal(slot.message, "There is no slot 'stast'")
  assert.equal(slot.hint, 'Did you mean stats?')
  assert.equal((await errorOf(kernel.info('stast'))).code, 'not-found')
})

test('a name that several have is a conflict with the candidates, and the full address is none', async (t) => {
  const kernel = await kernelOf(t, { a: methods('mean'), b: methods('mean', 'only_b') })
  const error = await errorOf(kernel.analyze('mean').then(() => kernel.analyze('mean')))
  assert.equal(error.code, 'conflict')
  assert.equal(error.message, "'mean' is provided by a.analysis.mean and b.analysis.mean")
  assert.deepEqual(error.details, { candidates: ['a.analysis.mean', 'b.analysis.mean'] })
  assert.deepEqual(await kernel.resolve('only_b'), { slot: 'b', kind: 'analysis', name: 'only_b' })
  assert.equal((await kernel.analyze('b.analysis.mean')).metadata.slot, 'b')
})

test('the name of a slot that provides one thing means that, unless something is called so', async (t) => {
  const kernel = await kernelOf(t, { single: methods('mean'), several: methods('a', 'b'), other: methods('single_not') })
  assert.deepEqual(await kernel.resolve('single'), { slot: 'single', kind: 'analysis', name: 'mean' })
  assert.equal((await kernel.analyze('single')).metadata.operation, 'mean')
  const error = await errorOf(kernel.analyze('several'))
  assert.deepEqual([error.code, error.hint], ['not-found', "'several' provides analysis.a, analysis.b."])
  const named = await kernelOf(t, { mean: methods('x'), single: methods('mean') })
  assert.deepEqual(await named.resolve('mean'), { slot: 'single', kind: 'analysis', name: 'mean' })
})

test('a name of a plugin that cannot run is answered with why it cannot', async (t) => {
  const provides = { analysis: { tuned: { inputs: {} } } }
  const kernel = await kernelOf(
    t,
    {
      strict: {
        manifest: { provides, config_schema: { type: 'object', properties: { level: { type: 'integer' } }, required: ['level'] } },
        ...methods('tuned'),
      },
      off: { manifest: { provides: { analysis: { quiet: { inputs: {} } } } }, ...methods('quiet') },
      fine: methods('mean'),
      broken: { code: "throw new Error('no luck today')" },
    },
    { slots: { off: { plugin: 'off', enabled: false } } },
  )
  for (const address of ['tuned', 'strict.analysis.tuned'])
    assert.equal((await errorOf(kernel.analyze(address))).code, 'invalid-config', address)
  for (const address of ['quiet', 'off.analysis.quiet'])
    assert.equal((await errorOf(kernel.analyze(address))).message, "Slot 'off' is disabled", address)
  assert.match((await errorOf(kernel.analyze('broken.analysis.x'))).message, /no luck today/)
  assert.match(
    (await errorOf(kernel.analyze('x'))).hint!,
    /Not known is what these provide: broken; `cardcage plugin info broken` says why/,
  )
  assert.equal((await errorOf(kernel.analyze('fine.analysis.x'))).hint, 'Known: mean.', 'the slot itself is known')
})

test('two folders with one id and version are both failed, and each names both', async (t) => {
  const folder = emptyFolder(t)
  const one = writePlugin(join(folder, 'one'), 'twin', methods('mean'))
  const two = writePlugin(join(folder, 'two'), 'twin', methods('mean'))
  writePlugin(join(folder, 'single'), 'single', methods('other'))
  const kernel = await kernelOf(t, {}, { plugins: [folder] })
  const twins = kernel.list().filter(({ id }) => id === 'twin')
  assert.deepEqual(
    twins.map(({ state }) => state),
    ['failed', 'failed'],
  )
  assert.deepEqual(twins.map(({ path }) => path).sort(), [one, two])
  assert.equal(new Set(twins.map(({ slot }) => slot)).size, 2)
  for (const { error, slot } of twins) {
    assert.equal(error?.code, 'conflict')
    assert.ok(error.message.includes(one) && error.message.includes(two), error.message)
    assert.deepEqual((await kernel.info(slot)).error, error)
  }
  assert.equal((await errorOf(kernel.analyze('twin.analysis.mean'))).code, 'conflict')
  assert.equal((await kernel.analyze('other')).metadata.slot, 'single')
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { emptyFolder, errorOf, kernelOf, writePlugins } from '../host.ts'

const plots = {
  code: `export default definePlugin({ setup: () => ({ visualization: {
    dot: plot({ inputs: {}, run: (_, __, { wish, warn }) => ({ mediaType: wish.mediaType, body: '<svg xmlns="http://www.w3.org/2000/svg" width="' + wish.width + '"/>', alt: 'a dot', title: wish.title }) }),
    both: plot({ inputs: {}, draws: ['image/svg+xml', 'application/pdf'], run: (_, __, { wish }) => ({ mediaType: wish.mediaType, body: wish.mediaType === 'application/pdf' ? '%PDF-1.7' : '<svg xmlns="http://www.w3.org/2000/svg"/>', alt: 'both' }) }),
  } }) })`,
}
const exporter = (mark: number, to = 'image/png') => ({
  code: `export default definePlugin({ setup: () => ({ visualization: { to_png: { from: 'image/svg+xml', to: '${to}', extension: '.png',
    export: (figure, wish, call) => { call.warn('scale ' + wish.scale); return { ...figure, mediaType: '${to}', body: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ${mark}, figure.body.length]) } } } } }) })`,
})

test('a plot draws the media type it knows; an exporter makes the others', async (t) => {
  const kernel = await kernelOf(t, { plots, png: exporter(7) })
  const drawn = await kernel.plot('dot', { wish: { width: 20, title: 'Dot' } })
  assert.deepEqual(drawn.result, {
    mediaType: 'image/svg+xml',
    body: '<svg xmlns="http://www.w3.org/2000/svg" width="20"/>',
    alt: 'a dot',
    title: 'Dot',
  })
  assert.equal((await kernel.plot('both', { wish: { mediaType: 'application/pdf' } })).result.body, '%PDF-1.7')
  const { result, warnings, metadata } = await kernel.plot('dot', { wish: { mediaType: 'image/png', width: 20, scale: 2, title: 'Dot' } })
  assert.equal(result.mediaType, 'image/png')
  assert.deepEqual([...(result.body as Uint8Array)].slice(8), [7, String(drawn.result.body).length])
  assert.equal(result.alt, 'a dot')
  assert.deepEqual(warnings, [{ message: 'scale 2' }])
  assert.equal(metadata.operation, 'dot')
  assert.equal((await kernel.exportFigure(drawn.result, { mediaType: 'image/png' })).metadata.operation, 'to_png')

  const none = await errorOf(kernel.plot('both', { wish: { mediaType: 'image/tiff' } }))
  assert.equal(none.code, 'unsupported')
  assert.equal(none.message, 'No plugin makes image/tiff from image/svg+xml or application/pdf')
  assert.equal((await errorOf(kernel.exportFigure(drawn.result, { mediaType: 'image/tiff' }))).code, 'unsupported')
  assert.match((await errorOf(kernel.plot('to_png'))).message, /to_png is an exporter, not a plot type/)
})

test('of several exporters the one that is not built in is taken, and two equal ones are a conflict', async (t) => {
  const folder = emptyFolder(t)
  const host = writePlugins(join(folder, 'host'), { plots, png: exporter(1) })
  const own = writePlugins(join(folder, 'own'), { mine: exporter(2) })
  const wish = { mediaType: 'image/png' }
  const marked = async (options: Parameters<typeof kernelOf>[2]) => {
    const { result } = await (await kernelOf(t, {}, { plugins: [host, own], ...options })).plot('dot', { wish })
    return (result.body as Uint8Array)[8]
  }
  assert.equal(await marked({ builtIn: [host] }), 2)
  assert.equal(await marked({ slots: { renderer: { plugin: 'png' } } }), 1)
  const conflict = await errorOf(marked({}))
  assert.equal(conflict.code, 'conflict')
  assert.deepEqual(conflict.details, { candidates: ['mine.visualization.to_png', 'png.visualization.to_png'] })
})

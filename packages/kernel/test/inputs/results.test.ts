import assert from 'node:assert/strict'
import test from 'node:test'
import type { Reader } from '@cardcage/plugin'
import { analysisOf, errorOf, kernelOf } from '../host.ts'

test('results are checked: columns, lengths, names, shapes; the plugin stays', async (t) => {
  const bodies: Record<string, string> = {
    both: 'return { tables: { trend: table({ a: [1] }) }, summary: { trend: 1 } }',
    named: 'return { tables: { result: table({ a: [1] }) }, summary: { result: 1 } }',
    lengths: 'return table({ a: [1, 2], b: [1] })',
    number: 'return 42',
    nothing: '',
    plain: 'return { tables: { a: { value: [1] } } }',
    cyclic: 'const summary = {}; summary.self = summary; return { summary }',
    huge: "return { summary: { text: 'x'.repeat(100_000_000) } }",
    proto: `return { summary: JSON.parse('{"__proto__": {"polluted": true}, "slope": 1}') }`,
    odd: 'return { summary: { slope: NaN, fine: 2, top: Infinity } }',
    stream:
      "return reader([{ name: 'a', type: 'float64' }], (async function* () { yield table({ a: [1] }); call.warn('half way'); throw new PluginError('unavailable', 'the rest is gone') })())",
    twice: "return reader([{ name: 'a', type: 'float64' }, { name: 'a', type: 'float64' }], [])",
    good: 'return table({ a: [1] })',
  }
  const runs = Object.entries(bodies).map(
    ([name, body]) => `${name}: operation({ inputs: {}, run: async (_, params, call) => { ${body} } })`,
  )
  const kernel = await kernelOf(t, {
    results: { code: `export default definePlugin({ setup: () => ({ analysis: { ${runs.join(',\n')} } }) })` },
  })
  const refused = async (name: string) => {
    const error = await errorOf(kernel.analyze(`results.analysis.${name}`))
    assert.equal(error.at['operation'], name)
    return `${error.code}: ${error.message}`
  }
  assert.equal(await refused('both'), "invalid-data: The result has both a table and a finding called 'trend'")
  assert.equal(await refused('named'), "invalid-data: The result has both a table and a finding called 'result'")
  assert.match(await refused('lengths'), /^invalid-data: .*length/)
  assert.match(await refused('number'), /^invalid-data: .*not a number/)
  assert.match(await refused('nothing'), /^invalid-data: .*not undefined/)
  assert.match(await refused('plain'), /^invalid-data: .*tables\.a was not made by table\(\)/)
  assert.match(await refused('cyclic'), /^invalid-data: /)
  assert.match(await refused('huge'), /^limit-exceeded: /)
  assert.match(await refused('twice'), /two columns 'a'|twice|'a'/)
  assert.match(await refused('proto'), /^invalid-data: .*__proto__/)
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  const odd = await kernel.analyze('results.analysis.odd')
  assert.deepEqual(odd.result.summary, { slope: null, fine: 2, top: null })
  assert.deepEqual(odd.warnings, [{ message: 'slope is NaN' }, { message: 'top is Infinity' }])

  const stream = await kernel.analyze('results.analysis.stream')
  const seen: unknown[] = []
  const broken = await errorOf(
    (async () => {
      for await (const one of stream.result.tables['result'] as Reader) seen.push(...one)
    })(),
  )
  assert.deepEqual(seen, [{ a: 1 }])
  assert.equal(broken.message, 'the rest is gone')
  assert.deepEqual(broken.at, { slot: 'results', plugin: 'results', version: '1.0.0', kind: 'analysis', operation: 'stream' })
  assert.deepEqual(stream.warnings, [{ message: 'half way' }], 'a warning of a stream comes with it')

  const { state, pid } = await kernel.info('results')
  assert.equal(state, 'active')
  assert.equal((await kernel.analyze('results.analysis.good')).metadata.pid, pid, 'in the same process as before')
})

test('an experimental operation says so with every call', async (t) => {
  const kernel = await kernelOf(t, { lab: { code: analysisOf('return { summary: {} }', 'inputs: {}, experimental: true,') } })
  for (let call = 0; call < 2; call++) {
    assert.deepEqual((await kernel.analyze('run')).warnings, [{ message: 'run is experimental: its result may change in any release' }])
  }
})

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { type Fields, type PluginError, type Reader, reader, table } from '@cardcage/plugin'
import type { AnyTable } from '@cardcage/plugin/internal'
import type { Kernel } from '../../src/kernel.ts'
import { rejection, temporaryFolder, temporaryKernel, writePlugin } from '../plugin-folder.ts'
import { statusBytes } from '../processes/process-state.ts'

const MiB = 1024 * 1024

/** Values of a table of 1 MiB. */
const perTable = MiB / 8

const schema: Fields = [{ name: 'value', type: 'float64' }]

/** What either side may have generated for a consumer that does not read: the window of a stream, what is being written, and a table. */
const mostGenerated = 24

const entry = `
import { definePlugin, operation, reader, table } from '@cardcage/plugin'

const schema = [{ name: 'value', type: 'float64' }]
let generated = 0
let cleaned = 0

async function* generate(tables: number) {
  try {
    for (let index = 0; index < tables; index++) {
      generated++
      yield table({ value: new Float64Array(${perTable}).fill(index) })
    }
  } finally {
    cleaned++
  }
}

export default definePlugin({ setup: (ctx) => ({ analysis: {
  produce: operation({ inputs: {}, run: () => reader(schema, generate(1024)) }),
  ignore: operation({ inputs: { data: { stream: true } }, run: (_inputs, _params, call) => new Promise((resolve) => call.signal.addEventListener('abort', () => resolve({ summary: {} }))) }),
  block: operation({ inputs: { data: { stream: true } }, run() { for (;;); } }),
  pass: operation({ inputs: { data: { stream: true } }, run: ({ data }) => reader(data.schema, data) }),
  state: operation({ inputs: {}, async run() {
    await new Promise((resolve) => setImmediate(resolve))
    return { summary: { generated, cleaned } }
  } }),
} }) })
`

async function pressed(t: TestContext): Promise<Kernel> {
  const folder = temporaryFolder(t)
  writePlugin(folder, 'flow', entry)
  return await temporaryKernel(t, { plugins: [folder], slots: { flow: { plugin: 'flow', policy: { concurrency: 4 } } } })
}

/** What the plugin has generated and cleaned up, after it has had many turns to go on. */
async function stateAfterMany(kernel: Kernel, turns = 200): Promise<{ generated: number; cleaned: number }> {
  let summary: unknown
  for (let turn = 0; turn < turns; turn++) summary = (await kernel.analyze('flow.analysis.state')).result.summary
  return summary as { generated: number; cleaned: number }
}

/** A stream of generated tables of 1 MiB, and how many were made. */
function generated(tables: number): { readonly stream: Reader; readonly count: () => number; readonly ended: Promise<void> } {
  let made = 0
  const ended = Promise.withResolvers<void>()
  async function* generate(): AsyncGenerator<AnyTable> {
    try {
      for (; made < tables; made++) yield table({ value: new Float64Array(perTable).fill(made) })
    } finally {
      ended.resolve()
    }
  }
  return { stream: reader(schema, generate()), count: () => made, ended: ended.promise }
}

async function pidOf(kernel: Kernel): Promise<number> {
  return (await kernel.start('flow')).pid!
}

test('a consumer that reads one table of 1 GiB and stops makes neither process grow', async (t) => {
  const kernel = await pressed(t)
  const pid = await pidOf(kernel)
  await stateAfterMany(kernel, 20)
  const before = [statusBytes('self', 'VmRSS'), statusBytes(pid, 'VmRSS')] as const
  const { result } = await kernel.analyze('flow.analysis.produce')
  const tables = (result.tables['result'] as Reader)[Symbol.asyncIterator]()
  assert.equal((await tables.next()).value!.numRows, perTable)
  const state = await stateAfterMany(kernel)
  assert.ok(state.generated <= mostGenerated, `${state.generated} MiB were generated`)
  const grown = [statusBytes('self', 'VmRSS') - before[0], statusBytes(pid, 'VmRSS') - before[1]] as const
  assert.ok(grown[0] <= 64 * MiB, `the host has grown by ${grown[0] / MiB} MiB`)
  assert.ok(grown[1] <= 64 * MiB, `the plugin has grown by ${grown[1] / MiB} MiB`)
  await tables.return?.()
})

test('a plugin that never reads its input of 1 GiB makes neither process grow', async (t) => {
  const kernel = await pressed(t)
  const pid = await pidOf(kernel)
  await stateAfterMany(kernel, 20)
  const before = [statusBytes('self', 'VmRSS'), statusBytes(pid, 'VmRSS')] as const
  const { stream, count, ended } = generated(1024)
  const controller = new AbortController()
  const ignoring = kernel.analyze('flow.analysis.ignore', { inputs: stream, signal: controller.signal })
  ignoring.catch(() => undefined)
  await stateAfterMany(kernel)
  assert.ok(count() > 0 && count() <= mostGenerated, `${count()} MiB were generated`)
  const grown = [statusBytes('self', 'VmRSS') - before[0], statusBytes(pid, 'VmRSS') - before[1]] as const
  assert.ok(grown[0] <= 64 * MiB, `the host has grown by ${grown[0] / MiB} MiB`)
  assert.ok(grown[1] <= 64 * MiB, `the plugin has grown by ${grown[1] / MiB} MiB`)
  controller.abort()
  await rejection(ignoring)
  await ended
})

test('a plugin that does not even read its channel takes no more of its input than the window', async (t) => {
  const kernel = await pressed(t)
  await pidOf(kernel)
  const { stream, count, ended } = generated(1024)
  const error = await rejection<PluginError>(kernel.analyze('flow.analysis.block', { inputs: stream, timeout: 500 }))
  assert.equal(error.code, 'timeout')
  assert.ok(count() > 0 && count() <= mostGenerated, `${count()} MiB were generated`)
  await ended
})

test('256 MiB arrive complete, through the plugin and back', async (t) => {
  const kernel = await pressed(t)
  const { stream } = generated(256)
  const { result } = await kernel.analyze('flow.analysis.pass', { inputs: stream })
  let rows = 0
  let sum = 0
  for await (const one of result.tables['result'] as Reader) {
    rows += one.numRows
    const values = one.numbers('value')
    sum += values[0]! + values[values.length - 1]!
  }
  assert.equal(rows, 256 * perTable)
  assert.equal(sum, 256 * 255)
})

test('a consumer that leaves early runs the cleanup of the generator in the plugin', async (t) => {
  const kernel = await pressed(t)
  const { result } = await kernel.analyze('flow.analysis.produce')
  let seen = 0
  for await (const one of result.tables['result'] as Reader) {
    seen += one.numRows
    break
  }
  assert.equal(seen, perTable)
  const { cleaned, generated: made } = await stateAfterMany(kernel, 5)
  assert.equal(cleaned, 1)
  assert.ok(made <= mostGenerated)
})

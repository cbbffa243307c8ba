import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { encodeSchema, encodeTable } from '@cardcage/columnar'
import { PluginError, type Reader, table } from '@cardcage/plugin'
import { createKernel, type Kernel } from '../../src/kernel.ts'
import type { AnalysisResult, Answer } from '../../src/kind/request.ts'
import { analysisPlugin, analysisProvides, rejection, temporaryFolder, writePlugin } from '../plugin-folder.ts'

const sample = table({ value: Float64Array.from({ length: 500 }, (_, index) => index) })
const config = {
  schema: Buffer.from(encodeSchema(sample.schema)).toString('base64'),
  table: Buffer.concat(encodeTable(sample)).toString('base64'),
}
const early = ['result-before-ready', 'ask-flood-before-ready', 'ready-of-junk', 'ready-of-junk-inside', 'refused-with-junk']

/** What the caller of a sequence is told: the code and `details.cause`. */
const broken: Readonly<Record<string, readonly [code: string, cause: string]>> = {
  garbage: ['protocol', 'garbage'],
  'text-of-another-protocol': ['protocol', 'garbage'],
  'length-of-four-gibibytes': ['protocol', 'garbage'],
  'length-above-the-cap': ['protocol', 'garbage'],
  'truncated-then-exit': ['crashed', 'exit'],
  'truncated-header-then-exit': ['crashed', 'exit'],
  'truncated-then-closed': ['crashed', 'exit'],
  'endless-frame': ['timeout', 'deadline'],
  'type-zero': ['protocol', 'garbage'],
  'unknown-type': ['protocol', 'garbage'],
  'highest-type': ['protocol', 'garbage'],
  'message-of-the-host': ['protocol', 'order'],
  'assigns-itself': ['protocol', 'order'],
  'result-of-an-unknown-call': ['protocol', 'order'],
  'error-of-an-unknown-call': ['protocol', 'order'],
  'log-of-an-unknown-call': ['protocol', 'order'],
  'result-without-a-call': ['protocol', 'order'],
  'second-result': ['protocol', 'order'],
  'result-then-error': ['protocol', 'order'],
  'stream-nobody-opened': ['protocol', 'order'],
  'stream-of-an-unknown-call': ['protocol', 'order'],
  'stream-on-channel-zero': ['protocol', 'frame'],
  'another-channel-than-announced': ['protocol', 'order'],
  'table-before-schema': ['protocol', 'order'],
  'second-schema': ['protocol', 'order'],
  'bytes-among-tables': ['protocol', 'order'],
  'stream-ends-before-its-schema': ['protocol', 'payload'],
  'table-after-the-end': ['protocol', 'order'],
  'second-end': ['protocol', 'order'],
  'end-with-a-payload': ['protocol', 'payload'],
  'broken-arrow-schema': ['protocol', 'payload'],
  'broken-arrow-table': ['protocol', 'payload'],
  'empty-arrow-table': ['protocol', 'payload'],
  'credit-overrun': ['protocol', 'credit'],
  'credit-overrun-of-empty-messages': ['protocol', 'credit'],
  'grants-more-than-was-sent': ['protocol', 'credit'],
  'credit-of-an-unknown-call': ['protocol', 'order'],
  'credit-of-three-bytes': ['protocol', 'payload'],
  'json-that-is-none': ['protocol', 'payload'],
  'json-that-is-no-object': ['protocol', 'payload'],
  'json-that-is-null': ['protocol', 'payload'],
  'json-that-is-empty': ['protocol', 'payload'],
  'json-with-a-prototype': ['protocol', 'payload'],
  'json-with-a-hidden-prototype': ['protocol', 'payload'],
  'json-nested-a-million-times': ['protocol', 'payload'],
  'streams-that-are-no-channels': ['protocol', 'payload'],
  'one-stream-twice': ['protocol', 'payload'],
  'flag-on-a-control-frame': ['protocol', 'frame'],
  'unknown-flag': ['protocol', 'frame'],
  'more-on-a-short-frame': ['protocol', 'frame'],
  'more-without-an-end': ['protocol', 'frame'],
  'more-of-another-type': ['protocol', 'order'],
  'flood-of-asks': ['protocol', 'flood'],
  'ask-without-a-channel': ['protocol', 'frame'],
  'bytes-without-their-question': ['protocol', 'order'],
  'bytes-of-another-question': ['protocol', 'order'],
  'second-hello': ['protocol', 'order'],
  'second-ready': ['protocol', 'order'],
  'refused-after-ready': ['protocol', 'order'],
  'stopped-without-stop': ['protocol', 'order'],
  'checked-without-check': ['protocol', 'order'],
  'pong-with-a-payload': ['protocol', 'payload'],
  'log-without-a-message': ['protocol', 'payload'],
  'warning-without-a-message': ['protocol', 'payload'],
  'reject-of-nothing': ['protocol', 'payload'],
  'checkpoint-that-is-no-text': ['protocol', 'payload'],
  'metric-that-is-no-number': ['protocol', 'payload'],
  'metric-with-labels-of-junk': ['protocol', 'payload'],
  'event-without-a-type': ['protocol', 'payload'],
  'event-of-junk': ['protocol', 'payload'],
  'event-with-a-long-type': ['protocol', 'payload'],
  'event-with-a-prototype': ['protocol', 'payload'],
  'stream-missing-in-the-result': ['protocol', 'order'],
}

/** Sequences that are odd or rude and break no rule: the call ends as the plugin says. */
const survived = [
  'flood-of-logs',
  'flood-of-warnings',
  'flood-of-progress',
  'flood-of-rejects',
  'flood-of-metrics',
  'flood-of-events',
  'flood-of-pongs',
  'a-frame-byte-by-byte',
  'stream-nobody-asked-for',
  'credit-of-a-stream-that-has-ended',
]

describe('a plugin that writes to the channel itself', () => {
  let kernel: Kernel
  const cleanups: (() => void)[] = []
  before(async () => {
    const folder = temporaryFolder({ after: (cleanup) => void cleanups.push(cleanup as () => void) })
    writePlugin(folder, 'neighbour', analysisPlugin('neighbour', 'return { summary: { answer: 42 } }'), analysisProvides('neighbour'))
    kernel = await createKernel({
      plugins: [folder, fileURLToPath(new URL('fixtures/raw-channel', import.meta.url))],
      slots: {
        raw: { plugin: 'raw-channel', config },
        ...Object.fromEntries(early.map((name) => [name, { plugin: 'raw-channel', config: { early: name } }])),
      },
    })
  })
  after(async () => {
    await kernel.stop()
    for (const cleanup of cleanups) cleanup()
  })
  const call = (name: string, slot = 'raw') =>
    kernel.analyze(`${slot}.analysis.${name}`, { inputs: { data: sample }, ...(name === 'endless-frame' ? { timeout: 500 } : {}) })
  const assertHealthy = async () => {
    const { result } = await kernel.analyze('neighbour.analysis.neighbour')
    assert.deepEqual(result.summary, { answer: 42 })
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
  }

  for (const [name, [code, cause]] of Object.entries(broken)) {
    test(name, async () => {
      kernel.release('raw')
      const reading = call(name).then(async (answer) => {
        if (name.startsWith('credit-overrun')) await failed(kernel)
        await readAll(answer)
      })
      const error = await rejection<PluginError>(reading)
      assert.ok(error instanceof PluginError, String(error))
      assert.equal(error.code, code, `${error.message} ${JSON.stringify(error.details)}`)
      assert.equal((error.details as { cause?: string }).cause, cause, error.message)
      assert.equal(error.at['slot'], 'raw')
      await assertHealthy()
    })
  }

  for (const name of survived) {
    test(name, async () => {
      kernel.release('raw')
      const answering = call(name)
      await assertHealthy()
      const { result, warnings } = await answering
      assert.deepEqual(result.summary, { forged: true })
      assert.ok(warnings.length <= 1000)
      await assertHealthy()
    })
  }

  for (const name of early) {
    test(name, async () => {
      const error = await rejection<PluginError>(call('garbage', name))
      assert.ok(error instanceof PluginError)
      assert.ok(['protocol', 'invalid-manifest', 'internal'].includes(error.code), `${error.code} ${error.message}`)
      assert.notEqual((error.details as { cause?: string } | undefined)?.cause ?? error.code, undefined)
      await assertHealthy()
    })
  }
})

/** Resolves when a plugin has failed: until then a consumer that reads nothing grants no credit. */
function failed(kernel: Kernel): Promise<void> {
  return new Promise((resolve) => {
    const undo = kernel.onEvent('slot.failed', () => {
      undo()
      resolve()
    })
  })
}

/** A stream is read to its end, like by a caller who wants it all. */
async function readAll({ result }: Answer<AnalysisResult>): Promise<void> {
  for (const one of Object.values(result.tables)) for await (const _ of one as Reader);
}

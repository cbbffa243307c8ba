import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test, type TestContext } from 'node:test'
import { PluginError } from '@cardcage/plugin'
import type { Link, LinkRequest, LinkResult } from '../../src/link/link.ts'
import { receiveBytes, receiveTables } from '../../src/wire/table.ts'
import { conversationCalls } from '../robustness/conversation.ts'
import { startLink } from '../start-link.ts'

const entry = readFileSync(new URL('../robustness/fixtures/conversation-plugin.ts', import.meta.url), 'utf8')

interface Seen {
  readonly value?: unknown
  readonly columns?: Readonly<Record<string, unknown>>
  readonly bytes?: string
  readonly error?: { readonly code: string; readonly message: string; readonly details: unknown; readonly retryAfter: number | undefined }
  readonly told: readonly string[]
}

/** Everything a caller sees of a call. */
async function see(link: Link, request: LinkRequest): Promise<Seen> {
  const told: string[] = []
  try {
    const result = await link.call({
      ...request,
      onProgress: ({ done, note }) => told.push(`progress ${done} ${note}`),
      onWarn: ({ message, details }) => told.push(`warning ${message} ${JSON.stringify(details)}`),
      onReject: (reject) => told.push(`reject ${JSON.stringify(reject)}`),
      onCheckpoint: (cursor) => told.push(`checkpoint ${cursor}`),
    })
    const streams = await read(request, result)
    await result.ended
    return { value: result.value, ...streams, told }
  } catch (error) {
    const { code, message, details, retryAfter } = error as PluginError
    return { error: { code, message, details, retryAfter }, told }
  }
}

async function read({ kind, verb }: LinkRequest, result: LinkResult): Promise<Partial<Seen>> {
  const { tables, reader, channel, body } = (result.value ?? {}) as {
    tables?: Record<string, number>
    reader?: number
    channel?: number
    body?: number
  }
  const bytes = kind === 'visualization' ? body : verb === 'write' ? channel : undefined
  if (bytes !== undefined)
    return { bytes: (await Array.fromAsync(receiveBytes(result.stream(bytes)))).map((chunk) => Buffer.from(chunk).toString()).join('') }
  const stream = tables?.['result'] ?? reader ?? channel
  if (stream === undefined) return {}
  const columns: Record<string, unknown[]> = {}
  for await (const table of await receiveTables(result.stream(stream))) {
    for (const name of table.names) (columns[name] ??= []).push(...table.column(name))
  }
  return { columns }
}

/** The requests, made anew: the inputs of a call are read once. */
const request = (index: number) => () => conversationCalls()[index]!

/** What every distance gives for the same call. */
const table: readonly { name: string; request: () => LinkRequest; expect: Partial<Seen> }[] = [
  {
    name: 'an analysis with table, finding, progress and warning',
    request: request(0),
    expect: { columns: { value: [2, 4, 6, 8] }, told: ['progress 1 done at once', 'warning Only a sample {"rows":4}'] },
  },
  { name: 'an analysis that streams', request: request(1), expect: { columns: { value: [1, 2, 3, 4] }, told: [] } },
  {
    name: 'an error with its details',
    request: request(2),
    expect: { error: { code: 'rate-limited', message: 'Too many requests', details: { limit: 5 }, retryAfter: 1000 }, told: [] },
  },
  { name: 'a plot', request: request(3), expect: { bytes: '<svg xmlns="http://www.w3.org/2000/svg"><circle r="2"/></svg>' } },
  {
    name: 'a format that reads, with a reject',
    request: request(4),
    expect: { columns: { key: ['a', 'b'] }, told: ['reject {"record":3,"line":3,"bytes":[8,15],"reason":"no separator","raw":"broken"}'] },
  },
  { name: 'a format that writes', request: request(5), expect: { bytes: '4 rows\n' } },
  { name: 'a source with a checkpoint', request: request(6), expect: { columns: { day: [1, 2] }, told: ['checkpoint 2026-01-02'] } },
  { name: 'an enrichment', request: request(7), expect: { value: { data: { id: '7' }, confidence: 0.5 } } },
  { name: 'a handler', request: request(8), expect: { value: null, told: [] } },
  {
    name: 'what is not provided',
    request: () => ({ kind: 'analysis', name: 'constructor', verb: 'run', params: {}, inputs: {} }),
    expect: {
      error: {
        code: 'not-found',
        message: 'The plugin provides no analysis called constructor that can run',
        details: undefined,
        retryAfter: undefined,
      },
    },
  },
]

for (const inline of [false, true]) {
  describe(inline ? 'an inline link' : 'a process link', () => {
    for (const { name, request, expect } of table) {
      test(`gives ${name}`, async (t) => {
        const { link } = await startLink(t, entry, { inline })
        assert.equal(link.pid === undefined, inline)
        const seen = await see(link, request())
        for (const [key, value] of Object.entries(expect)) assert.deepEqual(seen[key as keyof Seen], value, key)
      })
    }
    const start = (t: TestContext) => startLink(t, entry, { inline })
    test('says the same of what it provides', async (t) => {
      const { provides } = (await start(t)).link
      assert.deepEqual(Object.keys(provides).sort(), ['analysis', 'enrichment', 'format', 'handler', 'source', 'visualization'])
      assert.deepEqual(provides.format!['pairs'], { extensions: ['.pairs'], can: ['read', 'write'] })
    })
    test('runs the health checks', async (t) => {
      const { link } = await start(t)
      assert.deepEqual(await link.check(5000), [{ name: 'database', status: 'pass', note: 'answers' }])
    })
    test('hands over memory at its stop and is gone', async (t) => {
      const { link, services } = await start(t)
      await see(link, conversationCalls()[0]!)
      assert.deepEqual(await link.stop(5000), { count: 3 })
      assert.equal(await link.gone, undefined)
      assert.ok(services.lines.includes('info: ready to serve'))
      assert.deepEqual(services.emitted, ['sample.doubled'])
      assert.deepEqual(services.metrics, ['counter calls 1'])
      const error = await link.call(request(2)()).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      assert.ok(PluginError.is(error) && error.code === 'unavailable')
    })
    test('cancels a call', async (t) => {
      const { link } = await startLink(
        t,
        `import { definePlugin, operation } from '@cardcage/plugin'
         export default definePlugin({ setup: (ctx) => ({ analysis: { waits: operation({ inputs: {}, async run(_inputs, _params, call) {
           call.signal.throwIfAborted()
           await new Promise((_, reject) => call.signal.addEventListener('abort', () => { ctx.log.info('told'); reject(call.signal.reason) }))
           return { summary: {} }
         } }) } }) })`,
        { inline },
      )
      const controller = new AbortController()
      const calling = link.call({ kind: 'analysis', name: 'waits', verb: 'run', params: {}, inputs: {}, signal: controller.signal })
      setImmediate(() => controller.abort())
      await assert.rejects(calling, { code: 'cancelled' })
    })
    test('refuses with the cause', async (t) => {
      await assert.rejects(startLink(t, "throw new Error('broken at load')", { inline }), {
        message: 'broken at load',
        details: { cause: 'load' },
      })
    })
  })
}

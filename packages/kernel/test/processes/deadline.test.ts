import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PluginError } from '@cardcage/plugin'
import type { Kernel } from '../../src/kernel.ts'
import { analysisPlugin, analysisProvides, rejection, temporaryFolder, temporaryKernel, writePlugin } from '../plugin-folder.ts'
import { gone } from './process-state.ts'

/** A kernel with one plugin, whose log lines can be waited for. */
async function situation(
  t: TestContext,
  run: string,
  concurrency = 1,
): Promise<{ kernel: Kernel; home: string; logged: (message: string) => Promise<void> }> {
  const folder = temporaryFolder(t)
  const home = temporaryFolder(t)
  writePlugin(folder, 'slow', analysisPlugin('slow', run), analysisProvides('slow'))
  const waiting = new Map<string, () => void>()
  const seen = new Set<string>()
  const kernel = await temporaryKernel(t, {
    plugins: [folder],
    home,
    slots: { slow: { plugin: 'slow', policy: { concurrency } } },
    onLog({ message }) {
      seen.add(message)
      waiting.get(message)?.()
    },
  })
  const logged = (message: string) =>
    seen.has(message) ? Promise.resolve() : new Promise<void>((resolve) => waiting.set(message, resolve))
  return { kernel, home, logged }
}

const causeOf = (error: PluginError) => (error.details as { cause?: string } | undefined)?.cause
const slow = 'slow.analysis.slow'

/** Hangs in the way given at its first call, answers later ones with its pid. */
const hangsOnce = (how: string) => `
  const mark = ctx.dataDir + '/hung'
  if (fs.existsSync(mark)) return { summary: { pid: process.pid } }
  fs.writeFileSync(mark, String(process.pid))
  ${how}
`

for (const [name, how] of [
  ['in a busy loop', 'for (;;);'],
  ['waiting', 'await new Promise(() => {})'],
] as const) {
  test(`a call that hangs ${name} is ended at its deadline, the next is served by a new process`, async (t) => {
    const { kernel, home } = await situation(t, hangsOnce(how))
    const error = await rejection<PluginError>(kernel.analyze(slow, { timeout: 300 }))
    assert.equal(error.code, 'timeout')
    assert.equal(causeOf(error), 'deadline')
    const first = Number(readFileSync(join(home, 'data/slow/hung'), 'utf8'))
    const { result } = await kernel.analyze(slow)
    assert.notEqual(result.summary['pid'], first)
    assert.ok(await gone(first))
  })
}

test('a call that ends at its deadline because it listens leaves its process alive', async (t) => {
  const { kernel, logged } = await situation(
    t,
    `if (fs.existsSync(ctx.dataDir + '/asked')) return { summary: { pid: process.pid } }
     fs.writeFileSync(ctx.dataDir + '/asked', String(process.pid))
     call.signal.addEventListener('abort', () => call.log.info('aborted: ' + call.signal.reason.code))
     ctx.log.info('pid ' + process.pid)
     await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
     return { summary: {} }`,
    2,
  )
  const running = kernel.analyze(slow, { timeout: 400 })
  const error = await rejection<PluginError>(running)
  assert.equal(error.code, 'timeout')
  await logged('aborted: timeout')
  const { metadata } = await kernel.analyze(slow)
  await logged(`pid ${metadata.pid}`)
})

test('an abort of the caller reaches the plugin: its listener leaves a mark', async (t) => {
  const { kernel, home, logged } = await situation(
    t,
    `call.signal.addEventListener('abort', () => fs.writeFileSync(ctx.dataDir + '/mark', call.signal.reason.code))
     call.log.info('listening')
     await new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason)))`,
  )
  const controller = new AbortController()
  const calling = kernel.analyze(slow, { signal: controller.signal })
  await logged('listening')
  const mark = join(home, 'data/slow/mark')
  const watcher = watch(join(home, 'data/slow'))
  const changed = once(watcher, 'change')
  controller.abort()
  assert.equal((await rejection<PluginError>(calling)).code, 'cancelled')
  await changed
  watcher.close()
  assert.ok(existsSync(mark))
  const { pid, state } = await kernel.info('slow')
  assert.equal(state, 'active')
  assert.ok(pid !== undefined)
})

test('a plugin that ignores the abort is dead after the grace time; its other calls are told that it is gone', async (t) => {
  const { kernel, logged } = await situation(
    t,
    `ctx.log.info('call ' + call.id + ' runs')
     if (fs.existsSync(ctx.dataDir + '/again')) return { summary: { pid: process.pid } }
     await new Promise(() => {})`,
    3,
  )
  const controller = new AbortController()
  const ignored = kernel.analyze(slow, { signal: controller.signal })
  const others = [kernel.analyze(slow), kernel.analyze(slow)]
  for (const other of others) other.catch(() => undefined)
  for (const id of [1, 2, 3]) await logged(`call ${id} runs`)
  const { pid } = await kernel.info('slow')
  controller.abort()
  assert.equal((await rejection<PluginError>(ignored)).code, 'cancelled')
  for (const other of others) {
    const error = await rejection<PluginError>(other)
    assert.equal(error.code, 'crashed')
    assert.equal(causeOf(error), 'gone')
    assert.equal((error.details as { signal?: string }).signal, 'SIGKILL')
  }
  assert.ok(await gone(pid!))
})

test('a signal that is aborted before the call begins starts nothing', async (t) => {
  const { kernel } = await situation(t, 'return { summary: {} }')
  const error = await rejection<PluginError>(kernel.analyze(slow, { signal: AbortSignal.abort() }))
  assert.equal(error.code, 'cancelled')
  await nextTurn()
  assert.equal((await kernel.info('slow')).pid, undefined)
})

test('a listener of the caller that throws ends his call and not the plugin', async (t) => {
  const { kernel } = await situation(
    t,
    'call.progress(0.5); await new Promise((resolve) => call.signal.addEventListener("abort", resolve)); return { summary: {} }',
  )
  const onProgress = () => {
    throw new Error('the listener is broken')
  }
  const error = await rejection<PluginError>(kernel.analyze(slow, { onProgress }))
  assert.match(error.message, /the listener is broken/)
  assert.equal((await kernel.info('slow')).state, 'active')
})

test('a deadline longer than a timer can wait, or none, is no deadline at once', async (t) => {
  const { kernel } = await situation(t, 'call.signal.throwIfAborted(); return { summary: { remaining: call.remaining() > 1e9 } }')
  for (const timeout of [1e12, Number.POSITIVE_INFINITY]) {
    const { result } = await kernel.analyze(slow, { timeout })
    assert.deepEqual(result.summary, { remaining: true })
  }
})

test('a consumer that leaves a stream whose plugin does not let go does not block the next call', async (t) => {
  const { kernel } = await situation(
    t,
    `if (fs.existsSync(ctx.dataDir + '/left')) return { summary: { pid: process.pid } }
     fs.writeFileSync(ctx.dataDir + '/left', '')
     const one = table({ a: [1] })
     return reader(one.schema, (async function* () { yield one; await new Promise(() => {}) })())`,
  )
  const { result } = await kernel.analyze(slow)
  for await (const _ of result.tables['result'] as AsyncIterable<unknown>) break
  const again = await kernel.analyze(slow)
  assert.ok(Number(again.result.summary['pid']) > 0)
})

import { mock, type TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Kernel, LogRecord } from '@cardcage/kernel'
import type { PolicyConfig } from '../../src/config/policy-config.ts'
import { emptyFolder, openKernel, type Written, writePlugins } from '../host.ts'

/**
 * A plugin that counts its calls in its process: `call` of a counter goes to the host before the answer does. A call does what `plan` says for as many calls as
 * there were: a code to fail with, `code:origin`, `crash`, `hang`, `wait` until another call says `go`, or anything else to answer.
 */
const counting: Written = {
  code: `
  let go
  let gate = new Promise((resolve) => (go = resolve))
  const plan = z.object({ plan: z.array(z.string()).default([]), retryAfter: z.number().optional(), label: z.string().default('a'), size: z.number().default(3) })
  export default definePlugin({ setup(ctx) {
    const act = async ({ plan, retryAfter }, call) => {
      ctx.metrics.counter('calls').add()
      const before = (await ctx.state.update('calls', (n = 0) => n + 1)) - 1
      const [step = 'ok', origin] = (plan[before] ?? 'ok').split(':')
      if (step === 'ok' || step === 'slow') return before + 1
      if (step === 'crash') process.exit(4)
      if (step === 'hang') await new Promise(() => {})
      if (step === 'wait') { call.progress(0.5, 'waiting'); await Promise.race([gate, new Promise((_, reject) => call.signal.addEventListener('abort', () => { ctx.metrics.counter('aborted').add(); reject(new Error('aborted')) }))]); gate = new Promise((resolve) => (go = resolve)); return before + 1 }
      throw new PluginError(step, 'planned ' + step, { ...(origin ? { origin } : {}), ...(retryAfter ? { retryAfter } : {}) })
    }
    return {
      analysis: {
        run: operation({ inputs: {}, params: plan, async run(_, params, call) { const n = await act(params, call); call.warn('mind this', { n }); return { summary: { n }, tables: { numbers: table({ value: Array.from({ length: params.size }, (_, i) => i + n / 10) }) } } } }),
        sum: operation({ inputs: { data: { columns: { value: 'number' } } }, params: plan, async run({ data }, params, call) { await act(params, call); return { summary: { sum: data.numbers('value').reduce((a, b) => a + b, 0) } } } }),
        dice: operation({ inputs: {}, params: plan, deterministic: false, async run(_, params, call) { return { summary: { n: await act(params, call) } } } }),
        total: operation({ inputs: { data: { stream: true } }, params: plan, async run({ data }, params, call) { let rows = 0; for await (const t of data) rows += t.numRows; await act(params, call); return { summary: { rows } } } }),
        pieces: operation({ inputs: {}, params: plan, async run(_, params, call) {
          const n = await act(params, call)
          return reader([{ name: 'n', type: 'float64' }], (async function* () { yield table({ n: [n] }); if (params.label === 'broken') throw new PluginError('internal', 'broke while streaming'); yield table({ n: [n] }) })())
        } }),
        go: operation({ inputs: {}, deterministic: false, run: () => { go(); return { summary: {} } } }),
      },
      visualization: { draw: plot({ inputs: {}, params: plan, async run(_, params, call) { const n = await act(params, call); return { mediaType: call.wish.mediaType, alt: 'n = ' + n, body: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>' + n + '</text></svg>' } } }) },
      enrichment: { facts: { subjects: ['user'], async enrich({ id }, call) {
        const n = await act({ plan: id.startsWith('plan ') ? id.slice(5).split(',') : [] }, call)
        return id === 'nobody' ? null : { data: { n }, ...(id.startsWith('brief') ? { ttl: Number(id.split(' ')[1]) } : {}) }
      } } },
      handler: { 'thing.*': handler({ async handle(event, call) { await act({ plan: event.data.plan }, call) } }) },
      format: { lines: format({ extensions: ['.lines'], async read(source, params, call) {
        const plan = (await text(source)).split(',')
        await act({ plan }, call)
        return reader([{ name: 'n', type: 'float64' }], (async function* () { yield table({ n: [1] }); if (plan.includes('slow')) await gate; if (plan.includes('broken')) process.exit(5); yield table({ n: [2] }) })())
      } }) },
    }
    async function text(source) { let all = ''; for await (const chunk of source.stream()) all += new TextDecoder().decode(chunk); return all.trim() }
  } })`,
}

/** A kernel with slots of the counting plugin, by their policies; with its log and what its plugin has counted. */
export interface Counted {
  readonly kernel: Kernel & { readonly lines: readonly LogRecord[] }
  /** Calls that have reached the plugin's process. */
  calls(slot?: string): number
  /** Calls whose signal has aborted in it. */
  aborted(): number
}

/** Open such a kernel; its instances run, so that a clock that stands still does not keep them from starting. */
export async function countingKernel(
  t: TestContext,
  policies: Readonly<Record<string, PolicyConfig>>,
  instances?: number,
): Promise<Counted> {
  const slots = Object.fromEntries(
    Object.entries(policies).map(([slot, policy]) => [
      slot,
      { plugin: 'counting', policy: { concurrency: 200, ...policy }, ...(instances === undefined ? {} : { instances }) },
    ]),
  )
  const kernel = await openKernel(t, { plugins: [writePlugins(emptyFolder(t), { counting })], slots })
  for (const slot of Object.keys(policies)) await kernel.start(slot)
  const count = (name: string, slot?: string) =>
    kernel
      .metrics()
      .filter((one) => one.name === name && (slot === undefined || one.labels['slot'] === slot))
      .reduce((sum, { value }) => sum + value, 0)
  return { kernel, calls: (slot) => count('calls', slot), aborted: () => count('aborted') }
}

/** A clock of this process that stands still until it is told to go on; timers follow it. */
export interface StillClock {
  /** Let so many milliseconds go by, and what is then due happen. */
  pass(milliseconds: number): Promise<void>
}

/** Stop the clock for the rest of a test. */
export function stopClock(t: TestContext): StillClock {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.UTC(2026, 0, 1) })
  t.after(() => mock.timers.reset())
  return {
    async pass(milliseconds) {
      mock.timers.tick(milliseconds)
      await nextTurn()
    },
  }
}

/** Wait until something holds; turns of the event loop, no clock. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn()
}

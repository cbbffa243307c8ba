import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { analysisOf, children, emptyFolder, errorOf, isAlive, kernelOf } from '../host.ts'

const slots = { worker: { plugin: 'worker', instances: 3 } }

/** Two operations: one that waits until a file is there, one that says who answers. */
function worker(gate: string) {
  return {
    manifest: { permissions: { read: [gate] } },
    code: `import { existsSync } from 'node:fs'
      export default definePlugin({ setup: () => ({ analysis: {
        wait: operation({ inputs: {}, async run(_, __, call) { call.progress(0); while (!existsSync(${JSON.stringify(gate)}) && !call.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5)); return { summary: { pid: process.pid } } } }),
        who: operation({ inputs: {}, run: () => ({ summary: { pid: process.pid } }) }),
        crash: operation({ inputs: {}, run: () => process.exit(3) }) } }) })`,
  }
}

test('calls of one slot run in as many processes as it may have, started when those that run are busy', async (t) => {
  const gate = join(emptyFolder(t), 'gate')
  const kernel = await kernelOf(t, { worker: worker(gate) }, { slots })
  await kernel.analyze('who')
  assert.equal((await kernel.info('worker')).pids.length, 1, 'one is enough where none is busy')
  const inside = [1, 2, 3, 4].map(() => Promise.withResolvers<void>())
  const calls = inside.map(({ resolve }) => kernel.analyze('wait', { onProgress: () => resolve() }))
  await Promise.all(inside.slice(0, 3).map(({ promise }) => promise))
  const { pids } = await kernel.info('worker')
  assert.equal(new Set(pids).size, 3)
  assert.deepEqual(new Set(children()), new Set(pids))
  writeFileSync(gate, '')
  const answers = await Promise.all(calls)
  assert.deepEqual(new Set(answers.slice(0, 3).map(({ metadata }) => metadata.pid)), new Set(pids), 'one call each; the fourth had to wait')
  assert.ok(pids.includes(answers[3]!.metadata.pid!))
  await kernel.restart('worker')
  for (const pid of pids) assert.ok(!isAlive(pid))
  assert.equal((await kernel.info('worker')).state, 'stopped')
})

test('calls that all wait for the first start are shared out as well', async (t) => {
  const gate = join(emptyFolder(t), 'gate')
  const plugin = worker(gate)
  const provides = { analysis: { wait: { inputs: {} }, who: { inputs: {} }, crash: { inputs: {} } } }
  const kernel = await kernelOf(t, { worker: { ...plugin, manifest: { ...plugin.manifest, provides } } }, { slots })
  const inside = [1, 2, 3].map(() => Promise.withResolvers<void>())
  const calls = inside.map(({ resolve }) => kernel.analyze('wait', { onProgress: () => resolve() }))
  await Promise.all(inside.map(({ promise }) => promise))
  writeFileSync(gate, '')
  const pids = (await Promise.all(calls)).map(({ metadata }) => metadata.pid)
  assert.equal(new Set(pids).size, 3)
})

test('a process of several that dies takes only its own calls along', async (t) => {
  const gate = join(emptyFolder(t), 'gate')
  const kernel = await kernelOf(t, { worker: worker(gate) }, { slots })
  const inside = [1, 2].map(() => Promise.withResolvers<void>())
  const calls = inside.map(({ resolve }) => kernel.analyze('wait', { onProgress: () => resolve() }))
  await Promise.all(inside.map(({ promise }) => promise))
  assert.equal((await errorOf(kernel.analyze('crash'))).code, 'crashed')
  const { state, pids } = await kernel.info('worker')
  assert.deepEqual([state, pids.length], ['active', 2])
  writeFileSync(gate, '')
  await Promise.all(calls)
})

test('an instance that cannot be started is gone on without', async (t) => {
  const flag = join(emptyFolder(t), 'flag')
  const kernel = await kernelOf(
    t,
    {
      worker: {
        manifest: { permissions: { read: [flag], write: [flag] } },
        code: `import { existsSync, writeFileSync } from 'node:fs'
          if (existsSync(${JSON.stringify(flag)})) throw new Error('only one of me')
          writeFileSync(${JSON.stringify(flag)}, '')
          ${analysisOf('call.progress(0); await new Promise((resolve) => setImmediate(resolve)); return { summary: {} }', 'inputs: {},')}`,
      },
    },
    { slots },
  )
  await Promise.all([1, 2, 3, 4, 5].map(() => kernel.analyze('run')))
  assert.equal((await kernel.info('worker')).pids.length, 1)
  assert.ok(kernel.lines.some(({ level, message }) => level === 'warn' && /one instance less.*only one of me/.test(message)))
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { PluginError } from '@cardcage/plugin'
import { places } from '../../src/config/places.ts'
import type { CpuLimit } from '../../src/link/hold-cpu.ts'
import { analysisPlugin, rejection, temporaryFolder, writePlugin } from '../plugin-folder.ts'
import { gone, processState } from '../processes/process-state.ts'
import { startHeld, stopped } from './held.ts'

/** One percent of a processor: once stopped it stays so for seconds. */
const hardly: CpuLimit = { percent: 1, by: 'duty cycle' }
const host = fileURLToPath(new URL('fixtures/host.ts', import.meta.url))

/** Uses a processor in turns, until its call is taken back. */
const inTurns = 'while (!call.signal.aborted) { spin(2); await turns() } return { summary: {} }'

test('a process that is stopped is killed at the deadline of its call', async (t) => {
  const { pid, call } = await startHeld(t, 'for (;;);', hardly)
  const called = rejection<PluginError>(call({ timeout: 1000 }))
  await stopped(pid)
  const error = await called
  assert.equal(error.code, 'timeout')
  assert.deepEqual(error.details, { cause: 'deadline' })
  assert.ok(await gone(pid))
})

for (const how of ['deadline', 'signal'] as const) {
  test(`a process that is stopped has the time to end its call: ${how}`, async (t) => {
    const { link, pid, call } = await startHeld(t, `if (call.id > 1) return { summary: { pid: process.pid } }; ${inTurns}`, hardly)
    const controller = new AbortController()
    const called = rejection<PluginError>(call(how === 'deadline' ? { timeout: 1000 } : { signal: controller.signal }))
    await stopped(pid)
    controller.abort()
    assert.equal((await called).code, how === 'deadline' ? 'timeout' : 'cancelled')
    await link.late()
    assert.match(processState(pid)!, /[RST]/)
    const unlike = await Promise.race([link.gone.then(() => 'it was killed'), link.check(2000).then(([first]) => first?.note)])
    assert.equal(unlike, undefined)
  })
}

test('a process that is stopped hands over what it has when it is asked to stop', async (t) => {
  const run = `ctx.carry('count', () => 7); ${inTurns}`
  const { link, pid, call } = await startHeld(t, run, hardly)
  const called = call()
  await stopped(pid)
  assert.deepEqual(await link.stop(2000), { count: 7 })
  assert.deepEqual(await called, {})
  assert.ok(await gone(pid))
})

test('a process that is stopped, and that does not end, is killed after the grace', async (t) => {
  const { link, pid, call } = await startHeld(t, 'for (;;);', hardly)
  const called = rejection<PluginError>(call())
  await stopped(pid)
  await link.stop(100)
  assert.equal((await called).code, 'unavailable')
  assert.ok(await gone(pid))
})

test('memory is watched while processor time is held', async (t) => {
  const run = 'const all = []; for (;;) { all.push(new Uint8Array(4 << 20).fill(1)); await turns() }'
  const { call } = await startHeld(t, run, { percent: 20, by: 'duty cycle' }, { memory: 200 << 20 })
  const error = await rejection<PluginError>(call())
  assert.equal(error.code, 'limit-exceeded')
  assert.equal((error.details as { cause: string }).cause, 'oom')
})

test('a process that somebody else continues is stopped again', async (t) => {
  const { pid, call, link } = await startHeld(t, 'for (;;);', hardly)
  const called = rejection(call())
  await stopped(pid)
  process.kill(pid, 'SIGCONT')
  assert.match(processState(pid)!, /[RST]/)
  await stopped(pid)
  await link.stop(0)
  await called
})

for (const way of ['setpriv', 'prctl']) {
  test(`a process that is stopped is gone when its host gets SIGKILL (${way})`, async (t) => {
    const run = "call.log.info('pid ' + process.pid); await new Promise((resolve) => setImmediate(resolve)); for (;;);"
    const folder = writePlugin(temporaryFolder(t), 'bad', analysisPlugin('bad', run))
    const child = spawn(process.execPath, [host, folder, places(process.cwd()).cache, way], { stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => child.kill('SIGKILL'))
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const pid = Number(/^pid (\d+)$/.exec(line)![1])
    t.after(() => processState(pid) && process.kill(pid, 'SIGKILL'))
    await stopped(pid)
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.ok(await gone(pid), `process ${pid} has outlived its host`)
  })
}

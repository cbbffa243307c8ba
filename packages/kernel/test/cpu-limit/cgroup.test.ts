import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { PluginError } from '@cardcage/plugin'
import { cpuHeldBy } from '../../src/link/hold-cpu.ts'
import { rejection } from '../plugin-folder.ts'
import { gone } from '../processes/process-state.ts'
import { startHeld } from './held.ts'

const skip = cpuHeldBy() !== 'cgroup' && 'this machine does not let us make a cgroup with the controller cpu'
const limit = { percent: 25, by: 'cgroup' } as const

/** Folders of the cgroups this process has made. */
function groups(): string[] {
  const mount = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(readFileSync('/proc/self/mountinfo', 'utf8'))![1]!
  const own = join(mount, /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))![1]!)
  return readdirSync(own)
    .filter((name) => name.startsWith(`cardcage-${process.pid}-`))
    .map((name) => join(own, name))
}

test('a process is in a cgroup of its own with its limit, which is gone with it', { skip }, async (t) => {
  assert.deepEqual(groups(), [])
  const { link, pid } = await startHeld(t, 'return { summary: {} }', limit)
  const [folder, ...others] = groups()
  assert.deepEqual(others, [])
  const text = (name: string) => readFileSync(join(folder!, name), 'utf8').trim()
  assert.deepEqual([text('cpu.max'), text('cgroup.threads').split('\n').includes(String(pid))], ['25000 100000', true])
  await link.stop(1000)
  assert.deepEqual(groups(), [])
})

test('a process in a cgroup has its whole processor to end its call, then its limit again; it dies at a deadline', { skip }, async (t) => {
  const run = 'if (call.id > 1) for (;;); call.progress(0); while (!call.signal.aborted) { spin(2); await turns() } return { summary: {} }'
  const { link, pid, call } = await startHeld(t, run, limit)
  const file = join(groups()[0]!, 'cpu.max')
  const most = () => readFileSync(file, 'utf8').trim()
  const controller = new AbortController()
  const inside = Promise.withResolvers<void>()
  const called = rejection<PluginError>(call({ signal: controller.signal, onProgress: () => inside.resolve() }))
  await inside.promise
  assert.equal(most(), '25000 100000')
  controller.abort()
  assert.equal(most(), 'max 100000')
  assert.equal((await called).code, 'cancelled')
  await link.late()
  for (let tries = 0; tries < 200 && most() !== '25000 100000'; tries++) await pause(10)
  assert.equal(most(), '25000 100000')
  assert.equal((await rejection<PluginError>(call({ timeout: 300 }))).code, 'timeout')
  assert.ok(await gone(pid))
  await link.gone
  assert.deepEqual(groups(), [])
})

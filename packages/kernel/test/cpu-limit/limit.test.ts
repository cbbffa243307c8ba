import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { type Kernel, loadConfig, type LoadedConfig } from '@cardcage/kernel'
import { openCpuGroups } from '../../src/link/cpu-group.ts'
import { cpuHeldBy } from '../../src/link/hold-cpu.ts'
import { analysisOf, emptyFolder, kernelOf, openKernel, type Written, writePlugins } from '../host.ts'
import { writeFiles } from '../plugin-folder.ts'
import { statFiles } from './held.ts'

/** Waits until its call is taken back. */
const code = analysisOf(
  'call.progress(0); await new Promise((resolve) => call.signal.addEventListener("abort", resolve)); return { summary: {} }',
  'inputs: {},',
)
const plugin = (cpu?: number): Written => ({
  code,
  manifest: { provides: { analysis: { run: { inputs: {} } } }, ...(cpu === undefined ? {} : { limits: { cpu } }) },
})

/** A configuration with this as its only file. */
function configOf(t: TestContext, text: string): LoadedConfig {
  const folder = emptyFolder(t)
  writeFileSync(join(folder, 'cardcage.yaml'), text)
  return loadConfig({ cwd: folder, environment: { XDG_CONFIG_HOME: folder }, system: folder })
}

const limitOf = async (kernel: Kernel, slot: string) => (await kernel.info(slot)).cpu

test('the smaller limit holds, the operator’s or the manifest’s', async (t) => {
  const plugins = [writePlugins(emptyFolder(t), { none: plugin(), low: plugin(10), high: plugin(150) })]
  const by = cpuHeldBy()
  const config = configOf(t, 'security: {max_cpu_percent: 40}\nslots: {low: {plugin: low}, inside: {plugin: low, isolation: inline}}\n')
  assert.deepEqual(config.problems, [])
  const bounded = await openKernel(t, { plugins, config })
  assert.deepEqual(await Promise.all(['none', 'low', 'high', 'inside'].map((slot) => limitOf(bounded, slot))), [
    { percent: 40, by },
    { percent: 10, by },
    { percent: 40, by },
    { percent: 10, by: 'nothing' },
  ])
  const free = await openKernel(t, { plugins })
  assert.deepEqual(await Promise.all(['none', 'low', 'high'].map((slot) => limitOf(free, slot))), [
    undefined,
    { percent: 10, by },
    { percent: 150, by },
  ])
})

test(
  'each process of a slot is held, and none where there is no limit',
  { skip: cpuHeldBy() !== 'duty cycle' && 'not held by a duty cycle here' },
  async (t) => {
    const kernel = await kernelOf(
      t,
      { none: plugin(), low: plugin(50) },
      { slots: { two: { plugin: 'low', instances: 2 }, none: { plugin: 'none' } } },
    )
    const controller = new AbortController()
    const calls: Promise<unknown>[] = []
    for (const slot of ['two', 'two', 'none']) {
      const inside = Promise.withResolvers<void>()
      calls.push(kernel.analyze(`${slot}.analysis.run`, { onProgress: () => inside.resolve(), signal: controller.signal }))
      await inside.promise
    }
    const [two, none] = await Promise.all([kernel.info('two'), kernel.info('none')])
    assert.equal(two.pids.length, 2)
    assert.deepEqual([...two.pids, ...none.pids].map(statFiles), [1, 1, 0])
    controller.abort()
    await Promise.allSettled(calls)
    await kernel.stop()
    assert.deepEqual([...two.pids, ...none.pids].map(statFiles), [0, 0, 0])
  },
)

test('elsewhere than on Linux nothing is held, and that is said', (t) => {
  const { value } = Object.getOwnPropertyDescriptor(process, 'platform')!
  t.after(() => Object.defineProperty(process, 'platform', { value }))
  Object.defineProperty(process, 'platform', { value: 'darwin' })
  assert.equal(cpuHeldBy(), undefined)
  const said = configOf(t, 'security: {max_cpu_percent: 40}\n').problems.map(({ severity, key, message }) => [severity, key, message])
  assert.deepEqual(said, [['warning', 'security.max_cpu_percent', 'is enforced on linux only']])
})

test('where there is no cgroup with the controller cpu nothing is made', (t) => {
  const mountOf = (folder: string) => `30 20 0:26 / ${folder} rw,nosuid shared:4 - cgroup2 cgroup2 rw\n`
  const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'only version 1': { cgroup: '3:cpu:/\n', mountinfo: '31 20 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n' },
    'not mounted': { cgroup: '0::/a\n', mountinfo: '' },
    'another folder is mounted': { cgroup: '0::/a\n', mountinfo: '30 20 0:26 /b /nowhere rw - cgroup2 cgroup2 rw\n' },
  }
  for (const [name, files] of Object.entries(cases)) assert.equal(openCpuGroups(writeFiles(emptyFolder(t), files)), undefined, name)
  const folder = writeFiles(emptyFolder(t), {
    'a/cgroup.controllers': 'memory pids\n',
    'a/cgroup.procs': '',
    'a/cgroup.subtree_control': '\n',
  })
  assert.equal(openCpuGroups(writeFiles(emptyFolder(t), { cgroup: '0::/a\n', mountinfo: mountOf(folder) })), undefined)
})

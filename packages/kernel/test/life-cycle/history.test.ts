import assert from 'node:assert/strict'
import { appendFileSync, chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Event } from '@cardcage/plugin'
import { analysisOf, emptyFolder, errorOf, kernelOf, openKernel, writePlugins } from '../host.ts'

const provides = { analysis: { run: { inputs: {} } } }
const quiet = { manifest: { provides }, code: analysisOf('return { summary: {} }', 'inputs: {},') }
const base = quiet
const needing = (...dependencies: string[]) => ({ ...quiet, manifest: { provides, dependencies } })
const shaky = { manifest: { provides }, code: analysisOf('process.exit(4)', 'inputs: {},') }

test('every change of a slot is an event with its cause, and the history of the slot', async (t) => {
  const kernel = await kernelOf(t, { base, top: needing('base'), shaky })
  const events: Event[] = []
  kernel.onEvent('slot.*', (event) => events.push(event))
  await kernel.analyze('top.analysis.run')
  await kernel.restart('top')
  for (let n = 0; n < 5; n++) await errorOf(kernel.analyze('shaky.analysis.run'))
  kernel.release('shaky')
  const told = events.map(({ type, subject, data }) => [
    type,
    subject,
    (data as { before: string }).before,
    (data as { cause: string }).cause,
  ])
  assert.deepEqual(told.slice(0, 6), [
    ['slot.starting', 'top', 'stopped', 'the call analysis.run'],
    ['slot.starting', 'base', 'stopped', 'needed by top'],
    ['slot.active', 'base', 'starting', 'needed by top'],
    ['slot.active', 'top', 'starting', 'the call analysis.run'],
    ['slot.stopping', 'top', 'active', 'somebody restarts it'],
    ['slot.stopped', 'top', 'stopping', 'somebody restarts it'],
  ])
  const last = events.filter(({ subject }) => subject === 'shaky').slice(-4)
  assert.deepEqual(
    last.map(({ type }) => type),
    ['slot.active', 'slot.quarantined', 'slot.released', 'slot.stopped'],
  )
  const { error } = last[1]!.data as { error: { code: string; cause: string; message: string } }
  assert.deepEqual([error.code, error.cause], ['crashed', 'exit'])
  assert.match(error.message, /exit code 4/)
  for (const name of ['top', 'base', 'shaky']) {
    const { history } = await kernel.info(name)
    const own = events.filter(({ subject }) => subject === name)
    assert.deepEqual(
      history.map(({ state, cause, time, error: failure, pid }) => [`slot.${state}`, cause, time, failure, pid]),
      own.map(({ type, data, time }) => {
        const { cause, error: failure, pid } = data as { cause: string; error?: object; pid?: number }
        return [type, cause, time.toISOString(), failure, pid]
      }),
    )
  }
})

test('the history outlives the host, is bounded, and a broken line or a home that cannot be written harms nothing', async (t) => {
  const home = emptyFolder(t)
  const plugins = [writePlugins(emptyFolder(t), { quiet })]
  const first = await openKernel(t, { plugins, home })
  await first.analyze('quiet.analysis.run')
  await first.stop()
  const file = join(home, 'history/quiet.jsonl')
  appendFileSync(file, '{"broken\nnull\n7\n{"state":"active"}\n\n')
  const second = await openKernel(t, { plugins, home })
  assert.deepEqual(
    (await second.info('quiet')).history.map(({ state, cause }) => [state, cause]),
    [
      ['starting', 'the call analysis.run'],
      ['active', 'the call analysis.run'],
      ['stopping', 'the kernel stops'],
      ['stopped', 'the kernel stops'],
    ],
  )
  appendFileSync(file, `${JSON.stringify({ time: '', state: 'stopped', cause: 'x'.repeat(1000) })}\n`.repeat(100))
  await second.analyze('quiet.analysis.run')
  assert.equal((await second.info('quiet')).history.length, 50)
  assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 51, 'cut once, then added to')
  chmodSync(file, 0o400)
  await second.restart('quiet')
  assert.equal((await second.info('quiet')).state, 'stopped')
})

test('a plugin without its optional dependencies works, and says what it lacks', async (t) => {
  const optional = (...names: string[]) => ({ ...quiet, manifest: { dependencies: names.map((name) => ({ name, optional: true })) } })
  const kernel = await kernelOf(t, {
    lost: optional('nowhere'),
    shy: optional('broken'),
    broken: { code: "throw new Error('no luck')" },
    well: optional('base'),
    base,
  })
  for (const name of ['lost', 'shy', 'well']) await kernel.analyze(`${name}.analysis.run`)
  const degraded = Object.fromEntries(kernel.list().map((info) => [info.slot, [info.state, ...info.degraded]]))
  assert.deepEqual(degraded['lost'], ['active', 'optional dependency of lost: nowhere is not there'])
  assert.equal(degraded['shy']?.[0], 'active')
  assert.match(degraded['shy']?.[1] ?? '', /^optional dependency broken did not start: .*no luck/)
  assert.deepEqual(degraded['well'], ['active'])
})

test('a plugin for another platform or runtime, or one that may not run beside another, is not started and says why', async (t) => {
  const asking = (manifest: Record<string, never[] | object | string>) => ({ ...quiet, manifest: manifest as never })
  const kernel = await kernelOf(t, {
    here: asking({ platforms: ['win32', process.platform], runtime: { node: '>=26', python: '>=3.12' } }),
    exact: asking({ platforms: [`${process.platform}-${process.arch}`] }),
    elsewhere: asking({ platforms: ['plan9-mips'] }),
    newer: asking({ runtime: { node: '>=99' } }),
    enemy: asking({ conflicts_with: ['here', 'nobody'] }),
    friend: { ...quiet, manifest: { dependencies: ['enemy'] } },
    sleeper: asking({ enabled: false as never }),
  })
  const why = Object.fromEntries(kernel.list().map(({ slot, state, error }) => [slot, error ? `${error.code}: ${error.message}` : state]))
  assert.deepEqual(why, {
    here: 'stopped',
    exact: 'stopped',
    elsewhere: `incompatible: elsewhere runs on plan9-mips; this is ${process.platform}-${process.arch}`,
    newer: `incompatible: newer needs node >=99; this host runs on node ${process.versions.node}`,
    enemy: 'conflict: enemy: enemy may not run beside here, which is here',
    friend: 'conflict: friend → enemy: enemy may not run beside here, which is here',
    sleeper: 'disabled',
  })
  assert.equal((await errorOf(kernel.analyze('newer.analysis.run'))).code, 'incompatible')
  const awake = await kernelOf(
    t,
    { sleeper: asking({ enabled: false as never }) },
    { slots: { sleeper: { plugin: 'sleeper', enabled: true } } },
  )
  assert.equal((await awake.analyze('sleeper.analysis.run')).metadata.slot, 'sleeper')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CpuHeldBy, cpuHeldBy } from '../../src/link/hold-cpu.ts'
import { shareDuring, startHeld, statFiles } from './held.ts'

const noCgroup = 'this machine does not let us make a cgroup with the controller cpu'

for (const by of ['duty cycle', 'cgroup'] as CpuHeldBy[]) {
  test(`each process is held to its own limit, and gets it: JavaScript and threads (${by})`, async (t) => {
    if (by === 'cgroup' && cpuHeldBy() !== by) return t.skip(noCgroup)
    const window = 3000
    const spin = `spin(${window}); return { summary: {} }`
    const [free, third, threads] = await Promise.all([
      startHeld(t, spin, undefined),
      startHeld(t, spin, { percent: 30, by }),
      startHeld(t, `await threads(${window}); return { summary: {} }`, { percent: 20, by }),
    ])
    for (let attempt = 0; attempt < 2; attempt++) {
      const [ofFree, ofThird, ofThreads] = await Promise.all([free, third, threads].map(({ pid, call }) => shareDuring(pid, call())))
      t.diagnostic(`without a limit ${ofFree!.toFixed(1)} %, 30 %: ${ofThird!.toFixed(1)} %, 20 %: ${ofThreads!.toFixed(1)} %`)
      assert.ok(ofThird! <= 40, `${ofThird} % of 30`)
      assert.ok(ofThreads! <= 30, `${ofThreads} % of 20`)
      // A machine that has other things to do gives nobody his share, and proves nothing.
      if (ofFree! < 60) continue
      assert.ok(ofThird! >= 15, `only ${ofThird} % of 30, while a process without a limit got ${ofFree} %`)
      assert.ok(ofThreads! >= 8, `only ${ofThreads} % of 20, while a process without a limit got ${ofFree} %`)
      return undefined
    }
    return t.skip('the machine is too busy: even a process without a limit got less than 60 % of a processor')
  })
}

test('a short call is not stopped, a long one is, and its result is right', async (t) => {
  const run = 'const value = compute(); await turns(); return { summary: { value, continued } }'
  const [free, held] = await Promise.all([startHeld(t, run, undefined), startHeld(t, run, { percent: 10, by: 'duty cycle' })])
  const [expected, long] = await Promise.all([free.call(), held.call()])
  assert.equal(long.value, expected.value)
  assert.notEqual(long.value, 0)
  assert.equal(expected.continued, 0)
  assert.ok(long.continued! > 0, 'it was never stopped')
  // What its start has used is saved again after half a second of idling.
  const short = `await new Promise((resolve) => setTimeout(resolve, 700))
    const before = continued
    use(30)
    await turns()
    return { summary: { continued: continued - before } }`
  const { call } = await startHeld(t, short, { percent: 20, by: 'duty cycle' })
  assert.deepEqual(await call(), { continued: 0 })
})

test('without a limit nothing is looked at; with one it ends with its process', async (t) => {
  const run = 'return { summary: {} }'
  const [free, held] = await Promise.all([startHeld(t, run, undefined), startHeld(t, run, { percent: 10, by: 'duty cycle' })])
  assert.deepEqual([statFiles(free.pid), statFiles(held.pid)], [0, 1])
  await held.link.stop(1000)
  assert.equal(statFiles(held.pid), 0)
})

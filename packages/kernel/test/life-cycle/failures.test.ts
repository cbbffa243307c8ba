import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { writeFileSync } from 'node:fs'
import { emptyFolder, errorOf, openKernel, writePlugins } from '../host.ts'

const shaky = {
  code: `export default definePlugin({ setup: () => ({ analysis: {
    crash: operation({ inputs: {}, run: () => process.exit(4) }),
    refuse: operation({ inputs: {}, run: () => { throw new PluginError('invalid-data', 'not this', { origin: 'caller' }) } }),
    fail: operation({ inputs: {}, run: () => { throw new Error('oops') } }),
    wait: operation({ inputs: {}, run: async (_, __, call) => { call.progress(0); await new Promise(() => {}) } }),
    fine: operation({ inputs: {}, run: () => ({ summary: {} }) }),
  } }) })`,
}

test('five failures in a row quarantine a slot, also for the next kernel of the home, until it is released', async (t) => {
  const home = emptyFolder(t)
  const plugins = [writePlugins(emptyFolder(t), { shaky })]
  const kernel = await openKernel(t, { plugins, home })
  const states: string[] = []
  kernel.onEvent('slot.*', ({ type }) => states.push(type.slice(5)))
  for (let n = 1; n <= 4; n++) assert.equal((await errorOf(kernel.analyze('crash'))).code, 'crashed', String(n))
  const impatient = await errorOf(kernel.analyze('fine', { timeout: 100 }))
  assert.equal(impatient.code, 'unavailable')
  assert.match(impatient.message, /^shaky failed \(.*exit code 4\) and is tried again in \d+ ms$/)
  assert.ok(impatient.retryable && impatient.retryAfter! > 100 && impatient.retryAfter! <= 800)
  await kernel.analyze('fine')
  for (let n = 1; n <= 5; n++) {
    assert.equal((await errorOf(kernel.analyze('crash'))).code, 'crashed', `a success begins the count anew: ${n}`)
    assert.equal(kernel.list()[0]!.state, n === 5 ? 'quarantined' : 'failed')
    if (n < 5) assert.equal((await kernel.info('shaky')).failures, 5 + n)
  }
  const refused = await errorOf(kernel.analyze('fine'))
  assert.equal(refused.code, 'quarantined')
  assert.match(refused.message, /shaky was taken out of service after 5 failures in a row; the last: .*exit code 4/)
  assert.match(refused.hint!, /plugin release shaky/)
  const round = ['starting', 'active', 'failed']
  assert.deepEqual(states, [
    ...round,
    ...round,
    ...round,
    ...round,
    'starting',
    'active',
    'failed',
    ...round,
    ...round,
    ...round,
    'starting',
    'active',
    'quarantined',
  ])
  await kernel.stop()

  const next = await openKernel(t, { plugins, home })
  const { state, error } = next.list()[0]!
  assert.deepEqual([state, error?.code, error?.at['slot']], ['quarantined', 'quarantined', 'shaky'])
  assert.equal((await errorOf(next.analyze('fine'))).code, 'quarantined')
  next.release('shaky')
  assert.equal(next.list()[0]!.state, 'stopped')
  assert.equal((await next.analyze('fine')).metadata.slot, 'shaky')
  await next.stop()
  const last = await openKernel(t, { plugins, home })
  assert.equal(last.list()[0]!.state, 'stopped', 'and stays released')
  assert.equal((await errorOf(Promise.resolve().then(() => last.release('nobody')))).code, 'not-found')
})

test('what the caller is to blame for, or only a call, counts as no failure of the slot', async (t) => {
  const kernel = await openKernel(t, { plugins: [writePlugins(emptyFolder(t), { shaky })] })
  for (let n = 0; n < 6; n++) assert.equal((await errorOf(kernel.analyze('refuse'))).message, 'not this')
  for (let n = 0; n < 6; n++) assert.equal((await errorOf(kernel.analyze('fail'))).code, 'internal')
  const { pid } = await kernel.info('shaky')
  for (let n = 0; n < 2; n++) {
    const inside = Promise.withResolvers<void>()
    const controller = new AbortController()
    const call = errorOf(kernel.analyze('wait', { signal: controller.signal, onProgress: () => inside.resolve() }))
    await inside.promise
    controller.abort()
    assert.equal((await call).code, 'cancelled')
  }
  const { state, calls, failures } = await kernel.info('shaky')
  assert.notEqual(state, 'quarantined')
  assert.deepEqual([calls, failures], [14, 14])
  assert.equal((await kernel.analyze('fine')).metadata.plugin, 'shaky')
  assert.ok(pid)
})

test('a start that fails is one failure, however many wait for it, and each is told of his own call', async (t) => {
  const tries = join(emptyFolder(t), 'tries')
  writeFileSync(tries, '')
  const provides = { analysis: { a: { inputs: {} }, b: { inputs: {} } } }
  const kernel = await openKernel(t, {
    plugins: [
      writePlugins(emptyFolder(t), {
        broken: {
          manifest: { provides, permissions: { write: [tries], read: [tries] } },
          code: `import { appendFileSync } from 'node:fs'\nappendFileSync(${JSON.stringify(tries)}, 'x')\nthrow new Error('no luck')`,
        },
        crowd: {
          code: `export default definePlugin({ setup: () => ({ handler: { never: handler({ handle() {} }) }, source: {
            a: source({ read: async (_, call) => { call.progress(0); await new Promise(() => {}) } }), b: source({ read: async (_, call) => { call.progress(0); await new Promise(() => {}) } }),
            end: source({ read: () => process.exit(5) }) } }) })`,
        },
      }),
    ],
  })
  const failures: string[] = []
  kernel.onEvent('slot.failed', ({ data }) => failures.push((data as { slot: string }).slot))
  const waiting = ['a', 'b', 'a', 'b'].map((name) => errorOf(kernel.analyze(`broken.analysis.${name}`)))
  const errors = await Promise.all(waiting)
  assert.deepEqual(
    errors.map(({ at }) => at['operation']),
    ['a', 'b', 'a', 'b'],
  )
  for (const { message } of errors) assert.match(message, /no luck/)

  const inside = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const lost = ['a', 'b'].map((name, i) => errorOf(kernel.readSource(`crowd.source.${name}`, { onProgress: () => inside[i]!.resolve() })))
  await Promise.all(inside.map(({ promise }) => promise))
  const last = await errorOf(kernel.readSource('crowd.source.end'))
  const together = [...(await Promise.all(lost)), last]
  assert.deepEqual(
    together.map(({ at, code }) => [at['operation'], code]),
    [
      ['a', 'crashed'],
      ['b', 'crashed'],
      ['end', 'crashed'],
    ],
  )
  assert.equal(failures.filter((slot) => slot === 'crowd').length, 1)
})

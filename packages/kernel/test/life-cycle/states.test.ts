import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { analysisOf, emptyFolder, errorOf, isAlive, kernelOf, openKernel, writePlugins, type Written } from '../host.ts'

const quiet = (manifest: Written['manifest'] = {}): Written => ({
  manifest,
  code: analysisOf('return { summary: { has: ctx.has("b") } }', 'inputs: {},'),
})
const dependingOn = (...dependencies: string[]) => quiet({ dependencies })

test('dependencies start first; what lacks one fails with the chain, and the others start', async (t) => {
  const kernel = await kernelOf(
    t,
    {
      base: quiet({ version: '1.2.0' }),
      middle: dependingOn('base@^1.0'),
      top: dependingOn('middle'),
      old: dependingOn('base@^2.0'),
      'on-old': dependingOn('old'),
      lost: dependingOn('nowhere'),
      'on-off': dependingOn('off'),
      off: quiet(),
      x: dependingOn('y'),
      y: dependingOn('x'),
      bad: { manifest: { version: 'one' }, code: '' },
      'on-bad': dependingOn('bad'),
    },
    { slots: { off: { plugin: 'off', enabled: false } } },
  )
  const states: string[] = []
  kernel.onEvent('slot.*', ({ type, data, source }) => states.push(`${type} ${(data as { slot: string }).slot} ${source}`))
  await kernel.analyze('top.analysis.run')
  assert.deepEqual(
    states,
    ['starting top', 'starting middle', 'starting base', 'active base', 'active middle', 'active top'].map(
      (line) => `slot.${line} /cardcage`,
    ),
  )
  const why = Object.fromEntries(
    kernel.list().map(({ slot, state, error }) => [slot, error ? `${state} ${error.code} ${error.message}` : state]),
  )
  assert.deepEqual(
    { ...why, bad: why['bad']!.split(' ').slice(0, 2).join(' ') },
    {
      base: 'active',
      middle: 'active',
      top: 'active',
      old: 'failed incompatible old → base: base 1.2.0 does not satisfy ^2.0',
      'on-old': 'failed incompatible on-old → old → base: base 1.2.0 does not satisfy ^2.0',
      lost: 'failed incompatible lost → nowhere: nowhere is not there',
      'on-off': 'failed incompatible on-off → off: off is disabled',
      off: 'disabled',
      x: 'failed incompatible x → y → x: they need each other in a circle',
      y: 'failed incompatible y → x → y: they need each other in a circle',
      bad: 'failed invalid-manifest',
      'on-bad': 'failed incompatible on-bad → bad: bad failed',
    },
  )
})

test('a dependency that fails to start fails those that need it with the chain, and is not their failure', async (t) => {
  const kernel = await kernelOf(t, {
    broken: { code: "throw new Error('no luck')" },
    a: dependingOn('broken'),
    b: quiet(),
    c: quiet({
      dependencies: [
        { name: 'broken', optional: true },
        { name: 'b', optional: true },
      ],
    }),
  })
  const error = await errorOf(kernel.start('a'))
  assert.match(error.message, /^a → broken: .*no luck/)
  assert.equal(error.at['slot'], 'broken')
  assert.equal((await kernel.info('a')).state, 'failed')
  assert.deepEqual((await kernel.analyze('c.analysis.run')).result.summary, { has: true }, 'an optional one that is active is seen')
  const alone = await kernelOf(t, { c: quiet({ dependencies: [{ name: 'b', optional: true }] }) })
  assert.deepEqual((await alone.analyze('c.analysis.run')).result.summary, { has: false })
})

test('a config that does not fit fails its slot and says where; coerced and filled in, it is what the plugin gets', async (t) => {
  const config_schema = {
    type: 'object',
    properties: { level: { type: 'integer', minimum: 1 }, name: { type: 'string', default: 'x' } },
    required: ['level'],
  }
  const code =
    'export default definePlugin({ config: z.object({ level: z.int(), name: z.string() }), setup: ({ config }) => ({ analysis: { tell: operation({ inputs: {}, run: () => ({ summary: config }) }) } }) })'
  const kernel = await kernelOf(
    t,
    { strict: { manifest: { config_schema }, code }, other: quiet() },
    {
      slots: {
        good: { plugin: 'strict', config: { level: '3' } },
        low: { plugin: 'strict', config: { level: 0 } },
        none: { plugin: 'strict' },
        policy: { plugin: 'strict', config: { level: 1 }, policy: { concurrency: 0, timeout: -1 } },
        'a.b': { plugin: 'strict', config: { level: 1 } },
      },
    },
  )
  assert.deepEqual((await kernel.analyze('good.analysis.tell')).result.summary, { level: 3, name: 'x' })
  const errorsBySlot = Object.fromEntries(kernel.list().map(({ slot, error }) => [slot, error]))
  for (const slot of ['low', 'none', 'policy', 'a.b']) {
    assert.equal(errorsBySlot[slot]?.code, 'invalid-config', slot)
    assert.match(errorsBySlot[slot].message, new RegExp(`^Config of slot '${slot}': `))
  }
  assert.match(errorsBySlot['low']!.message, /level.*0 given/)
  assert.match(errorsBySlot['none']!.message, /level/)
  assert.match(errorsBySlot['policy']!.message, /policy\.timeout: -1.*policy\.concurrency: 0/)
  assert.equal((await errorOf(kernel.analyze('low.analysis.tell'))).code, 'invalid-config')
  assert.equal((await kernel.analyze('other.analysis.run')).metadata.slot, 'other')
  assert.equal(
    kernel.list().some(({ slot }) => slot === 'strict'),
    false,
    'a plugin that slots name has no other',
  )
})

test('a slot of the config takes the name of a plugin that nobody names', async (t) => {
  const kernel = await kernelOf(t, { a: quiet(), b: quiet() }, { slots: { b: { plugin: 'a' } } })
  assert.deepEqual(
    kernel.list().map(({ slot, id }) => [slot, id]),
    [['b', 'a']],
  )
})

test('what is carried goes to the next instance, cleanups run last first, and calls that run may end before a restart', async (t) => {
  const marks = join(emptyFolder(t), 'marks')
  const kernel = await kernelOf(t, {
    counter: {
      manifest: { permissions: { write: [marks], read: [marks] } },
      code: `import { appendFileSync } from 'node:fs'
      const mark = (what) => appendFileSync(${JSON.stringify(marks)}, what + '\\n')
      export default definePlugin({ setup(ctx) {
        let n = ctx.carry('n', () => n) ?? 0
        for (const name of ['first', 'second']) ctx.defer(async () => { await null; mark(name) })
        ctx.signal.addEventListener('abort', () => mark('aborted'))
        return { handler: { never: handler({ handle: () => {} }) }, analysis: {
          next: operation({ inputs: {}, run: () => ({ summary: { n: ++n } }) }),
          slow: operation({ inputs: {}, async run(_, __, call) { call.progress(0); await new Promise((resolve) => setTimeout(resolve, 300)); mark('slow done'); return { summary: { n: ++n, aborted: call.signal.aborted } } } }),
        } } } })`,
    },
  })
  const next = () => kernel.analyze('next')
  const first = await next()
  await next()
  await kernel.restart('counter')
  assert.equal(kernel.list()[0]!.state, 'stopped')
  assert.ok(!isAlive(first.metadata.pid!))
  assert.deepEqual(readFileSync(marks, 'utf8').trim().split('\n'), ['aborted', 'second', 'first'])
  const third = await next()
  assert.deepEqual(third.result.summary, { n: 3 })
  assert.notEqual(third.metadata.pid, first.metadata.pid)

  const inside = Promise.withResolvers<void>()
  const slow = kernel.analyze('slow', { onProgress: () => inside.resolve() })
  await inside.promise
  const [, after] = await Promise.all([kernel.restart('counter'), next()])
  assert.deepEqual((await slow).result.summary, { n: 4, aborted: false }, 'the call that ran was let go on')
  assert.deepEqual(after.result.summary, { n: 5 }, 'the one that came meanwhile had the next instance, and what was carried')
  assert.notEqual(after.metadata.pid, third.metadata.pid)
  assert.deepEqual(readFileSync(marks, 'utf8').trim().split('\n').slice(3), ['slow done', 'aborted', 'second', 'first'])
})

test('a restart that is asked for while it starts ends that start, and the next call starts it again', async (t) => {
  const gate = join(emptyFolder(t), 'gate')
  const provides = { analysis: { run: { inputs: {} } } }
  const kernel = await kernelOf(t, {
    slow: {
      manifest: { provides, permissions: { read: [gate] } },
      code: `import { existsSync } from 'node:fs'\nexport default definePlugin({ async setup() { while (!existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 5)); return { analysis: { run: operation({ inputs: {}, run: () => ({ summary: {} }) }) } } } })`,
    },
  })
  const starting = Promise.withResolvers<void>()
  kernel.onEvent('slot.starting', () => starting.resolve())
  const call = errorOf(kernel.analyze('run'))
  await starting.promise
  await kernel.restart('slow')
  assert.match((await call).message, /slow was stopped while it started/)
  const { state, failures } = await kernel.info('slow')
  assert.deepEqual([state, failures], ['stopped', 1])
  writeFileSync(gate, '')
  assert.equal((await kernel.analyze('run')).metadata.slot, 'slow')
})

test('a call that has no turn or no instance at its deadline says which', async (t) => {
  const provides = { analysis: { run: { inputs: {} } } }
  const kernel = await kernelOf(t, {
    one: {
      code: analysisOf(
        'call.progress(0); await new Promise((resolve) => call.signal.addEventListener("abort", resolve)); return { summary: {} }',
        'inputs: {},',
      ),
    },
    never: { manifest: { provides }, code: 'export default definePlugin({ setup: () => new Promise(() => {}) })' },
  })
  const inside = Promise.withResolvers<void>()
  const controller = new AbortController()
  const long = errorOf(kernel.analyze('one.analysis.run', { signal: controller.signal, onProgress: () => inside.resolve() }))
  await inside.promise
  const waiting = await errorOf(kernel.analyze('one.analysis.run', { timeout: 50 }))
  assert.equal(waiting.code, 'timeout')
  assert.match(waiting.message, /one had no turn for the call within 50 ms/)
  const taken = new AbortController()
  const withdrawn = errorOf(kernel.analyze('one.analysis.run', { signal: taken.signal }))
  taken.abort('any reason')
  assert.equal((await withdrawn).code, 'cancelled')
  controller.abort()
  assert.equal((await long).code, 'cancelled')
  const start = await errorOf(kernel.analyze('never.analysis.run', { timeout: 50 }))
  assert.match(start.message, /never was not started after 50 ms/)
  for (const timeout of [0, -1, Number.NaN])
    assert.equal((await errorOf(kernel.analyze('one.analysis.run', { timeout }))).code, 'invalid-call')
  assert.equal((await kernel.info('one')).state, 'active')
})

test('a home that cannot be written harms only what needs it', async (t) => {
  const file = join(emptyFolder(t), 'file')
  writeFileSync(file, '')
  const home = join(file, 'home')
  const code = `export default definePlugin({ setup: (ctx) => ({ analysis: {
    add: operation({ inputs: {}, run: () => ({ summary: { sum: 3 } }) }),
    keep: operation({ inputs: {}, run: async () => { await ctx.state.set('k', 1); return { summary: {} } } }),
    crash: operation({ inputs: {}, run: () => process.exit(1) }) } }) })`
  const kernel = await kernelOf(t, { calc: { code } }, { home })
  assert.deepEqual((await kernel.analyze('add')).result.summary, { sum: 3 })
  assert.notEqual((await errorOf(kernel.analyze('keep'))).code, 'crashed')
  assert.equal((await errorOf(kernel.analyze('crash'))).code, 'crashed')
  assert.deepEqual((await kernel.analyze('add')).result.summary, { sum: 3 })
  assert.ok(kernel.lines.some(({ level, message }) => level === 'warn' && /data folder of calc cannot be made/.test(message)))
  assert.ok(!existsSync(home))

  const broken = emptyFolder(t)
  writeFileSync(join(broken, 'slots.sqlite'), 'this is no database at all, and long enough to be looked at as one')
  const second = await openKernel(t, { plugins: [writePlugins(emptyFolder(t), { calc: { code } })], home: broken })
  assert.deepEqual((await second.analyze('add')).result.summary, { sum: 3 })
})

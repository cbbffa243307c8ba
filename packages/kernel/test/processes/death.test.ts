import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { PluginError } from '@cardcage/plugin'
import type { Kernel } from '../../src/kernel.ts'
import type { SlotConfig } from '../../src/slot/slot-info.ts'
import { startLink } from '../start-link.ts'
import { analysisPlugin, analysisProvides, rejection, temporaryFolder, temporaryKernel, writePlugin } from '../plugin-folder.ts'

const neighbour = analysisPlugin('neighbour', 'return { summary: { answer: 42 } }')

interface Situation {
  readonly kernel: Kernel
  readonly call: (options?: { timeout?: number; signal?: AbortSignal }) => Promise<unknown>
}

/** A kernel with a plugin that dies in its own way, and a healthy one. */
async function situation(t: TestContext, entry: string, manifest: object = {}, policy: SlotConfig['policy'] = {}): Promise<Situation> {
  const folder = temporaryFolder(t)
  writePlugin(folder, 'bad', entry, { ...analysisProvides('bad'), ...manifest })
  writePlugin(folder, 'neighbour', neighbour, analysisProvides('neighbour'))
  const kernel = await temporaryKernel(t, { plugins: [folder], slots: { bad: { plugin: 'bad', policy } } })
  return { kernel, call: (options = {}) => kernel.analyze('bad.analysis.bad', options) }
}

async function assertNeighbourAnswers({ kernel }: Situation): Promise<void> {
  assert.deepEqual((await kernel.analyze('neighbour.analysis.neighbour')).result.summary, { answer: 42 })
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
}

interface Details {
  readonly cause?: string
  readonly exitCode?: number
  readonly signal?: string
  readonly log?: readonly string[]
  readonly lastCall?: string
  readonly reason?: string
}

function detailsOf(error: PluginError): Details {
  return (error.details ?? {}) as Details
}

/** Runs once as given, and well in every later process: a file in the data folder remembers. */
const onceOnly = (run: string) => `
  const mark = ctx.dataDir + '/died'
  if (fs.existsSync(mark)) return { summary: { pid: process.pid } }
  fs.writeFileSync(mark, '')
  console.error('about to die')
  ${run}
`

const deaths: readonly {
  name: string
  run: string
  code: string
  expect: Details
  before?: string
  manifest?: object
  timeout?: number
}[] = [
  { name: 'process.exit(3)', run: 'process.exit(3)', code: 'crashed', expect: { cause: 'exit', exitCode: 3 } },
  {
    name: 'throws asynchronously',
    run: "setImmediate(() => { throw new Error('late') }); await new Promise(() => {})",
    code: 'crashed',
    expect: { cause: 'exit', exitCode: 1 },
  },
  {
    name: 'rejects unhandled',
    run: "void Promise.reject(new Error('nobody')); await new Promise(() => {})",
    code: 'crashed',
    expect: { cause: 'exit', exitCode: 1 },
  },
  { name: 'process.abort()', run: 'process.abort()', code: 'crashed', expect: { cause: 'signal', signal: 'SIGABRT' } },
  {
    name: 'kills itself',
    run: "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})",
    code: 'crashed',
    expect: { cause: 'signal', signal: 'SIGKILL' },
  },
  {
    name: 'fills the memory',
    run: 'const all: unknown[] = []; for (;;) { all.push(new Uint8Array(1 << 20).fill(1)); await new Promise((resolve) => setImmediate(resolve)) }',
    code: 'limit-exceeded',
    expect: { cause: 'oom', signal: 'SIGKILL' },
    manifest: { limits: { memory: '192MiB' } },
  },
  { name: 'blocks the event loop for ever', run: 'for (;;);', code: 'timeout', expect: { cause: 'deadline' }, timeout: 300 },
  { name: 'waits for ever', run: 'await new Promise(() => {})', code: 'timeout', expect: { cause: 'deadline' }, timeout: 300 },
  {
    name: 'floods stdout',
    run: "for (;;) fs.writeSync(1, 'x'.repeat(200) + '\\n')",
    code: 'timeout',
    expect: { cause: 'deadline' },
    timeout: 300,
  },
  {
    name: 'ignores SIGTERM and hangs',
    run: 'for (;;);',
    code: 'timeout',
    expect: { cause: 'deadline' },
    before: "process.on('SIGTERM', () => {})",
    timeout: 300,
  },
]

for (const { name, run, code, expect, before, manifest, timeout } of deaths) {
  test(`a plugin that dies: ${name}`, async (t) => {
    const it = await situation(t, analysisPlugin('bad', onceOnly(run), before), manifest)
    const error = await rejection<PluginError>(it.call(timeout === undefined ? {} : { timeout }))
    assert.equal(error.code, code, `${error.message} ${JSON.stringify(error.details)}`)
    const details = detailsOf(error)
    for (const [key, value] of Object.entries(expect)) assert.equal(details[key as keyof Details], value, JSON.stringify(details))
    if (code !== 'timeout') {
      assert.equal(details.lastCall, 'analysis.bad (call 1)')
      assert.ok(details.log!.length > 0)
      assert.ok((await it.kernel.info('bad')).log.some(({ message }) => message === 'about to die'))
    }
    assert.equal(error.at['slot'], 'bad')
    await assertNeighbourAnswers(it)
    const again = (await it.call()) as { result: { summary: { pid: number } } }
    assert.ok(again.result.summary.pid > 0)
  })
}

test('a plugin whose heap is full is told apart from other crashes', async (t) => {
  const entry = analysisPlugin('bad', "console.error('about to die'); const all: unknown[] = []; for (;;) all.push({ all: [all.length] })")
  const { link } = await startLink(t, entry, { flags: ['--max-old-space-size=24', '--max-semi-space-size=1'] })
  const error = await rejection<PluginError>(link.call({ kind: 'analysis', name: 'bad', verb: 'run', params: {}, inputs: {} }))
  assert.equal(error.code, 'limit-exceeded')
  assert.equal(detailsOf(error).cause, 'heap')
  assert.equal(detailsOf(error).lastCall, 'analysis.bad (call 1)')
})

test('a plugin whose call stack overflows fails that call and goes on', async (t) => {
  const it = await situation(t, analysisPlugin('bad', 'const down = (): number => down() + 1; return { summary: { depth: down() } }'))
  const first = await rejection<PluginError>(it.call())
  assert.equal(first.code, 'internal')
  assert.equal(detailsOf(first).cause, 'stack')
  const pid = (await it.kernel.info('bad')).pid
  await rejection(it.call())
  assert.equal((await it.kernel.info('bad')).pid, pid)
  await assertNeighbourAnswers(it)
})

const loads: readonly { name: string; entry: string; says: RegExp; code?: string }[] = [
  { name: 'has a syntax error', entry: 'export default {{{', says: /Unexpected|Expected|syntax/i },
  { name: 'throws at import', entry: "throw new Error('no licence here')", says: /no licence here/ },
  { name: 'imports what is not there', entry: "import './nowhere.ts'", says: /nowhere\.ts/ },
  {
    name: 'throws in setup',
    entry:
      "import { definePlugin } from '@cardcage/plugin'\nexport default definePlugin({ setup() { throw new TypeError('no database') } })",
    says: /no database/,
  },
  {
    name: 'refuses in setup',
    entry:
      "import { definePlugin, PluginError } from '@cardcage/plugin'\nexport default definePlugin({ setup() { throw new PluginError('unauthenticated', 'the key has expired', { details: { key: 'x' } }) } })",
    says: /the key has expired/,
    code: 'unauthenticated',
  },
  { name: 'has no default export', entry: 'export const plugin = 1', says: /does not export a plugin/, code: 'invalid-manifest' },
  { name: 'exports something else', entry: 'export default { setup() {} }', says: /does not export a plugin/, code: 'invalid-manifest' },
]

for (const { name, entry, says, code = 'internal' } of loads) {
  test(`a plugin that breaks at load: ${name}`, async (t) => {
    const it = await situation(t, entry)
    const error = await rejection<PluginError>(it.call())
    assert.match(error.message, says)
    assert.equal(error.code, code)
    assert.equal(detailsOf(error).cause, 'load')
    assert.equal(it.kernel.list().find(({ slot }) => slot === 'bad')?.state, 'failed')
    await assertNeighbourAnswers(it)
  })
}

test('a plugin that ends its process at load is a crash with its exit code', async (t) => {
  const it = await situation(t, "console.error('bye'); process.exit(9)")
  const error = await rejection<PluginError>(it.call())
  assert.equal(error.code, 'crashed')
  assert.equal(detailsOf(error).exitCode, 9)
  assert.deepEqual(detailsOf(error).log, ['bye'])
  await assertNeighbourAnswers(it)
})

test('a plugin whose setup never returns is ended at the start timeout', async (t) => {
  const it = await situation(
    t,
    "import { definePlugin } from '@cardcage/plugin'\nexport default definePlugin({ setup: () => new Promise(() => {}) })",
    {},
    { startTimeout: 300 },
  )
  const error = await rejection<PluginError>(it.call())
  assert.equal(error.code, 'timeout')
  assert.equal(detailsOf(error).cause, 'start')
  assert.match(error.message, /not ready after 300 ms/)
  await assertNeighbourAnswers(it)
})

const results: readonly { name: string; run: string; code: string; says: RegExp }[] = [
  { name: 'cyclic', run: 'const a: any = {}; a.a = a; return { summary: { a } }', code: 'invalid-data', says: /circular/i },
  {
    name: 'with a key __proto__',
    run: `return { summary: JSON.parse('{"__proto__": {"polluted": 1}}') }`,
    code: 'invalid-data',
    says: /__proto__/,
  },
  {
    name: 'with a key __proto__ deep inside',
    run: `return { summary: { list: [{ a: JSON.parse('{"__proto__": {"polluted": 1}}') }] } }`,
    code: 'invalid-data',
    says: /__proto__/,
  },
  {
    name: 'nested ten thousand times',
    run: 'let a: unknown = 1; for (let i = 0; i < 10000; i++) a = [a]; return { summary: { a } }',
    code: 'invalid-data',
    says: /nested too deeply/,
  },
  { name: 'with a bigint', run: 'return { summary: { a: 1n } }', code: 'invalid-data', says: /BigInt/ },
  { name: 'of 100 MB of JSON', run: "return { summary: { a: 'x'.repeat(100_000_000) } }", code: 'limit-exceeded', says: /100000\d* bytes/ },
  { name: 'with columns of different length', run: 'return table({ a: [1, 2], b: [1, 2, 3] })', code: 'invalid-data', says: /b/ },
  { name: 'that is no table', run: 'return { tables: { a: [1, 2] } }', code: 'invalid-data', says: /tables\.a was not made by table/ },
  { name: 'that is nothing', run: 'return undefined', code: 'invalid-data', says: /not undefined/ },
  {
    name: 'with an error whose details are cyclic',
    run: "const a: any = {}; a.a = a; throw new PluginError('conflict', 'twice', { details: a })",
    code: 'conflict',
    says: /twice/,
  },
  { name: 'that is thrown and no error', run: "throw { toString() { return 'odd' } }", code: 'internal', says: /not an error/ },
]

for (const { name, run, code, says } of results) {
  test(`a result ${name} is a clean error and the plugin goes on`, async (t) => {
    const it = await situation(t, analysisPlugin('bad', run))
    const error = await rejection<PluginError>(it.call())
    assert.equal(error.code, code, error.message)
    assert.match(error.message, says)
    const { pid } = await it.kernel.info('bad')
    await rejection(it.call())
    assert.equal((await it.kernel.info('bad')).pid, pid)
    await assertNeighbourAnswers(it)
  })
}

import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { rejection, temporaryFolder, temporaryKernel, writeFiles, writePlugin } from '../plugin-folder.ts'

const provides = { provides: { analysis: { probe: { inputs: {} } } } }

test('a .ts entry with relative .ts imports, the contract and zod runs from a folder anywhere, without an install', async (t) => {
  const folder = join(temporaryFolder(t), 'a folder, with [odd] name')
  writePlugin(
    folder,
    'probe',
    `import { definePlugin, operation } from '@cardcage/plugin'
import { z } from 'zod'
import { twice, type Twice } from './lib/twice.ts'
export default definePlugin({ setup: () => ({ analysis: { probe: operation({ inputs: {}, params: z.object({ by: z.int().default(21) }), async run(_inputs, { by }) {
  const { late } = await import('./lib/late.ts')
  const result: Twice = twice(by)
  return { summary: { ...result, late } }
} }) } }) })`,
    {},
    {
      'lib/twice.ts':
        "import { base } from '../base.ts'\nexport interface Twice { readonly result: number }\nexport const twice = (by: number): Twice => ({ result: by * base })\n",
      'lib/late.ts': 'export const late: string = "loaded when run"\n',
      'base.ts': 'export const base = 2 as const\n',
    },
  )
  const kernel = await temporaryKernel(t, { plugins: [folder] })
  assert.deepEqual((await kernel.analyze('probe.analysis.probe')).result.summary, { result: 42, late: 'loaded when run' })
})

test('a .js entry and a package of its own run, another package of the host does not resolve', async (t) => {
  const folder = temporaryFolder(t)
  writeFiles(join(folder, 'probe'), {
    'plugin.json': JSON.stringify({ id: 'probe', version: '1.0.0', ...provides }),
    'package.json': JSON.stringify({ type: 'module', dependencies: { 'small-sum': '1.0.0' } }),
    'index.js': `import { definePlugin, operation } from '@cardcage/plugin'
import { sum } from 'small-sum'
export default definePlugin({ setup: () => ({ analysis: { probe: operation({ inputs: {}, async run() {
  return { summary: { sum: sum(40, 2), semver: await import('semver').then(() => 'found', (error) => error.code) } }
} }) } }) })`,
    'node_modules/small-sum/package.json': JSON.stringify({ name: 'small-sum', version: '1.0.0', main: 'index.cjs' }),
    'node_modules/small-sum/index.cjs': 'exports.sum = (a, b) => a + b\n',
  })
  const kernel = await temporaryKernel(t, { plugins: [folder] })
  const { summary } = (await kernel.analyze('probe.analysis.probe')).result
  assert.equal(summary['sum'], 42)
  assert.match(JSON.stringify(summary['semver']), /ERR_MODULE_NOT_FOUND|ERR_ACCESS_DENIED/)
})

test('positions in stack traces of a .ts file are those of its source, and the author finds them in the log', async (t) => {
  const folder = temporaryFolder(t)
  writePlugin(
    folder,
    'probe',
    `import { definePlugin, operation } from '@cardcage/plugin'
import { fails } from './fails.ts'

interface Unused {
  readonly a: string
}

export default definePlugin({ setup: () => ({ analysis: { probe: operation({ inputs: {}, run(): any { return fails<Unused>({ a: 'x' }) } }) } }) })`,
    provides,
    {
      'fails.ts':
        "type A<T> = T extends object ? T : never\n\nexport function fails<T>(value: A<T>): never {\n  const shown: string = JSON.stringify(value)\n  throw new TypeError('no ' + shown)\n}\n",
    },
  )
  const kernel = await temporaryKernel(t, { plugins: [folder] })
  const error = await rejection(kernel.analyze('probe.analysis.probe'))
  assert.equal(error.message, 'no {"a":"x"}')
  const { log } = await kernel.info('probe')
  const trace = log.find(({ level, message }) => level === 'error' && message.startsWith('TypeError: no'))
  assert.match(trace?.message ?? '', /probe\/fails\.ts:5:9/)
  assert.match(trace?.message ?? '', /probe\/index\.ts:8:\d+/)
})

test('two slots of one plugin are two processes with their own config and data', async (t) => {
  const folder = temporaryFolder(t)
  writePlugin(
    folder,
    'probe',
    `import { definePlugin, operation } from '@cardcage/plugin'
export default definePlugin({ setup: (ctx) => ({ analysis: { probe: operation({ inputs: {}, run: () => ({ summary: { config: ctx.config as any, data: ctx.dataDir.split('/').at(-1)! } }) }) } }) })`,
    provides,
  )
  const kernel = await temporaryKernel(t, {
    plugins: [folder],
    slots: { one: { plugin: 'probe', config: { n: 1 } }, two: { plugin: 'probe', config: { n: 2 } } },
  })
  const [one, two] = await Promise.all(['one', 'two'].map((slot) => kernel.analyze(`${slot}.analysis.probe`)))
  assert.deepEqual(
    [one!.result.summary, two!.result.summary],
    [
      { config: { n: 1 }, data: 'one' },
      { config: { n: 2 }, data: 'two' },
    ],
  )
  assert.notEqual(one!.metadata.pid, two!.metadata.pid)
})

test('a cache that is removed under a running kernel is made anew', async (t) => {
  const folder = temporaryFolder(t)
  const cache = join(temporaryFolder(t), 'cache')
  writePlugin(
    folder,
    'probe',
    `import { definePlugin, operation } from '@cardcage/plugin'
export default definePlugin({ setup: () => ({ analysis: { probe: operation({ inputs: {}, run: () => ({ summary: { here: true } }) }) } }) })`,
  )
  const kernel = await temporaryKernel(t, { plugins: [folder], cache })
  await kernel.analyze('probe.analysis.probe')
  await kernel.restart('probe')
  rmSync(cache, { recursive: true })
  assert.deepEqual((await kernel.analyze('probe.analysis.probe')).result.summary, { here: true })
})

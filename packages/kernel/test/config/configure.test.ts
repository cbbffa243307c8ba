import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { emptyFolder, writePlugins } from '../host.ts'
import { machine, tellerOf } from './configured.ts'

const index = fileURLToPath(new URL('../../src/index.ts', import.meta.url))

test('processes that change the config of one plugin at the same time lose nothing of each other', async (t) => {
  const on = machine(t)
  const plugins = [writePlugins(emptyFolder(t), { crm: tellerOf() })]
  const writers = ['a', 'b', 'c']
  const count = 40
  const script = (name: string) => `
    const { createKernel, loadConfig } = await import(${JSON.stringify(index)})
    const config = loadConfig({ cwd: ${JSON.stringify(on.project)}, system: '/nowhere', environment: {} })
    const kernel = await createKernel({ plugins: ${JSON.stringify(plugins)}, config, home: ${JSON.stringify(on.workspace)} })
    console.log('ready')
    process.stdin.once('data', async () => {
      for (let n = 0; n < ${count}; n++) kernel.configure('crm', { where: 'workspace', set: [{ key: '${name}' + n, text: String(n) }] })
      await kernel.stop()
      process.exit()
    })`
  const children = writers.map((name) =>
    spawn(process.execPath, ['--input-type=module', '-e', script(name)], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  await Promise.all(children.map(({ stdout }) => once(stdout, 'data')))
  const ends = children.map((child) => once(child, 'exit'))
  for (const { stdin } of children) stdin.write('go\n')
  assert.deepEqual(
    (await Promise.all(ends)).map(([code]) => code),
    [0, 0, 0],
  )
  const folder = join(on.workspace, 'config')
  const { config } = JSON.parse(readFileSync(join(folder, 'crm.json'), 'utf8')) as { config: object }
  assert.equal(Object.keys(config).length, writers.length * count)
  assert.deepEqual(readdirSync(folder).toSorted(), ['.lock', 'crm.json'], 'nothing is left')
})

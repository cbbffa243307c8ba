import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { places } from '../../src/config/places.ts'
import { diesWithHost } from '../../src/link/dies-with-host.ts'
import { analysisPlugin, temporaryFolder, writePlugin } from '../plugin-folder.ts'
import { startLink, assignmentOf } from '../start-link.ts'
import { gone, processState } from './process-state.ts'

const host = fileURLToPath(new URL('fixtures/host.ts', import.meta.url))
const { cache } = places(process.cwd())

/** The first line a process prints that fits. */
async function line(child: ChildProcess, fits: RegExp): Promise<RegExpExecArray> {
  const lines = createInterface({ input: child.stdout! })
  for await (const text of lines) {
    const match = fits.exec(text)
    if (match) return match
  }
  throw new Error('the process ended before it said so')
}

for (const way of ['setpriv', 'prctl']) {
  test(`a plugin in a busy loop is gone when its host gets SIGKILL (${way})`, async (t: TestContext) => {
    const folder = writePlugin(
      temporaryFolder(t),
      'bad',
      analysisPlugin('bad', "call.log.info('pid ' + process.pid); await new Promise((resolve) => setImmediate(resolve)); for (;;);"),
    )
    const child = spawn(process.execPath, [host, folder, cache, way], { stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => child.kill('SIGKILL'))
    const pid = Number((await line(child, /^pid (\d+)$/))[1])
    t.after(() => processState(pid) && process.kill(pid, 'SIGKILL'))
    assert.match(processState(pid)!, /[RS]/)
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.ok(await gone(pid), `process ${pid} has outlived its host`)
  })
}

test('says which way is in force', () => {
  assert.equal(diesWithHost(['/bin/sh']).how, 'setpriv --pdeathsig KILL')
  assert.deepEqual(diesWithHost(['/nowhere/setpriv']).wrapper, [])
  assert.match(diesWithHost(['/nowhere/setpriv']).how, /prctl/)
  assert.equal(diesWithHost(['/nowhere/setpriv']).byRunner, true)
})

test('a runner whose host is gone before it starts ends at once', async (t) => {
  const folder = writePlugin(temporaryFolder(t), 'bad', analysisPlugin('bad', 'return {}'))
  const { script } = assignmentOf(folder, cache)
  const child = spawn(process.execPath, [script, '1', '-'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  assert.deepEqual([code, signal], [0, null])
})

test('a plugin bound by prctl has no foreign functions left', async (t) => {
  const run = `
    const open = () => { try { (process as any).getBuiltinModule('node:ffi').dlopen('libc.so.6', { getpid: { return: 'i32', arguments: [] } }); return 'open' } catch (error: any) { return error.code } }
    return { summary: { ffi: open(), allowed: (process as any).permission.has('ffi') } }`
  const { link } = await startLink(t, analysisPlugin('bad', run), { diesWithHost: diesWithHost([]) })
  const { value } = await link.call({ kind: 'analysis', name: 'bad', verb: 'run', params: {}, inputs: {} })
  assert.deepEqual((value as { summary: object }).summary, { ffi: 'ERR_ACCESS_DENIED', allowed: false })
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test, type TestContext } from 'node:test'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { KernelOptions } from '../../src/kernel.ts'
import { analysisPlugin, analysisProvides, temporaryFolder, temporaryKernel, writeFiles, writePlugin } from '../plugin-folder.ts'

/** Summary of one call of a plugin whose function has the body `run`; `tried(f)` is what `f` gives, or the code it throws. */
async function summaryOf(
  t: TestContext,
  run: string,
  manifest: object = {},
  options: KernelOptions = {},
  before = '',
): Promise<Record<string, unknown>> {
  const folder = temporaryFolder(t)
  const tried = `const tried = async (work: () => unknown) => { try { return (await work()) ?? 'done' } catch (error: any) { return error.code ?? String(error) } }\n`
  writePlugin(folder, 'probe', analysisPlugin('probe', run, tried + before), { ...analysisProvides('probe'), ...manifest })
  const kernel = await temporaryKernel(t, { plugins: [folder], ...options })
  return (await kernel.analyze('probe.analysis.probe')).result.summary
}

test('the environment of a plugin is empty but for what its manifest asks for', async (t) => {
  process.env['CARDCAGE_TEST_SHOWN'] = 'shown'
  process.env['CARDCAGE_TEST_HIDDEN'] = 'hidden'
  t.after(() => {
    delete process.env['CARDCAGE_TEST_SHOWN']
    delete process.env['CARDCAGE_TEST_HIDDEN']
  })
  const run = 'return { summary: { env: { ...process.env }, argv: process.argv.length, cwd: process.cwd() } }'
  assert.deepEqual(await summaryOf(t, run), { env: {}, argv: 1, cwd: '/' })
  const asked = await summaryOf(t, run, { permissions: { env: ['CARDCAGE_TEST_SHOWN'] } })
  assert.deepEqual(asked['env'], { CARDCAGE_TEST_SHOWN: 'shown' })
})

test('a plugin reads its own folder and what it was granted, writes its data folder, and nothing else', async (t) => {
  const outside = writeFiles(temporaryFolder(t), { 'granted/yes.txt': 'yes', 'secret.txt': 'no', 'granted-not/no.txt': 'no' })
  const run = `return { summary: {
    own: await tried(() => fs.readFileSync(new URL('plugin.json', import.meta.url), 'utf8').length > 0),
    granted: await tried(() => fs.readFileSync('${outside}/granted/yes.txt', 'utf8')),
    beside: await tried(() => fs.readFileSync('${outside}/granted-not/no.txt', 'utf8')),
    secret: await tried(() => fs.readFileSync('${outside}/secret.txt', 'utf8')),
    passwd: await tried(() => fs.readFileSync('/etc/passwd', 'utf8')),
    listing: await tried(() => fs.readdirSync('/')),
    data: await tried(() => fs.writeFileSync(ctx.dataDir + '/x', 'x')),
    itself: await tried(() => fs.writeFileSync(new URL('index.ts', import.meta.url), 'x')),
    elsewhere: await tried(() => fs.writeFileSync('${outside}/x', 'x')),
    link: await tried(() => fs.symlinkSync('/etc/passwd', ctx.dataDir + '/passwd')),
  } }`
  assert.deepEqual(await summaryOf(t, run, { permissions: { read: [`${outside}/granted`] } }), {
    own: true,
    granted: 'yes',
    beside: 'ERR_ACCESS_DENIED',
    secret: 'ERR_ACCESS_DENIED',
    passwd: 'ERR_ACCESS_DENIED',
    listing: 'ERR_ACCESS_DENIED',
    data: 'done',
    itself: 'ERR_ACCESS_DENIED',
    elsewhere: 'ERR_ACCESS_DENIED',
    link: 'ERR_ACCESS_DENIED',
  })
})

test('a plugin has no network, no processes, no workers, no inspector, no native code', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  const run = `
    const connect = () => new Promise((resolve, reject) => net.connect(${port}, '127.0.0.1', () => resolve('open')).on('error', reject))
    return { summary: {
      tcp: await tried(connect),
      fetch: await tried(async () => { try { await fetch('http://127.0.0.1:${port}') } catch (error: any) { throw error.cause ?? error } }),
      spawn: await tried(() => child.execFileSync('/bin/true')),
      worker: await tried(() => new Worker('1', { eval: true })),
      ffi: await tried(() => (process as any).getBuiltinModule('node:ffi').dlopen('libc.so.6', {})),
      addon: await tried(() => process.dlopen({ exports: {} } as any, '/lib/x.node')),
      inspector: await tried(() => inspector.open(0)),
    } }`
  const before =
    "import net from 'node:net'\nimport child from 'node:child_process'\nimport { Worker } from 'node:worker_threads'\nimport inspector from 'node:inspector'\n"
  const summary = await summaryOf(t, run, {}, {}, before)
  for (const [what, outcome] of Object.entries(summary))
    assert.match(String(outcome), /^ERR_(ACCESS_DENIED|DLOPEN_DISABLED|INSPECTOR)/, `${what}: ${String(outcome)}`)
})

test('a plugin that asks for sockets has them', async (t) => {
  const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  const run = `return { summary: { tcp: await tried(() => new Promise((resolve, reject) => net.connect(${port}, '127.0.0.1').on('data', (data) => resolve(String(data))).on('error', reject))) } }`
  assert.deepEqual(await summaryOf(t, run, { permissions: { net: ['sockets'] } }, {}, "import net from 'node:net'\n"), { tcp: 'hello' })
})

test('a plugin is the leader of its own process group', async (t) => {
  const folder = temporaryFolder(t)
  writePlugin(folder, 'probe', analysisPlugin('probe', 'return { summary: {} }'), analysisProvides('probe'))
  const kernel = await temporaryKernel(t, { plugins: [folder] })
  const { metadata } = await kernel.analyze('probe.analysis.probe')
  process.kill(-metadata.pid!, 0)
})

test('a descriptor the host inherited is closed in the plugin', async (t) => {
  const folder = temporaryFolder(t)
  const run = 'let open = false; try { fs.fstatSync(77); open = true } catch {} return { summary: { open } }'
  writePlugin(folder, 'probe', analysisPlugin('probe', run), analysisProvides('probe'))
  const host = `
    import { fstatSync } from 'node:fs'
    import { createKernel } from '${new URL('../../src/kernel.ts', import.meta.url).href}'
    fstatSync(77)
    const kernel = await createKernel({ plugins: ['${folder}'] })
    const { result } = await kernel.analyze('probe.analysis.probe')
    console.log(JSON.stringify(result.summary))
    await kernel.stop()`
  writeFiles(folder, { 'host.mjs': host })
  const child = spawn('bash', ['-c', 'exec 77</etc/hostname; exec "$0" "$1"', process.execPath, `${folder}/host.mjs`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  assert.equal(await text(child.stdout), '{"open":false}\n')
})

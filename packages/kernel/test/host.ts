import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { createKernel, type Kernel, type KernelOptions, type LogRecord } from '@cardcage/kernel'
import { PluginError, type Json } from '@cardcage/plugin'

/** Stripped code and the runner's file, shared by the tests of one process: it is the same for all. */
let sharedCache: string | undefined

/** A new empty folder that is gone after the test. */
export function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'cardcage-kernel-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Cache of this test process. */
export function testCache(): string {
  if (sharedCache === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'cardcage-cache-'))
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
    sharedCache = folder
  }
  return sharedCache
}

/** A plugin as the tests write it: keys of its manifest, its code, other files. */
export interface Written {
  /** Keys of the manifest; id and version have defaults. */
  readonly manifest?: Readonly<Record<string, Json>>
  /** Text of `index.ts`, after the imports of `definePlugin`, the helpers and `z`. */
  readonly code?: string
  readonly files?: Readonly<Record<string, string>>
}

const imports = `import { definePlugin, format, handler, lines, operation, plot, PluginError, reader, source, table } from '@cardcage/plugin'\nimport { z } from 'zod'\n`

/** Write plugin folders by id into a folder; returns the folder. */
export function writePlugins(folder: string, plugins: Readonly<Record<string, Written>>): string {
  for (const [id, plugin] of Object.entries(plugins)) writePlugin(join(folder, id), id, plugin)
  return folder
}

/** Write one plugin folder. */
export function writePlugin(folder: string, id: string, { manifest, code, files = {} }: Written): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify({ id, version: '1.0.0', description: id, ...manifest }))
  if (code !== undefined) writeFileSync(join(folder, 'index.ts'), imports + code)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** A kernel that is stopped after the test, with what it logged. */
export async function openKernel(t: TestContext, options: KernelOptions): Promise<Kernel & { readonly lines: readonly LogRecord[] }> {
  const lines: LogRecord[] = []
  const kernel = await createKernel({ cache: testCache(), onLog: (record) => lines.push(record), ...options })
  t.after(() => kernel.stop())
  return Object.assign(kernel, { lines })
}

/** A kernel over plugins written for one test. */
export async function kernelOf(
  t: TestContext,
  plugins: Readonly<Record<string, Written>>,
  options: KernelOptions = {},
): ReturnType<typeof openKernel> {
  return await openKernel(t, { plugins: [writePlugins(emptyFolder(t), plugins)], ...options })
}

/** Code of a plugin with one analysis `run` that does this with `data`, `params`, `call`, `ctx`. */
export function analysisOf(body: string, more = ''): string {
  return `export default definePlugin({ setup: (ctx) => ({ analysis: { run: operation({ ${more} run: async (inputs, params, call) => { ${body} } }) } }) })\n`
}

/** The error something is refused with. */
export async function errorOf(promise: Promise<unknown>): Promise<PluginError> {
  try {
    await promise
  } catch (error) {
    if (PluginError.is(error)) return error
    throw error
  }
  throw new Error('It was not refused')
}

/** Does the process run? A zombie that nobody has reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z'
  } catch {
    return false
  }
}

/** Processes that run the runner as children of this one. */
export function children(): number[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number).filter(isAlive)
}

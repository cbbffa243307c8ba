import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { createKernel, type Kernel, type KernelOptions } from '../src/kernel.ts'

/** A temporary folder that is removed after the test. */
export function temporaryFolder(t: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cardcage-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Write files into a folder, by relative path. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return folder
}

/** Write a plugin folder: a manifest and an entry `index.ts`. The manifest says nothing of what it provides: that is learnt. */
export function writePlugin(
  parent: string,
  id: string,
  entry: string,
  manifest: object = {},
  files: Readonly<Record<string, string>> = {},
): string {
  return writeFiles(join(parent, id), { 'plugin.json': JSON.stringify({ id, version: '1.0.0', ...manifest }), 'index.ts': entry, ...files })
}

/** Provide one analysis called as its plugin, without inputs: `run` is the body of its function. */
export function analysisPlugin(name: string, run: string, before = ''): string {
  return `
import fs from 'node:fs'
import { definePlugin, operation, table, reader, PluginError } from '@cardcage/plugin'
${before}
export default definePlugin({ setup: (ctx) => ({ analysis: { '${name}': operation({ inputs: {}, async run(_inputs: any, _params: any, call: any) { ${run} } }) } }) })
`
}

/** What a manifest says of such an analysis. */
export function analysisProvides(name: string): object {
  return { provides: { analysis: { [name]: { inputs: {} } } } }
}

/** A kernel over temporary folders, stopped after the test. */
export async function temporaryKernel(t: Pick<TestContext, 'after'>, options: KernelOptions = {}): Promise<Kernel> {
  const kernel = await createKernel(options)
  t.after(() => kernel.stop())
  return kernel
}

/** The error a promise rejects with. @throws where it does not reject */
export async function rejection<E = Error>(promise: Promise<unknown>): Promise<E> {
  const value = await promise.then(
    (given) => ({ given }),
    (error: unknown) => ({ error }),
  )
  if ('error' in value) return value.error as E
  throw new Error('it should have failed')
}

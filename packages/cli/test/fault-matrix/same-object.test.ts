import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createKernel } from '@cardcage/kernel'
import type { Kernel } from '@cardcage/kernel'
import { PluginError } from '@cardcage/plugin'
import { cardcage, emptyFolder } from '../run-cli.ts'
import { analysisCode, call, pluginFiles } from './fault.ts'

const fails = (name: string, body: string) =>
  pluginFiles(
    name,
    analysisCode('run', `inputs: {}, params: z.object({ by: z.int().max(3).default(1) }), run: async (_, params, call) => { ${body} }`),
  )

const files = {
  ...fails('throws', 'throw new TypeError("left is not right")'),
  ...fails('limited', 'throw new PluginError("rate-limited", "Too many", { retryAfter: 1500, details: { per: "minute" } })'),
  ...fails('leaves', 'console.error("last words"); process.exit(3)'),
  ...fails('peeks', '(await import("node:fs")).readFileSync("/etc/hostname")'),
  ...pluginFiles('needs', analysisCode('run', 'inputs: {}, run: () => ({ summary: {} })'), {
    dependencies: [{ name: 'absent', version: '*' }],
  }),
}

const failures: readonly { readonly what: string; readonly address: string; readonly params?: Readonly<Record<string, string>> }[] = [
  { what: 'an unknown slot', address: 'thrws.analysis.run' },
  { what: 'a param out of range', address: 'throws.analysis.run', params: { by: '9' } },
  { what: 'a throw', address: 'throws.analysis.run' },
  { what: 'an error with a delay and details', address: 'limited.analysis.run' },
  { what: 'a crash', address: 'leaves.analysis.run' },
  { what: 'a refused permission', address: 'peeks.analysis.run' },
  { what: 'a dependency that is missing', address: 'needs.analysis.run' },
]

for (const { what, address, params = {} } of failures) {
  test(`${what}: the same object from the kernel and from the command line`, async (t) => {
    const cwd = emptyFolder(t)
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true })
      writeFileSync(join(cwd, path), text)
    }
    const error = await errorOf(await openKernel(t, join(cwd, 'plugins')), address, params)
    const pairs = Object.entries(params).flatMap(([name, value]) => ['-p', `${name}=${value}`])
    const { document } = await cardcage([...call(address, ...pairs), '--json'], { cwd })
    assert.deepEqual(document().error, JSON.parse(JSON.stringify(error)))
  })
}

async function openKernel(t: TestContext, plugins: string): Promise<Kernel> {
  const kernel = await createKernel({ plugins: [plugins] })
  t.after(() => kernel.stop())
  return kernel
}

/** What a program sees of the failure: the address is found and called as the command does it. */
async function errorOf(kernel: Kernel, address: string, params: Readonly<Record<string, string>>): Promise<PluginError> {
  try {
    const { slot, kind, name } = await kernel.resolve(address)
    await kernel.analyze(`${slot}.${kind}.${name}`, { params })
  } catch (thrown) {
    assert.ok(PluginError.is(thrown))
    return thrown
  }
  return assert.fail(`${address} did not fail`)
}

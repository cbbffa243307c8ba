import type { Json } from '@cardcage/plugin'

/** One way to fail: a row of the matrix. */
export interface Fault {
  /** Unique, in words. */
  readonly what: string
  /** After `cardcage`. */
  readonly args: readonly string[]
  /** Files of the working directory by path; `null` makes a folder, `link` a symbolic link. */
  readonly files?: Readonly<Record<string, string | Uint8Array | { readonly link: string } | null>>
  readonly stdin?: string
  /** Environment beside that of the test. */
  readonly env?: Readonly<Record<string, string>>
  /** Runs before it, in the same folder, and what they exit with. */
  readonly before?: { readonly args: readonly string[]; readonly exit: number; readonly times: number }
  readonly code: string
  /** What the message names: the value that is wrong, and where. */
  readonly says: readonly (string | RegExp)[]
  /** What the hint tells to do. */
  readonly hint: RegExp
  /** `details.cause`, where there is one. */
  readonly cause?: string
}

/** The files of a plugin folder `plugins/ID`. */
export function pluginFiles(id: string, code: string, manifest: Readonly<Record<string, Json>> = {}): Record<string, string> {
  const imports = `import { definePlugin, format, handler, operation, plot, PluginError, source, table } from '@cardcage/plugin'\nimport { z } from 'zod'\n`
  return {
    [`plugins/${id}/plugin.json`]: JSON.stringify({ id, version: '1.0.0', description: `The plugin ${id}`, ...manifest }),
    [`plugins/${id}/index.ts`]: imports + code,
  }
}

/** Code of a plugin with one analysis. */
export function analysisCode(name: string, definition: string): string {
  return `export default definePlugin({ setup: (ctx) => ({ analysis: { ${name}: operation({ ${definition} }) } }) })\n`
}

/** Code of a plugin with one analysis without inputs that does this with `params`, `call` and `ctx`. */
export function runCode(name: string, body: string): string {
  return analysisCode(name, `inputs: {}, run: async (_inputs, params, call) => { ${body} }`)
}

/** Arguments of a call of what the plugins of the folder provide, without the built-in ones. */
export function call(address: string, ...more: readonly string[]): string[] {
  return ['plugin', 'call', address, '--plugins', 'plugins', '--no-builtin', ...more]
}

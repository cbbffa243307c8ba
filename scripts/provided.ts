import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin, PluginContext, Provides } from '@cardcage/plugin'
import { describeProvides } from '../packages/kernel/src/manifest/describe-provides.ts'
import type { ProvidedByKind } from '../packages/kernel/src/manifest/provides.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The folders of the plugins of this repository, those among the examples included. */
export const pluginFolders: readonly string[] = globSync(['plugins/*/plugin.json', 'examples/*/plugin.json'], { cwd: root })
  .map((path) => `${root}${dirname(path)}`)
  .sort()

/** A manifest as it is written, as far as it repeats the code. */
export interface WrittenManifest {
  readonly entry: string
  readonly provides?: unknown
  readonly config_schema?: unknown
}

/** The manifest of a plugin folder. */
export async function readWritten(folder: string): Promise<WrittenManifest> {
  return JSON.parse(await readFile(`${folder}/plugin.json`, 'utf8')) as WrittenManifest
}

/** What the code of a plugin says that its manifest repeats. Runs its `setup` without a host. */
export async function readCode(folder: string): Promise<{ provides: ProvidedByKind; config_schema?: unknown }> {
  const { entry } = await readWritten(folder)
  const { default: plugin } = (await import(`${folder}/${entry}`)) as { default: Definition }
  const { $schema: _, ...schema } = plugin.config?.['~standard'].jsonSchema.input({ target: 'draft-2020-12' }) ?? {}
  const provides = describeProvides(await plugin.setup({ config: {} } as PluginContext))
  return { provides, ...(plugin.config ? { config_schema: schema } : {}) }
}

type Definition = Plugin & {
  readonly config?: { readonly '~standard': { readonly jsonSchema: { input(options: object): Record<string, unknown> } } }
  setup(ctx: PluginContext): Provides | PromiseLike<Provides>
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { loadConfig, type Kernel, type KernelOptions, type LoadedConfig, type LogRecord } from '@cardcage/kernel'
import type { Json } from '@cardcage/plugin'
import { emptyFolder, openKernel, type Written, writePlugins } from '../host.ts'

/** A folder in which configuration is looked for: system, user and project have a folder each. */
export interface Machine {
  /** The working directory. */
  readonly project: string
  readonly system: string
  readonly user: string
  readonly workspace: string
  /** Write a file, below the folder of all. */
  write(path: string, text: string): string
  load(environment?: Readonly<Record<string, string>>, files?: readonly string[]): LoadedConfig
}

/** Make such a folder with these files: `project/cardcage.yaml`, `user/cardcage/cardcage.toml`, `system/cardcage.json`. */
export function machine(t: TestContext, files: Readonly<Record<string, string>> = {}): Machine {
  const root = emptyFolder(t)
  const [project, system, user, workspace] = ['project', 'system', 'user', 'project/.cardcage'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ]
  const write = (path: string, text: string) => {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    return file
  }
  mkdirSync(workspace, { recursive: true })
  for (const [path, text] of Object.entries(files)) write(path, text)
  const load = (environment = {}, named: readonly string[] = []) =>
    loadConfig({ cwd: project, system, environment: { XDG_CONFIG_HOME: user, ...environment }, files: named })
  return { project, system, user, workspace, write, load }
}

/** Problems as `severity file:line key: message`, the files relative to the folder of all. */
export function told({ problems }: Pick<LoadedConfig, 'problems'>, { project }: Machine): readonly string[] {
  return problems.map(({ severity, file, line, key, message }) =>
    `${severity} ${file}${line === undefined ? '' : `:${line}`}${key === undefined ? '' : ` ${key}`}: ${message}`.replaceAll(
      `${dirname(project)}/`,
      '',
    ),
  )
}

/** Code of a plugin whose analysis `tell` answers with its config. */
export const teller = `export default definePlugin({ setup: (ctx) => ({ analysis: { tell: operation({ inputs: {}, run: () => ({ summary: { config: JSON.stringify(ctx.config) } }) }) } }) })\n`

/** Its manifest with this config schema. */
export function tellerOf(configSchema?: Json, more: Readonly<Record<string, Json>> = {}): Written {
  return {
    manifest: {
      provides: { analysis: { tell: { inputs: {} } } },
      ...(configSchema === undefined ? {} : { config_schema: configSchema }),
      ...more,
    },
    code: teller,
  }
}

/** A kernel over these plugins with this machine's configuration. */
export async function configuredKernel(
  t: TestContext,
  on: Machine,
  plugins: Readonly<Record<string, Written>>,
  environment: Readonly<Record<string, string>> = {},
  options: KernelOptions = {},
): Promise<Kernel & { readonly lines: readonly LogRecord[] }> {
  return await openKernel(t, { plugins: [writePlugins(emptyFolder(t), plugins)], config: on.load(environment), ...options })
}

/** The config a slot's plugin was started with. */
export async function configIn(kernel: Kernel, slot: string): Promise<unknown> {
  const { result } = await kernel.analyze(`${slot}.analysis.tell`)
  return JSON.parse(result.summary['config'] as string)
}

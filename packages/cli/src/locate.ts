import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Beside the built files in the packed CLI, else at the root of the workspace. */
function shipped(folder: string): string {
  const packed = fileURLToPath(new URL(`../${folder}`, import.meta.url))
  return existsSync(packed) ? packed : fileURLToPath(new URL(`../../../${folder}`, import.meta.url))
}

/** Folder of the built-in plugins. */
export const builtinPlugins = (): string => shipped('plugins')

/** Folder of the data files the demo runs on. */
export const exampleData = (): string => shipped('examples/data')

/** Folder of the templates of `plugin dev new`, one folder per kind. */
export const templates = (): string => fileURLToPath(new URL('../templates', import.meta.url))

/** Version of the CLI. */
export function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return String((manifest as { version: unknown }).version)
}

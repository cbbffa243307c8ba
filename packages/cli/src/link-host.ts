import { mkdir, symlink } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { existsSync } from 'node:fs'

/** What was linked into a plugin's folder. */
export interface Linked {
  /** Names under `node_modules`. */
  readonly links: readonly string[]
  /** What a plugin's author would want and this installation does not have. */
  readonly missing: readonly string[]
}

/**
 * Link the packages a plugin's author needs from this installation into `node_modules` of the plugin: contract, kernel (for tests), zod, and, where
 * they are installed, TypeScript and Node's types. The running Node and this CLI are linked as commands, so that `npm test` and `npx cardcage` use them.
 */
export async function linkHost(folder: string): Promise<Linked> {
  const here = import.meta.url
  const kernel = packageFolder('@cardcage/kernel', here)
  const wanted: Readonly<Record<string, string | undefined>> = {
    '@cardcage/plugin': packageFolder('@cardcage/plugin', here),
    '@cardcage/kernel': kernel,
    zod: kernel === undefined ? undefined : packageFolder('zod', join(kernel, 'package.json')),
    '@types/node': packageFolder('@types/node', here),
    typescript: packageFolder('typescript', here),
  }
  const found = Object.entries(wanted).flatMap(([name, target]) => (target === undefined ? [] : [[name, target] as const]))
  const commands: (readonly [string, string])[] = [
    ['.bin/node', process.execPath],
    ['.bin/cardcage', fileURLToPath(new URL('../bin/cardcage.js', here))],
    ['.bin/tsc', join(wanted['typescript'] ?? '/', 'bin/tsc')],
  ]
  const links = [...found, ...commands.filter(([, target]) => existsSync(target))]
  for (const [name, target] of links) {
    const link = join(folder, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(target, link)
  }
  return { links: links.map(([name]) => name), missing: Object.keys(wanted).filter((name) => wanted[name] === undefined) }
}

function packageFolder(name: string, from: string): string | undefined {
  try {
    const manifest = findPackageJSON(name, from)
    return manifest === undefined ? undefined : dirname(manifest)
  } catch {
    return undefined
  }
}

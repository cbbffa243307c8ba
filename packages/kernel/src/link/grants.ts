import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Manifest } from '../manifest/manifest.ts'

/** Node's permission flags for one instance: what its manifest asks for, and what it needs to run at all. */
export function permissionFlags(manifest: Manifest, read: readonly string[], write: readonly string[]): string[] {
  const { permissions } = manifest
  const reads = [...read, ...write, ...permissions.read.map(({ value }) => value), ...permissions.write.map(({ value }) => value)]
  const writes = [...write, ...permissions.write.map(({ value }) => value)]
  return [
    '--permission',
    ...reads.map((path) => `--allow-fs-read=${path}`),
    ...writes.map((path) => `--allow-fs-write=${path}`),
    ...(opensSockets(manifest) ? ['--allow-net'] : []),
  ]
}

/** Does the manifest ask for sockets of its own (`net: ["sockets"]`), beyond `ctx.fetch`? */
export function opensSockets({ permissions }: Manifest): boolean {
  return permissions.net.some(({ value }) => value === 'sockets')
}

/**
 * The folders of the npm packages a folder's `package.json` depends on, and of what they depend on: found as Node would, from each package upwards.
 * Nothing else outside the plugin's folder is readable to it.
 */
export function packageFolders(folder: string): string[] {
  const found = new Set<string>()
  const visit = (from: string) => {
    for (const name of dependencyNames(from)) {
      const linked = findPackage(name, from)
      if (linked === undefined || found.has(linked)) continue
      const real = realpathSync(linked)
      found.add(linked).add(real)
      visit(real)
    }
  }
  visit(folder)
  return [...found]
}

/** A name npm would take: not one that leads out of `node_modules`. */
const packageName = /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/

function dependencyNames(folder: string): string[] {
  try {
    const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ) as Record<string, object>
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    return names.filter((name) => packageName.test(name) && name !== '@cardcage/plugin')
  } catch {
    return []
  }
}

function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return candidate
    if (folder === dirname(folder)) return undefined
  }
}

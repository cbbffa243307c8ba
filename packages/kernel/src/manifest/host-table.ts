import { createRequire } from 'node:module'

/**
 * The hosts a manifest may name, with the version this program stands in for: their guides' plugins are compared with it. `cardcage` is this program itself.
 */
export const hostVersions: Readonly<Record<Exclude<HostName, 'cardcage'>, string>> = {
  chronos: '0.1.0',
  'distributed-transformer': '0.1.0',
  'platform-base': '2.0.0',
  panotti: '1.0.0',
  'recommendation-engine': '1.0.0',
}

/** Names of hosts. */
export type HostName = (typeof hostNames)[number]

/** Every host a manifest may name; `cardcage` is this one. */
export const hostNames = ['cardcage', 'chronos', 'distributed-transformer', 'platform-base', 'panotti', 'recommendation-engine'] as const

/** The version of a host, as it is emulated here. */
export function hostVersion(name: HostName): string {
  return name === 'cardcage' ? ownVersion() : hostVersions[name]
}

function ownVersion(): string {
  // Read only where a manifest names a range of this host's versions.
  return (createRequire(import.meta.url)('../../package.json') as { version: string }).version
}

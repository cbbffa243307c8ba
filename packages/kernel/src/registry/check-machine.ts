import { PluginError } from '@cardcage/plugin'
import type { Manifest } from '../manifest/manifest.ts'
import { isInRange } from '../manifest/version-range.ts'

/** The machine a plugin is to run on. */
export interface Machine {
  /** As `process.platform`: `linux`. */
  readonly platform: string
  /** As `process.arch`: `x64`. */
  readonly arch: string
  /** Versions of runtimes by name: `{ node: '26.1.0' }`. */
  readonly runtimes: Readonly<Record<string, string>>
}

/** The machine this process runs on. */
export const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  runtimes: { node: process.versions.node, v8: process.versions.v8 },
}

/**
 * Why a plugin cannot run on a machine: not one of its platforms (`linux`, `linux-x64`), or a runtime of another version; `undefined` if it can.
 * Ranges of runtimes that are not there at all, such as Python, mean nothing here: the manifest's reader has said so.
 *
 * @see Panotti guide, "Deployment Considerations": platform requirements
 */
export function checkMachine({ id, platforms, runtime }: Manifest, machine: Machine = thisMachine): PluginError | undefined {
  const { platform, arch, runtimes } = machine
  if (platforms.length > 0 && !platforms.includes(platform) && !platforms.includes(`${platform}-${arch}`)) {
    return new PluginError('incompatible', `${id} runs on ${platforms.join(', ')}; this is ${platform}-${arch}`, {
      hint: 'Run it on one of these, or ask its author for a release for this platform.',
      details: { required: [...platforms], found: `${platform}-${arch}` },
    })
  }
  for (const [name, range] of Object.entries(runtime)) {
    const found = runtimes[name]
    if (found === undefined || isInRange(found, range)) continue
    return new PluginError('incompatible', `${id} needs ${name} ${range}; this host runs on ${name} ${found}`, {
      hint: `Run the host on ${name} ${range}, or install a release of ${id} for ${found}.`,
      details: { required: `${name} ${range}`, found },
    })
  }
  return undefined
}

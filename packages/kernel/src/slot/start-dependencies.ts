import { PluginError } from '@cardcage/plugin'
import type { Dependency } from '../manifest/manifest.ts'
import { copyError } from '../policy/copy-error.ts'
import type { Slot } from './slot.ts'

/**
 * Start what a slot depends on, one after the other; an optional one that fails is gone on without.
 *
 * @returns why optional ones are not there, for people
 * @throws {PluginError} what the first required one failed with, with the chain in its message
 */
export async function startDependencies(
  slot: string,
  dependencies: readonly Dependency[],
  slotOf: (plugin: string) => Slot | undefined,
): Promise<readonly string[]> {
  const without: string[] = []
  for (const { name, optional } of dependencies) {
    try {
      await slotOf(name)?.active(`needed by ${slot}`)
    } catch (thrown) {
      const error = PluginError.from(thrown)
      if (optional) {
        without.push(`optional dependency ${name} did not start: ${error.message}`)
        continue
      }
      throw copyError(error, { message: `${slot} → ${error.message.includes(' → ') ? '' : `${name}: `}${error.message}` })
    }
  }
  return without
}

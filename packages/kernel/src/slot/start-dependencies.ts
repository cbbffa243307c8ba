import { PluginError } from '@cardcage/plugin'
import type { Dependency } from '../manifest/manifest.ts'
import { copyError } from './error-at.ts'
import type { Slot } from './slot.ts'

/**
 * Start what a slot depends on, one after the other; an optional one that fails is gone on without.
 *
 * @throws {PluginError} what the first required one failed with, with the chain in its message
 */
export async function startDependencies(
  slot: string,
  dependencies: readonly Dependency[],
  slotOf: (plugin: string) => Slot | undefined,
): Promise<void> {
  for (const { name, optional } of dependencies) {
    try {
      await slotOf(name)?.active()
    } catch (thrown) {
      if (optional) continue
      const error = PluginError.from(thrown)
      throw copyError(error, { message: `${slot} → ${error.message.includes(' → ') ? '' : `${name}: `}${error.message}` })
    }
  }
}

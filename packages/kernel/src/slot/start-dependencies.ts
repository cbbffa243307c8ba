import { PluginError } from '@cardcage/plugin'
import type { Dependency } from '../manifest/manifest.ts'
import { copyError } from '../policy/copy-error.ts'
import type { Slot } from './slot.ts'

/**
 * Start what a slot depends on, one after the other; an optional one that fails is gone on without.
 *
 * @param signal aborts where nobody waits for it any more; what a dependency has begun goes on
 * @returns why optional ones are not there, for people
 * @throws {PluginError} what the first required one failed with, with the chain in its message
 */
export async function startDependencies(
  slot: string,
  dependencies: readonly Dependency[],
  slotOf: (plugin: string) => Slot | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const without: string[] = []
  for (const { name, optional } of dependencies) {
    try {
      await unlessAborted(signal, slotOf(name)?.active(`needed by ${slot}`))
    } catch (thrown) {
      signal.throwIfAborted()
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

async function unlessAborted(signal: AbortSignal, promise: Promise<unknown> | undefined): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason as Error)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

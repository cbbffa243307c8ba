import { Script } from 'node:vm'

const key = 'cardcage.bounded'
const script = new Script(`globalThis[Symbol.for('${key}')]()`)

/**
 * Do something that may take too long and cannot be asked to stop, such as a regular expression somebody else wrote: it is ended after so many milliseconds
 * of this thread's processor time. On a busy machine, where that is less than the time of the clock, `work` may be begun again: it must change nothing.
 * Costs a thread that watches, about a tenth of a millisecond.
 *
 * @returns what `work` returns, or `undefined` where the time was not enough
 */
export function bounded<T>(milliseconds: number, work: () => T): T | undefined {
  const symbol = Symbol.for(key)
  const place = globalThis as { [name: symbol]: unknown }
  const before = place[symbol]
  place[symbol] = work
  try {
    for (let timeout = milliseconds; ; timeout *= 2) {
      const before = used()
      try {
        return script.runInThisContext({ timeout }) as T
      } catch (error) {
        if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
        if (used() - before > milliseconds / 2) return undefined
      }
    }
  } finally {
    place[symbol] = before
  }
}

/** Milliseconds of processor time this thread has used. */
function used(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

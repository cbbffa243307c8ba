import { Script } from 'node:vm'

const key = 'cardcage.bounded'
const script = new Script(`globalThis[Symbol.for('${key}')]()`)

/**
 * Do something that may take too long and cannot be asked to stop, such as a regular expression somebody else wrote: it is ended after so many milliseconds.
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
    return script.runInThisContext({ timeout: milliseconds }) as T
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  } finally {
    place[symbol] = before
  }
}

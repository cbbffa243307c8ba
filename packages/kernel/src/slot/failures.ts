import { type Json, PluginError } from '@cardcage/plugin'
import type { Log } from '../observe/log.ts'
import type { SlotStore } from './store.ts'

/** Failures in a row after which a slot is taken out of service. */
export const quarantineAfter = 5

/** Wait after the second failure in a row, in milliseconds; none after the first, doubled with each further one, at most `longestWait`. */
const firstWait = 100
const longestWait = 30_000

/** Failures of one slot: when it may be tried again, and when no more. Survives the host. */
export class Failures {
  readonly #store: SlotStore
  readonly #slot: string
  #count = 0
  #reason: Json | undefined
  #retryAt = 0

  constructor(store: SlotStore, slot: string, log: Log) {
    this.#store = store
    this.#slot = slot
    try {
      const { count, reason } = store.failures(slot)
      this.#count = count
      this.#reason = reason
    } catch (error) {
      log.write({ level: 'warn', message: `Earlier failures of ${slot} are not known: ${PluginError.from(error).message}` })
    }
  }

  get count(): number {
    return this.#count
  }

  get quarantined(): boolean {
    return this.#count >= quarantineAfter
  }

  /** Milliseconds until the next try. */
  get wait(): number {
    return Math.max(0, this.#retryAt - performance.now())
  }

  /** One more, and why. */
  add(error: PluginError): void {
    this.#count++
    this.#reason = error.toJSON()
    this.#retryAt = this.#count === 1 ? 0 : performance.now() + Math.min(longestWait, firstWait * 2 ** (this.#count - 2))
    this.#keep()
  }

  /** It works, or somebody says it should be tried again. */
  clear(): void {
    if (this.#count === 0) return
    this.#count = 0
    this.#reason = undefined
    this.#retryAt = 0
    this.#keep()
  }

  /** What a caller of a quarantined slot is told. */
  error(): PluginError {
    const last = (this.#reason as { message?: string } | undefined)?.message ?? 'unknown'
    return new PluginError(
      'quarantined',
      `${this.#slot} was taken out of service after ${this.#count} failures in a row; the last: ${last}`,
      {
        hint: `When it is repaired: cardcage plugin release ${this.#slot}`,
        ...(this.#reason === undefined ? {} : { details: { last: this.#reason } }),
      },
    )
  }

  #keep(): void {
    try {
      this.#store.setFailures(this.#slot, this.#count, this.#reason)
    } catch {
      // A home that cannot be written only loses the count when the host ends.
    }
  }
}

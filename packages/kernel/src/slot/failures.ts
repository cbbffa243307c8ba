import { type Json, PluginError } from '@cardcage/plugin'
import type { Log } from '../observe/log.ts'
import type { SlotStore } from './store.ts'

/** Failures in a row after which a slot is taken out of service. */
export const quarantineAfter = 5

/** Milliseconds to wait after so many failures in a row: none after the first, 100 after the second, doubled with each further one, at most 30 s. */
export function waitAfter(failures: number): number {
  return failures < 2 ? 0 : Math.min(30_000, 100 * 2 ** (failures - 2))
}

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
    this.#retryAt = performance.now() + waitAfter(this.#count)
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

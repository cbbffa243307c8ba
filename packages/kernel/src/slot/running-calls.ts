import type { LinkResult } from '../link/link.ts'

/** The calls of one slot that have been sent and have not ended. */
export class RunningCalls {
  readonly #ends = new Set<Promise<void>>()

  /** Keep a call until it has ended on both sides, its streams included; then run `over`. */
  add(answering: Promise<LinkResult>, over: () => void): void {
    const end = answering.then(
      ({ ended }) => ended,
      () => undefined,
    )
    this.#ends.add(end)
    void end.then(() => {
      this.#ends.delete(end)
      over()
    })
  }

  /** Resolves when none runs any more, or after `within` milliseconds. */
  async drain(within: number): Promise<void> {
    if (this.#ends.size === 0) return
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, within)
    await Promise.race([Promise.all(this.#ends), late.promise])
    clearTimeout(timer)
  }
}

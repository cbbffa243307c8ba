/** Counts the calls of one slot that have been sent and have not ended. */
export class RunningCalls {
  #count = 0
  #idle: (() => void)[] = []

  /** One more; returns what is called when it has ended on both sides, its streams included. */
  begin(): () => void {
    this.#count++
    let ended = false
    return () => {
      if (ended) return
      ended = true
      if (--this.#count > 0) return
      for (const resolve of this.#idle.splice(0)) resolve()
    }
  }

  /** Resolves when none runs any more, or after `within` milliseconds. */
  async drain(within: number): Promise<void> {
    if (this.#count === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, within)
    this.#idle.push(resolve)
    await promise
    clearTimeout(timer)
  }
}

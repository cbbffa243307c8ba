/** Lets one piece of work run at a time, in the order in which they were given. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve()

  /** Run `work` when all that was given before has ended, however it ended. */
  run<T>(work: () => T | PromiseLike<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}

/** Bytes that may be held at once; who asks for more waits, first come first served. */
export class ByteBudget {
  readonly #size: number
  readonly #waiting: { bytes: number; go: () => void }[] = []
  #used = 0

  constructor(size: number) {
    this.#size = size
  }

  /** Wait for `bytes`, at most the whole budget. Returns what gives them back. */
  async take(bytes: number): Promise<() => void> {
    const share = Math.min(bytes, this.#size)
    if (this.#waiting.length > 0 || this.#used + share > this.#size)
      await new Promise<void>((go) => this.#waiting.push({ bytes: share, go }))
    else this.#used += share
    let given = false
    return () => {
      if (given) return
      given = true
      this.#used -= share
      this.#next()
    }
  }

  #next(): void {
    while (this.#waiting.length > 0 && this.#used + this.#waiting[0]!.bytes <= this.#size) {
      const { bytes, go } = this.#waiting.shift()!
      this.#used += bytes
      go()
    }
  }
}

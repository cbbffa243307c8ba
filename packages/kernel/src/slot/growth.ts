import { PluginError } from '@cardcage/plugin'
import { waitAfter } from './failures.ts'

/** Starts one more instance beside those that run, one at a time. Where that fails the slot goes on without it, and it is tried again after growing waits. */
export class Growth {
  readonly #start: (signal: AbortSignal) => Promise<void>
  readonly #onFailure: (error: PluginError) => void
  #growing: Promise<boolean> | undefined
  #controller: AbortController | undefined
  #failures = 0
  #notBefore = 0

  /** @param start starts one, and takes it in; `onFailure` is told why there is none */
  constructor(start: (signal: AbortSignal) => Promise<void>, onFailure: (error: PluginError) => void) {
    this.#start = start
    this.#onFailure = onFailure
  }

  /** May one be started now? Not where the last one has just failed. */
  get isDue(): boolean {
    return this.#failures === 0 || this.#growing !== undefined || performance.now() >= this.#notBefore
  }

  /** One more; who comes meanwhile waits for the same. Is there one? */
  more(): Promise<boolean> {
    return (this.#growing ??= this.#grow().finally(() => (this.#growing = undefined)))
  }

  /** End the one that is being started, if there is one. */
  async stop(reason: PluginError): Promise<void> {
    this.#controller?.abort(reason)
    await this.#growing
  }

  async #grow(): Promise<boolean> {
    const { signal } = (this.#controller = new AbortController())
    try {
      await this.#start(signal)
      this.#failures = 0
      return true
    } catch (error) {
      if (!signal.aborted) {
        this.#failures++
        this.#notBefore = performance.now() + waitAfter(this.#failures + 1)
      }
      this.#onFailure(PluginError.from(error))
      return false
    }
  }
}

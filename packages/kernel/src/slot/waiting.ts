import { PluginError } from '@cardcage/plugin'
import { longestTimer } from '../policy/pause.ts'

/** Waiting that ends at a deadline or when the caller takes the call back. */
export interface Waiting {
  /** Aborts with the error to throw. */
  readonly signal: AbortSignal
  /** Wait for something, but not longer. @throws the signal's reason */
  for<T>(promise: Promise<T>): Promise<T>
  /** Nothing is waited for any more. */
  end(): void
}

/** Begin to wait, at most `milliseconds`; `late` makes the error for that. */
export function startWaiting(milliseconds: number, signal: AbortSignal | undefined, late: () => PluginError): Waiting {
  const controller = new AbortController()
  const aborted = Promise.withResolvers<never>()
  aborted.promise.catch(() => undefined)
  const abort = (error: PluginError) => {
    controller.abort(error)
    aborted.reject(error)
  }
  const cancel = () => abort(cancelled(signal!.reason))
  const timer = setTimeout(() => abort(late()), Math.min(Math.max(0, milliseconds), longestTimer))
  signal?.addEventListener('abort', cancel, { once: true })
  if (signal?.aborted) cancel()
  return {
    signal: controller.signal,
    for: (promise) => Promise.race([promise, aborted.promise]),
    end() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    },
  }
}

/** Why a caller took a call back, as an error. */
export function cancelled(reason: unknown): PluginError {
  return PluginError.is(reason) ? reason : new PluginError('cancelled', 'The call was cancelled', { cause: reason })
}

/** A time a call may take. @throws {PluginError} `invalid-call` where it is none */
export function checkedTimeout(timeout: number): number {
  if (timeout > 0) return Math.min(timeout, longestTimer)
  throw new PluginError('invalid-call', `timeout: ${timeout} given, milliseconds above 0 are possible`)
}

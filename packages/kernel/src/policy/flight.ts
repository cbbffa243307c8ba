import { PluginError } from '@cardcage/plugin'
import { cancelled } from '../link/pending-call.ts'
import { copyError } from './copy-error.ts'
import { longestTimer } from './pause.ts'

type Progress = { readonly done?: number; readonly note?: string }

/** A caller who waits for a call that others may wait for too. */
export interface Waiter {
  /** `kind.name`, for people. */
  readonly title: string
  /** Milliseconds. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** What the shared call is made with. */
export interface Flying {
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal
  /** When the last of those that wait will leave, in milliseconds since 1970. */
  deadline(): number
  onProgress(progress: Progress): void
}

/** One call for all who want the same at the same time. */
export interface Flight<T> {
  /** Wait for it. @throws {PluginError} a copy of what it fails with, `timeout`, or the signal's reason */
  join(waiter: Waiter): Promise<T>
}

/** Start a flight; its first waiter must join in the same turn, and the call is not made where he has left by then. A waiter leaves at his own deadline or signal; when the last has left, the call ends. */
export function startFlight<T>(make: (flying: Flying) => Promise<T>, onOver: () => void): Flight<T> {
  const controller = new AbortController()
  const waiters = new Set<{ readonly deadline: number; readonly onProgress: Waiter['onProgress'] }>()
  const landing = Promise.resolve()
    .then(() => {
      controller.signal.throwIfAborted()
      return make({
        signal: controller.signal,
        deadline: () => Math.max(...[...waiters].map(({ deadline }) => deadline)),
        onProgress(progress) {
          for (const waiter of waiters) waiter.onProgress?.(progress)
        },
      })
    })
    .finally(onOver)
  return {
    join: ({ title, timeout, signal, onProgress }) =>
      new Promise<T>((resolve, reject) => {
        const waiter = { deadline: Date.now() + timeout, onProgress }
        const end = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
          waiters.delete(waiter)
        }
        const leave = (error: PluginError) => {
          end()
          reject(error)
          if (waiters.size > 0) return
          onOver()
          controller.abort(error)
        }
        const late = () =>
          leave(new PluginError('timeout', `${title} was not done after ${timeout} ms`, { details: { cause: 'deadline' } }))
        const abort = () => leave(cancelled(signal!, title))
        const timer = setTimeout(late, Math.min(timeout, longestTimer))
        waiters.add(waiter)
        signal?.addEventListener('abort', abort, { once: true })
        landing.then(
          (value) => {
            end()
            resolve(value)
          },
          (error: unknown) => {
            end()
            reject(PluginError.is(error) ? copyError(error) : (error as Error))
          },
        )
        if (signal?.aborted) abort()
      }),
  }
}

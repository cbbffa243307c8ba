import { type Json, PluginError } from '@cardcage/plugin'
import { ExponentialBackoff, type IBackoff } from 'cockatiel'
import type { RetryConfig } from '../config/policy-config.ts'
import { isObject } from '../manifest/schema-node.ts'
import { cancelled } from '../link/pending-call.ts'
import { copyError } from './copy-error.ts'
import { pause } from './pause.ts'
import { StreamedAnswer } from './streamed-answer.ts'

/** A call that may be made more than once. */
export interface RetriedCall {
  /** `kind.name`, for people. */
  readonly title: string
  readonly signal?: AbortSignal | undefined
  /** Aborts when nothing is tried again any more. */
  readonly closed: AbortSignal
  /** When all attempts must be over, in milliseconds since 1970. */
  deadline(): number
  /** May the call be made once more after this? */
  mayRepeat(error: PluginError): boolean
  /** It is made once more, after so many milliseconds. */
  onRetry?(error: PluginError, attempt: number, wait: number): void
}

const defaults = { delay: 1000, maxDelay: 30_000, factor: 2 }

/**
 * Make attempts until one succeeds, no more may be made, or the next could not begin before the deadline. Between them it waits `delay · factorⁿ`, of which
 * up to a half is taken off by chance, or as long as the error asks for.
 *
 * @throws {PluginError} the last failure; after several attempts not `retryable` any more, with their number as `details.attempts`
 */
export async function retrying<T>(config: RetryConfig, call: RetriedCall, attempt: (attempt: number) => Promise<T>): Promise<T> {
  let backoff = delays(config)
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt(attempts)
    } catch (error) {
      if (error instanceof StreamedAnswer) throw error
      const failure = PluginError.from(error)
      const wait = Math.max(backoff.duration, failure.retryAfter ?? 0)
      const last = attempts === 1 ? failure : copyError(failure, { retryable: false, details: withAttempts(failure.details, attempts) })
      if (attempts > config.retries || call.closed.aborted || !call.mayRepeat(failure) || Date.now() + wait >= call.deadline()) throw last
      call.onRetry?.(failure, attempts + 1, wait)
      await pause(wait, call.signal, (signal) => cancelled(signal, call.title), call.closed)
      if (call.closed.aborted) throw last
      backoff = backoff.next(undefined)
    }
  }
}

/** The details of the last failure, and how many attempts there were. */
function withAttempts(details: Json | undefined, attempts: number): Json {
  if (details === undefined) return { attempts }
  return isObject(details) ? { ...details, attempts } : { details, attempts }
}

/** cockatiel's own generators know no factor but 2, or have random sums. */
function delays({ delay = defaults.delay, maxDelay = defaults.maxDelay, factor = defaults.factor }: RetryConfig): IBackoff<unknown> {
  return new ExponentialBackoff<number>({
    initialDelay: delay,
    maxDelay,
    exponent: factor,
    generator(attempt = 0, { initialDelay, exponent, maxDelay: most }) {
      const whole = Math.min(most, initialDelay * exponent ** attempt)
      return [Math.floor((whole + Math.random() * whole) / 2), attempt + 1]
    },
  }).next()
}

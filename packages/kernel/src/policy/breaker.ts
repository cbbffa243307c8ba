import { PluginError } from '@cardcage/plugin'
import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, DelegateBackoff, handleWhen } from 'cockatiel'
import { printDuration } from '../base/quantity.ts'
import type { BreakerConfig } from '../config/policy-config.ts'
import { StreamedAnswer } from './streamed-answer.ts'

/** How a breaker stands. */
export interface BreakerState {
  /** `open`: no call is made; `half-open`: one is, to see how it goes. */
  readonly state: 'closed' | 'open' | 'half-open'
  readonly since: Date
  /** Where it is not closed: the last failure. */
  readonly failure?: string
}

/** What one attempt gave; `ended` where it is a stream, rejects with what that failed with. */
export interface Attempted<T> {
  readonly value: T
  readonly ended?: Promise<void> | undefined
}

/** Stops calling what keeps failing. */
export interface Breaker {
  /** @throws {PluginError} `unavailable` with `retryAfter` where it is open, or what the attempt failed with */
  run<T>(attempt: () => Promise<Attempted<T>>): Promise<T>
  state(): BreakerState
  /** Close it, and begin the count anew. */
  reset(): void
}

const defaultOpenFor = 30_000

const states = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
} as const

/**
 * Make the breaker of one slot. So many failures in a row open it; errors whose origin is the caller do not count. When it has been open for its time, one call
 * is made as a probe: it closes the breaker, or opens it anew. Streams count when they have ended, a probe's when it has begun.
 */
export function createBreaker(slot: string, config: BreakerConfig, onState: (state: BreakerState) => void): Breaker {
  const { failures, openFor = defaultOpenFor } = config
  let since = new Date()
  let opened = 0
  let wait = 0
  let last: PluginError | undefined
  const make = () => {
    const made = circuitBreaker(handleWhen(isFailure), {
      breaker: new ConsecutiveBreaker(failures),
      halfOpenAfter: new DelegateBackoff((context) => {
        opened = Date.now()
        wait = 'error' in context.result && context.result.error instanceof Unfinished ? 0 : openFor
        return wait
      }),
    })
    made.onStateChange(() => {
      if (made === policy) changed()
    })
    return made
  }
  let policy = make()
  const state = (): BreakerState => ({
    state: states[policy.state],
    since,
    ...(last && policy.state !== CircuitState.Closed ? { failure: last.message } : {}),
  })
  const changed = () => {
    since = new Date()
    onState(state())
  }
  const refusal = () => {
    const retryAfter = policy.state === CircuitState.HalfOpen ? undefined : Math.max(0, opened + wait - Date.now())
    const when =
      retryAfter === undefined ? 'one call tries whether it works again' : `one call may try again in ${printDuration(retryAfter)}`
    const times = failures === 1 ? '' : ` ${failures} times in a row`
    return new PluginError('unavailable', `${slot} failed${times} and is not called: ${when}. The last failure: ${last!.message}`, {
      ...(retryAfter === undefined ? {} : { retryAfter }),
      hint: last!.hint ?? `Find out why it fails with \`cardcage plugin info ${slot}\`.`,
      details: { breaker: states[policy.state], code: last!.code },
    })
  }
  return {
    state,
    reset() {
      const wasOpen = policy.state !== CircuitState.Closed
      policy = make()
      if (wasOpen) changed()
    },
    async run<T>(attempt: () => Promise<Attempted<T>>): Promise<T> {
      if (policy.state === CircuitState.HalfOpen) throw refusal()
      const probes = policy.state === CircuitState.Open
      return await new Promise<T>((resolve, reject) => {
        const counted = async () => {
          try {
            const { value, ended } = await attempt()
            resolve(value)
            if (!probes) await ended
          } catch (error) {
            if (isFailure(error)) last = PluginError.from(error)
            throw probes && isUnfinished(error) ? new Unfinished(error) : error
          }
        }
        policy.execute(counted).catch((error: unknown) => {
          if (error instanceof BrokenCircuitError) reject(refusal())
          else reject(error instanceof Unfinished ? error.reason : (error as Error))
        })
      })
    },
  }
}

/** A probe that says nothing: the next call probes once more. */
class Unfinished extends Error {
  readonly reason: PluginError

  constructor(reason: PluginError) {
    super(reason.message)
    this.reason = reason
  }
}

function isFailure(error: unknown): boolean {
  return !(error instanceof StreamedAnswer) && !(PluginError.is(error) && error.origin === 'caller')
}

/** The call was taken back, or not made: there were too many. */
function isUnfinished(error: unknown): error is PluginError {
  return PluginError.is(error) && error.origin === 'caller' && ['cancelled', 'rate-limited', 'unavailable'].includes(error.code)
}

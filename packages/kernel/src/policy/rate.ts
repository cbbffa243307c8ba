import { PluginError } from '@cardcage/plugin'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import { printDuration } from '../base/quantity.ts'
import type { RateConfig } from '../config/policy-config.ts'

/** Lets so many calls through in any span of so much time. */
export interface Rate {
  /** Take a place for one call. @throws {PluginError} `rate-limited` with `retryAfter` where all are taken */
  take(): Promise<void>
}

/**
 * Make the rate limit of one slot. There are as many places as calls; they are taken in turn, and each is free again when the time is over. So the window slides:
 * no span of that length has more calls, which one counter per window would allow at its edges.
 */
export function createRate(slot: string, { calls, per }: RateConfig): Rate {
  const places = new RateLimiterMemory({ points: 1, duration: per / 1000 })
  let next = 0
  let line: Promise<unknown> = Promise.resolve()
  const takeNext = async () => {
    try {
      await places.consume(String(next))
      next = (next + 1) % calls
    } catch (refusal) {
      if (refusal instanceof Error) throw refusal
      throw tooMany(Math.ceil((refusal as RateLimiterRes).msBeforeNext))
    }
  }
  /** It says nothing of the plugin's health: the callers are too many. */
  const tooMany = (retryAfter: number) =>
    new PluginError('rate-limited', `${slot} may be called ${calls} times in ${printDuration(per)}, and was`, {
      origin: 'caller',
      retryAfter,
      hint: `Try again in ${printDuration(retryAfter)}; the limit is \`policy.rate\` of the slot.`,
      details: { calls, per },
    })
  return {
    take() {
      const turn = line.then(takeNext)
      line = turn.catch(() => undefined)
      return turn
    },
  }
}

import { PluginError } from '@cardcage/plugin'

/** A number of shares that are taken and given back; who finds too few waits in line. */
export interface Limit {
  readonly size: number
  /** Shares that are taken. */
  readonly taken: number
  /** How many wait. */
  readonly waiting: number
  /** Take `shares`, waiting for them. @throws {PluginError} `limit-exceeded` above the size, `unavailable` where no more may wait, or the signal's reason */
  take(shares: number, signal?: AbortSignal): Promise<() => void>
  /** Take `shares` if they are free now and nobody waits. */
  takeNow(shares: number): (() => void) | undefined
}

/**
 * Make a limit: calls at once (shares of 1), or bytes of a memory budget. Served strictly in order, so that a large request is not starved by small ones.
 * At most `queue` wait; default any number.
 */
export function createLimit(size: number, queue = Number.POSITIVE_INFINITY): Limit {
  let taken = 0
  const line: { shares: number; go: () => void }[] = []
  const giveBack = (shares: number) => {
    let given = false
    return () => {
      if (given) return
      given = true
      taken -= shares
      advance()
    }
  }
  const advance = () => {
    while (line.length > 0 && taken + line[0]!.shares <= size) line.shift()!.go()
  }
  return {
    size,
    get taken() {
      return taken
    },
    get waiting() {
      return line.length
    },
    takeNow(shares) {
      if (line.length > 0 || taken + shares > size) return undefined
      taken += shares
      return giveBack(shares)
    },
    async take(shares, signal) {
      if (!(shares >= 0 && shares <= size)) throw new PluginError('limit-exceeded', `${shares} asked for, ${size} is all there is`)
      signal?.throwIfAborted()
      if (line.length === 0 && taken + shares <= size) {
        taken += shares
        return giveBack(shares)
      }
      if (line.length >= queue) throw full(taken, line.length, queue)
      return await new Promise((resolve, reject) => {
        const entry = {
          shares,
          go: () => {
            signal?.removeEventListener('abort', leave)
            taken += shares
            resolve(giveBack(shares))
          },
        }
        const leave = () => {
          line.splice(line.indexOf(entry), 1)
          advance()
          reject(signal!.reason as Error)
        }
        signal?.addEventListener('abort', leave, { once: true })
        line.push(entry)
      })
    },
  }
}

/** It says nothing of the plugin's health: the callers are too many. */
function full(taken: number, waiting: number, queue: number): PluginError {
  return new PluginError('unavailable', `The call was not made: ${taken} run, and ${waiting} wait for their turn`, {
    origin: 'caller',
    hint: `Try again later; \`policy.queue\` of the slot lets ${queue} wait, \`policy.concurrency\` and \`instances\` let more run.`,
    details: { running: taken, waiting, queue },
  })
}

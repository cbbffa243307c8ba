import type { PluginError } from '@cardcage/plugin'
import { printDuration } from '../base/quantity.ts'
import type { PolicyConfig } from '../config/policy-config.ts'
import type { Log } from '../observe/log.ts'
import type { Attempted, Breaker, BreakerState } from './breaker.ts'
import { type CacheState, createResultCache, type ResultCache } from './result-cache.ts'
import type { Rate } from './rate.ts'
import type { RetriedCall } from './retry.ts'

/** Retry, breaker, rate and cache of one slot. */
export interface CallPolicy {
  readonly config: PolicyConfig
  /** Is any of them configured? Where none is, calls go past it. */
  readonly active: boolean
  /** Where results are kept; `undefined` where they are not. */
  readonly results: ResultCache | undefined
  /** Make a call: retry → breaker → rate → attempt. @throws {PluginError} the last failure, or why no attempt was made */
  run<T>(call: PolicyCall<T>): Promise<T>
  /** Begin anew: keep no results, close the breaker. For when the plugin has been stopped: it may be another when it starts again. */
  reset(): void
  /** Try nothing again any more: who waits for it gets the failure he has. For when the kernel stops. */
  close(): void
  /** How it stands now. */
  state(): PolicyState
}

/** A call under a policy. */
export interface PolicyCall<T> extends Omit<RetriedCall, 'closed' | 'onRetry'> {
  /** Make it, for the first time or once more. */
  attempt(attempt: number): Promise<Attempted<T>>
}

/** What can be shown of a policy; each part where it is configured. */
export interface PolicyState {
  readonly breaker?: BreakerState
  readonly cache?: CacheState
}

/** What a policy tells others. */
export interface PolicyHooks {
  /** Gets a line for every retry and every change of the breaker. */
  readonly log?: Log
  /** The breaker has changed. */
  readonly onState?: (state: BreakerState) => void
}

/** Make the policy of one slot. Its libraries are loaded by the first call that needs them: most programs never do. */
export function createCallPolicy(slot: string, config: PolicyConfig, { log, onState }: PolicyHooks = {}): CallPolicy {
  const since = new Date()
  const results = config.cache && createResultCache(config.cache)
  const onBreaker = (state: BreakerState) => {
    log?.write({ level: state.state === 'open' ? 'warn' : 'info', message: said(slot, state) })
    onState?.(state)
  }
  const onRetry = (title: string) => (error: PluginError, attempt: number, wait: number) =>
    log?.write({
      level: 'warn',
      message: `${title} failed (${error.message}); attempt ${attempt} in ${printDuration(wait)}`,
      fields: { code: error.code, attempt, wait },
    })
  // Made by the first call under a retry: one for each slot would be a good part of a listing's time.
  let closing: AbortController | undefined
  let isClosed = false
  const closed = () => {
    closing ??= new AbortController()
    if (isClosed) closing.abort()
    return closing.signal
  }
  let loading: Promise<Parts> | undefined
  let parts: Parts | undefined
  return {
    config,
    active: [config.retry, config.breaker, config.rate, config.cache].some((part) => part !== undefined),
    results,
    async run<T>(call: PolicyCall<T>): Promise<T> {
      parts ??= await (loading ??= load(slot, config, onBreaker))
      const { retrying, breaker, rate } = parts
      const limited = async (attempt: number) => {
        await rate?.take()
        return await call.attempt(attempt)
      }
      const once = async (attempt: number) => (breaker ? await breaker.run(() => limited(attempt)) : (await limited(attempt)).value)
      return await (retrying ? retrying({ ...call, closed: closed(), onRetry: onRetry(call.title) }, once) : once(1))
    },
    reset() {
      results?.forget()
      parts?.breaker?.reset()
    },
    close() {
      isClosed = true
      closing?.abort()
    },
    state: () => ({
      ...(config.breaker ? { breaker: parts?.breaker?.state() ?? { state: 'closed', since } } : {}),
      ...(results ? { cache: results.state() } : {}),
    }),
  }
}

interface Parts {
  readonly retrying: (<T>(call: RetriedCall, attempt: (attempt: number) => Promise<T>) => Promise<T>) | undefined
  readonly breaker: Breaker | undefined
  readonly rate: Rate | undefined
}

async function load(slot: string, { retry, breaker, rate }: PolicyConfig, onState: (state: BreakerState) => void): Promise<Parts> {
  const { retrying } = retry ? await import('./retry.ts') : {}
  return {
    retrying: retry && retrying && ((call, attempt) => retrying(retry, call, attempt)),
    breaker: breaker && (await import('./breaker.ts')).createBreaker(slot, breaker, onState),
    rate: rate && (await import('./rate.ts')).createRate(slot, rate),
  }
}

function said(slot: string, { state, failure }: BreakerState): string {
  if (state === 'closed') return `The breaker of ${slot} is closed: it works again`
  if (state === 'half-open') return `The breaker of ${slot} is half open: one call tries it`
  return `The breaker of ${slot} is open: it is not called for a while. The last failure: ${failure}`
}

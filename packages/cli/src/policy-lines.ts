import { printDuration, printSize, type SlotDetails } from '@cardcage/kernel'

/** What stands between a caller and a slot, in words: name and sentence of each part that is configured, and how it stands. */
export function policyLines({ policy, instances, concurrency }: SlotDetails): readonly (readonly [name: string, words: string])[] {
  const { timeout, startTimeout, queue, retry, breaker, rate, cache } = policy?.config ?? {}
  const atOnce = `${count(concurrency ?? 1, 'call')} at once${instances > 1 ? `, in each of up to ${instances} processes` : ''}`
  return [
    ...part(
      'calls',
      concurrency === undefined ? undefined : `${atOnce}${queue === undefined ? '' : `; at most ${queue} wait for their turn`}`,
    ),
    ...part('deadline', timeout && `${printDuration(timeout)} for waiting and all attempts together`),
    ...part('start', startTimeout && `an instance must be ready after ${printDuration(startTimeout)}`),
    ...part('retry', retry && retryWords(retry)),
    ...part('breaker', breaker && breakerWords(breaker, policy?.breaker)),
    ...part('rate', rate && `${count(rate.calls, 'call')} in any ${printDuration(rate.per)}`),
    ...part('cache', cache && cacheWords(cache, policy?.cache)),
  ]
}

type Policy = NonNullable<SlotDetails['policy']>

function part(name: string, words: string | number | undefined): readonly (readonly [string, string])[] {
  return words ? [[name, String(words)]] : []
}

function retryWords({ retries, delay = 1000, maxDelay = 30_000, factor = 2 }: NonNullable<Policy['config']['retry']>): string {
  if (retries === 0) return 'never'
  const growth = retries === 1 || factor === 1 ? '' : `, then ${factor} times as long each time, at most ${printDuration(maxDelay)}`
  return `${count(retries, 'time')}, first after ${printDuration(delay)}${growth}`
}

function breakerWords({ failures, openFor = 30_000 }: NonNullable<Policy['config']['breaker']>, state: Policy['breaker']): string {
  const now = state === undefined ? '' : `; ${state.state} since ${state.since.toISOString().replace('T', ' ').slice(0, 19)}`
  const why = state?.failure === undefined ? '' : `: ${state.failure}`
  return `opens for ${printDuration(openFor)} after ${count(failures, 'failure')}${failures === 1 ? '' : ' in a row'}${now}${why}`
}

function cacheWords({ ttl, maxBytes = 64 * 2 ** 20 }: NonNullable<Policy['config']['cache']>, state: Policy['cache']): string {
  const now =
    state === undefined
      ? ''
      : `; holds ${count(state.results, 'result')} (${printSize(state.bytes)}), ${count(state.hits, 'hit')}, ${state.misses} missed`
  return `results for ${printDuration(ttl)}, at most ${printSize(maxBytes)}${now}`
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

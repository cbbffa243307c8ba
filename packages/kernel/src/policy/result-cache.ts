import { LRUCache } from 'lru-cache'
import type { CacheConfig } from '../config/policy-config.ts'
import { type Flight, type Flying, startFlight, type Waiter } from './flight.ts'

/** A result as it is kept: nothing of it is shared with anybody. */
export interface Kept {
  /** JSON. */
  readonly text: string
  readonly bytes: readonly Uint8Array[]
  /** Milliseconds it holds, where that is less than the cache's. */
  readonly ttl?: number | undefined
}

/** A call whose result may come from another. */
export interface SharedCall<A> extends Waiter {
  /** The same for calls with the same result. */
  readonly key: string
  make(flying: Flying): Promise<A>
  /** What is kept of an answer. */
  keep(answer: A): Kept
  /** An answer of one's own from what was kept, `age` milliseconds ago. */
  again(kept: Kept, age: number): A
}

/** How a cache stands. */
export interface CacheState {
  readonly results: number
  readonly bytes: number
  readonly hits: number
  readonly misses: number
}

/** Results of one slot, and the calls for them that are on their way. */
export interface ResultCache {
  /** From the cache, from a call that others wait for, or by a call. @throws {PluginError} what the call fails with; a failure is not kept */
  share<A>(call: SharedCall<A>): Promise<A>
  /** What is known to answer streams, which cannot be kept. */
  streams(title: string): boolean
  noteStream(title: string): void
  /** Keep nothing of what there is. */
  forget(): void
  state(): CacheState
}

const defaultMaxBytes = 64 * 1024 * 1024

/** Make the cache of one slot: the least recently used results leave first. */
export function createResultCache({ ttl, maxBytes = defaultMaxBytes }: CacheConfig): ResultCache {
  const store = new LRUCache<string, { readonly kept: Kept; readonly at: number }>({
    maxSize: maxBytes,
    sizeCalculation: ({ kept }, key) => kept.bytes.reduce((sum, bytes) => sum + bytes.length, (kept.text.length + key.length) * 2),
    perf: { now: () => Date.now() },
    ttlResolution: 0,
  })
  const flights = new Map<string, Flight<{ answer: unknown; kept: Kept }>>()
  const streaming = new Set<string>()
  let generation = 0
  let hits = 0
  let misses = 0
  const start = <A>({ key, make, keep }: SharedCall<A>): Flight<{ answer: unknown; kept: Kept }> => {
    const begun = generation
    const flight = startFlight(
      async (flying) => {
        const answer = await make(flying)
        const kept = keep(answer)
        const holds = Math.floor(Math.min(ttl, kept.ttl ?? ttl))
        if (begun === generation && holds > 0) store.set(key, { kept, at: Date.now() }, { ttl: holds })
        return { answer: answer as unknown, kept }
      },
      () => {
        if (flights.get(key) === flight) flights.delete(key)
      },
    )
    flights.set(key, flight)
    return flight
  }
  return {
    async share<A>(call: SharedCall<A>): Promise<A> {
      const stored = store.get(call.key)
      if (stored) {
        hits++
        return call.again(stored.kept, Date.now() - stored.at)
      }
      const others = flights.get(call.key)
      if (others) {
        hits++
        return call.again((await others.join(call)).kept, 0)
      }
      misses++
      const { answer } = await start(call).join(call)
      return answer as A
    },
    streams: (title) => streaming.has(title),
    noteStream: (title) => void streaming.add(title),
    forget() {
      generation++
      streaming.clear()
      store.clear()
      flights.clear()
    },
    state: () => ({ results: store.size, bytes: store.calculatedSize, hits, misses }),
  }
}

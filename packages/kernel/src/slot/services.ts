import { type Json, PluginError } from '@cardcage/plugin'
import { LRUCache } from 'lru-cache'
import type { Services } from '../link/link.ts'
import type { Permission } from '../manifest/manifest.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Limit } from '../policy/limit.ts'
import { brokeredFetch } from './fetch.ts'
import type { SlotStore } from './store.ts'

/** What the services of a slot stand on. */
export interface ServiceParts {
  readonly slot: string
  readonly net: readonly Permission[]
  readonly log: Log
  readonly metrics: Metrics
  readonly store: SlotStore
  /** Bytes that calls may reserve together. */
  readonly memory: Limit
  readonly cache: SlotCache
  reveal(text: string): string
  emit(type: string, data: Json, subject: string | undefined, correlation: string | undefined): void
}

/** Cache of a slot: outlives its instances, bounded in bytes. */
export type SlotCache = LRUCache<string, { value: Json; revision: number }>

/** Bytes of JSON a slot may keep in its cache. */
const cacheBytes = 16 * 1024 * 1024

/** Make the cache of one slot. */
export function createSlotCache(): SlotCache {
  return new LRUCache({ maxSize: cacheBytes, sizeCalculation: ({ value }, key) => key.length + JSON.stringify(value).length + 16 })
}

/** What the kernel does for the instances of one slot. */
export function createServices(parts: ServiceParts): Services {
  const { slot, log, metrics, store, memory, cache } = parts
  const shares = new Map<number, () => void>()
  let nextShare = 1
  let revision = 0
  const questions: Record<
    string,
    (question: Readonly<Record<string, Json>>, signal: AbortSignal, defer: (cleanup: () => void) => void) => Promise<Json> | Json
  > = {
    'state.get': ({ key }) => ({ ...store.get(slot, text(key)) }),
    'state.set': ({ key, value }) => nothing(store.set(slot, text(key), value ?? null)),
    'state.swap': ({ key, value, revision }) => store.swap(slot, text(key), value ?? null, Number(revision)),
    'state.delete': ({ key }) => nothing(store.delete(slot, text(key))),
    'state.keys': ({ prefix }) => store.keys(slot, typeof prefix === 'string' ? prefix : ''),
    'cache.get': ({ key }) => ({ ...(cache.get(text(key)) ?? { revision: 0 }) }),
    'cache.set': ({ key, value, ttl }) =>
      nothing(cache.set(text(key), { value: value ?? null, revision: ++revision }, typeof ttl === 'number' && ttl > 0 ? { ttl } : {})),
    'cache.swap'({ key, value, revision: expected }) {
      if ((cache.get(text(key))?.revision ?? 0) !== expected) return false
      cache.set(text(key), { value: value ?? null, revision: ++revision }, { noUpdateTTL: true })
      return true
    },
    'cache.delete': ({ key }) => nothing(cache.delete(text(key))),
    'cache.keys': ({ prefix }) => [...cache.keys()].filter((key) => key.startsWith(typeof prefix === 'string' ? prefix : '')).sort(),
    async reserve({ bytes }, signal, defer) {
      if (typeof bytes !== 'number' || !(bytes >= 0))
        throw new PluginError('invalid-call', `reserve: ${JSON.stringify(bytes)} given, a number of bytes is possible`)
      if (bytes > memory.size) {
        throw new PluginError('limit-exceeded', `${bytes} bytes were to be reserved; all calls together may have ${memory.size}`, {
          hint: 'Work in smaller pieces, or give the kernel a larger memory budget.',
        })
      }
      const release = await memory.take(bytes, signal)
      const share = nextShare++
      shares.set(share, release)
      defer(() => {
        shares.delete(share)
        release()
      })
      return share
    },
    release: ({ share }) => nothing(shares.get(Number(share))?.()),
  }
  return {
    log: (level, message, call, fields) =>
      log.write({ level, message, ...(call === 0 ? {} : { call: String(call) }), ...(fields ? { fields } : {}) }),
    metric: (metric, name, labels, value) => metrics.record(metric, name, { ...labels, slot }, value),
    emit: parts.emit,
    async answer(what, question, { signal, defer }) {
      const answer = Object.hasOwn(questions, what) ? questions[what] : undefined
      if (!answer) throw new PluginError('unsupported', `The host does not know the question '${what}'`)
      return await answer(question, signal, defer)
    },
    fetch: (request, signal) => brokeredFetch(request, parts.net, parts.reveal, signal),
  }
}

function text(value: Json | undefined): string {
  if (typeof value !== 'string' || value.length > 1024) throw new PluginError('invalid-call', 'A key is text of at most 1,024 characters')
  return value
}

function nothing(_done: unknown): null {
  return null
}

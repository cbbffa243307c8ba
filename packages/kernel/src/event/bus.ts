import { randomUUID } from 'node:crypto'
import { type Event, type Json, PluginError } from '@cardcage/plugin'

/** An event as it is published: what is left out is filled in. */
export interface Publication {
  type: string
  data: Json
  subject?: string
  source?: string
  correlation?: string
  id?: string
  time?: Date
}

/** Events of one kernel. */
export interface EventBus {
  /** Fill in what is missing. @throws {PluginError} `invalid-call` for a type that is not dotted lower case */
  complete(publication: Publication): Event
  /** Tell every listener whose pattern matches; a listener that throws is the listener's business. */
  announce(event: Event): void
  /** Listen; returns the undo. Patterns: `order.created`, `order.*` (one word), `order.**`, `**`. */
  listen(pattern: string, listener: (event: Event) => void): () => void
}

/** Make the event bus of one kernel. */
export function createEventBus(): EventBus {
  const listeners = new Set<{ pattern: string; listener: (event: Event) => void }>()
  return {
    complete({ type, data, subject, source = '/cardcage', correlation, id = randomUUID(), time = new Date() }) {
      if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(type)) {
        throw new PluginError('invalid-call', `Event type '${type}' is not dotted lower case`, { hint: "Write it like 'order.created'." })
      }
      if (Number.isNaN(time.getTime())) throw new PluginError('invalid-call', `Event '${type}' has a time that is none`)
      return { id, type, source, time, ...(subject === undefined ? {} : { subject }), correlation: correlation ?? id, data }
    },
    announce(event) {
      for (const { pattern, listener } of listeners) {
        if (!matches(pattern, event.type)) continue
        try {
          listener(event)
        } catch {
          // A listener's failure must not reach the publisher, nor the other listeners.
        }
      }
    },
    listen(pattern, listener) {
      const entry = { pattern, listener }
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
  }
}

/** Does an event type match a pattern? `*` is one word, `**` any number of words. */
export function matches(pattern: string, type: string): boolean {
  const walk = (wanted: readonly string[], words: readonly string[]): boolean => {
    const [first, ...rest] = wanted
    if (first === undefined) return words.length === 0
    if (first === '**') return rest.length === 0 || words.some((_, index) => walk(rest, words.slice(index)))
    return words.length > 0 && (first === '*' || first === words[0]) && walk(rest, words.slice(1))
  }
  return pattern === type || walk(pattern.split('.'), type.split('.'))
}

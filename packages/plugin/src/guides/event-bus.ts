import type { Event, EventContext, EventListener, Publishable } from './event.ts'

let published = 0

/** Events from publisher to subscribers within one program: what a plugin has where no host gives it a bus. */
export class EventBus {
  readonly #listeners = new Map<string, Set<EventListener>>()

  /** Call `listener` with every event of that name; the same one is called once. */
  subscribe(name: string, listener: EventListener): void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
  }

  unsubscribe(name: string, listener: EventListener): void {
    this.#listeners.get(name)?.delete(listener)
  }

  /** Resolves when every subscriber is done. @throws what the first of them that failed threw, after all are done */
  async publish({ name, data = {}, context: given }: Publishable): Promise<void> {
    const id = `event-${++published}`
    const context: EventContext = { correlation_id: given?.correlation_id ?? id, timestamp: new Date(), metadata: {} }
    const event: Event = { id, event_id: id, name, data, payload: data, context, plugin_id: 'system', priority: 'normal' }
    const calls = [...(this.#listeners.get(name) ?? [])].map(async (listener) => await listener(event, context))
    for (const outcome of await Promise.allSettled(calls)) if (outcome.status === 'rejected') throw outcome.reason
  }
}

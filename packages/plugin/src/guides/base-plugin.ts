import { EventBus } from './event-bus.ts'
import type { Event, EventContext } from './event.ts'
import { type GuideLogger, silentLogger } from './guide-logger.ts'

/**
 * The base class of the event-driven guide. A host puts its own `logger`, `config` and `event_bus` in before `initialize`; outside a host they log nothing, are
 * empty, and reach who subscribed to this instance.
 *
 * A plugin is given the events named by `events`; without it those it subscribed to in `initialize`; without these all of them.
 *
 * @example
 * ```ts
 * import { BasePlugin, type Event } from '@cardcage/plugin/guides'
 *
 * class Greeter extends BasePlugin {
 *   override name = 'greeter'
 *   static events = ['user.created']
 *   override async handle_event(event: Event): Promise<void> {
 *     await this.emit_event('user.greeted', event.data)
 *   }
 * }
 * const greeter = new Greeter()
 * const greeted: unknown[] = []
 * greeter.event_bus.subscribe('user.greeted', (event) => void greeted.push(event.data))
 * greeter.event_bus.subscribe('user.created', (event) => greeter.handle_event(event))
 * await greeter.event_bus.publish({ name: 'user.created', data: { user: 'ann' } })
 * if (greeted.length !== 1) throw new Error()
 * ```
 */
export class BasePlugin {
  name = ''
  version = ''
  dependencies: readonly string[] = []
  logger: GuideLogger = silentLogger
  config: Readonly<Record<string, unknown>> = {}
  event_bus: EventBusLike = new EventBus()

  /** Called once, before any event. */
  async initialize(): Promise<void> {}

  /** Called once, after the last event. */
  async cleanup(): Promise<void> {}

  /** Answer to an event. Throwing means: not done. */
  async handle_event(_event: Event, _context: EventContext): Promise<void> {}

  /** A value of the config by its key, dotted for one inside another; `fallback` where there is none. */
  get_config<T>(key: string, fallback?: T): T {
    let value: unknown = Object.hasOwn(this.config, key) ? this.config[key] : undefined
    if (value === undefined) {
      value = this.config
      for (const step of key.split('.'))
        value =
          typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined
    }
    return (value ?? fallback) as T
  }

  /** Publish an event. Inside `handle_event` it keeps that event's correlation. */
  async emit_event(name: string, data: Readonly<Record<string, unknown>> = {}, correlation_id?: string): Promise<void> {
    await this.event_bus.publish({ name, data, ...(correlation_id === undefined ? {} : { context: { correlation_id } }) })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cleanup()
  }
}

/** What a plugin uses of an event bus. */
export type EventBusLike = Pick<EventBus, 'subscribe' | 'unsubscribe' | 'publish'>

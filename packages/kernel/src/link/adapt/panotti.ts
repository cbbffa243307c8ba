import { type Event, type Handler, PluginError, type Json, type Provides } from '@cardcage/plugin'
import { BasePlugin, type Event as GuideEvent, type EventContext, type EventListener, type Publishable } from '@cardcage/plugin/guides'
import type { Guide } from './guide.ts'
import { guarded } from './guide-error.ts'
import { guideLogger } from './guide-logger.ts'
import { bothCases, isRecord, member } from './spelling.ts'

/** What each plugin has subscribed to through its bus, by event type or pattern. */
const subscriptions = new WeakMap<object, Map<string, EventListener[]>>()

/** Slots of plugins that are being begun: they may still subscribe. */
const open = new WeakSet<object>()

/**
 * Give a plugin of the event guide what its base class promises, before it is initialized: its logger, its config, an event bus. One without the base class
 * gets them, and `get_config` and `emit_event`, where it has nothing of that name.
 */
export function joinBus(guide: Guide): void {
  const { plugin, ctx } = guide
  const listeners = new Map<string, EventListener[]>()
  subscriptions.set(plugin, listeners)
  open.add(plugin)
  const bus = {
    subscribe(name: string, listener: EventListener) {
      if (!open.has(plugin)) {
        throw new PluginError('unsupported', `The plugin subscribed to '${name}' after its start`, {
          hint: 'Subscribe in initialize, or name the events in `static events`.',
        })
      }
      const all = listeners.get(patternOf(name)) ?? []
      if (!all.includes(listener)) listeners.set(patternOf(name), [...all, listener])
    },
    unsubscribe(name: string, listener: EventListener) {
      const all = listeners.get(patternOf(name))
      if (all)
        listeners.set(
          patternOf(name),
          all.filter((one) => one !== listener),
        )
    },
    publish: async ({ name, data = {} }: Publishable) => ctx.emit(patternOf(name), data as Json),
  }
  const base = new BasePlugin()
  const given = { logger: guideLogger(ctx.log), config: ctx.config, event_bus: bus, eventBus: bus }
  for (const [name, value] of Object.entries(given)) Object.defineProperty(plugin, name, { value, configurable: true, writable: true })
  const helpers = {
    get_config: base.get_config.bind(plugin as BasePlugin),
    emit_event: base.emit_event.bind(plugin as BasePlugin),
  }
  for (const [name, value] of Object.entries(helpers)) {
    const camel = name.replace(/_([a-z])/, (_, letter: string) => letter.toUpperCase())
    for (const spelling of [name, camel]) if (!(spelling in plugin)) Object.defineProperty(plugin, spelling, { value, configurable: true })
  }
}

/**
 * The handlers of a plugin of the event guide: those of the events it lists (`events` or `subscriptions`, of the class or the instance) and those it
 * subscribed to; where it does neither, `handle_event` gets every event but its own.
 */
export async function provideHandlers(guide: Guide): Promise<Provides> {
  const { plugin } = guide
  open.delete(plugin)
  const own: EventListener = (event, context) => guide.call('handleEvent', [event, context])
  const listeners = new Map(subscriptions.get(plugin))
  const listed = (await guide.value('events')) ?? (await guide.value('subscriptions'))
  for (const [name, listener] of listedEvents(guide, listed, own)) listeners.set(name, [...(listeners.get(name) ?? []), listener])
  const answers = member(plugin, 'handleEvent') !== BasePlugin.prototype.handle_event
  if (listeners.size === 0 && answers) return { handler: { '**': handlerOf(guide, () => [own], true) } }
  const handlers = [...listeners.keys()].map((name): [string, Handler] => {
    const subscribed = () => subscriptions.get(plugin)?.get(name) ?? []
    const named = (listeners.get(name) ?? []).filter((one) => !subscribed().includes(one))
    return [name, handlerOf(guide, () => [...named, ...subscribed()], false)]
  })
  return { handler: Object.fromEntries(handlers) }
}

/** `['recording.ended']`, or `{ 'recording.ended': 'on_ended' }` with the name of a method or a function. */
function listedEvents(guide: Guide, listed: unknown, own: EventListener): readonly (readonly [string, EventListener])[] {
  if (Array.isArray(listed)) return listed.map((name) => [patternOf(String(name)), own])
  if (!isRecord(listed)) return []
  return Object.entries(listed).map(([name, listener]) => {
    const run = typeof listener === 'function' ? (listener as EventListener) : undefined
    return [patternOf(name), run ?? ((event, context) => guide.call(String(listener), [event, context]))]
  })
}

/** `Recording Ended` as `recording.ended`; dotted words as they are. */
function patternOf(name: string): string {
  const words = name.trim().split(/\s+/)
  return words.length === 1 ? words[0]! : words.join('.').toLowerCase()
}

function handlerOf(guide: Guide, listeners: () => readonly EventListener[], notOwn: boolean): Handler {
  return {
    async handle(received) {
      const event = received as Event
      if (notOwn && event.source === `/cardcage/${guide.ctx.slot}`) return
      const given = eventOf(event)
      const calls = listeners().map((listener) => guarded(async () => await Reflect.apply(listener, guide.plugin, [given, given.context])))
      const [first, ...others] = (await Promise.allSettled(calls)).flatMap((outcome) => (outcome.status === 'rejected' ? [outcome] : []))
      for (const { reason } of others)
        guide.ctx.log.error(`Another listener of ${event.type} failed, too`, { error: PluginError.from(reason) })
      if (first) throw first.reason
    },
  }
}

function eventOf({ id, type, source, time, correlation, data }: Event): GuideEvent {
  const slot = /^\/cardcage\/(.+)$/.exec(source)?.[1]
  const inside = member(data, 'context')
  const metadata = member(inside, 'metadata')
  const context: EventContext = bothCases({
    correlation_id: correlation,
    timestamp: time,
    metadata: isRecord(metadata) ? metadata : {},
    ...(slot === undefined ? {} : { source_plugin: slot }),
  })
  const payload = data as GuideEvent['data']
  return bothCases({
    id,
    event_id: id,
    name: type,
    data: payload,
    payload,
    context,
    plugin_id: slot ?? 'system',
    priority: 'normal' as const,
  })
}

/** An event as the event-driven guide has it; `payload` is another name of `data`, `event_id` of `id`. */
export interface Event {
  readonly id: string
  readonly event_id: string
  /** Dotted: `recording.ended`. */
  readonly name: string
  // oxlint-disable-next-line typescript/no-explicit-any -- what an event holds is known to who handles it
  readonly data: Readonly<Record<string, any>>
  // oxlint-disable-next-line typescript/no-explicit-any -- as `data`
  readonly payload: Readonly<Record<string, any>>
  readonly context: EventContext
  /** Who published it: the slot of a plugin, else `system`. */
  readonly plugin_id: string
  readonly priority: 'low' | 'normal' | 'high' | 'critical'
}

/** Under what an event came about. */
export interface EventContext {
  /** Kept by all events that follow from one. */
  readonly correlation_id: string
  readonly timestamp: Date
  readonly metadata: Readonly<Record<string, unknown>>
  /** The slot of the plugin that published it; absent where no plugin did. */
  readonly source_plugin?: string
}

/** Called with an event. */
export type EventListener = (event: Event, context: EventContext) => unknown

/** What is needed to publish an event. */
export interface Publishable {
  readonly name: string
  readonly data?: Readonly<Record<string, unknown>>
  readonly context?: { readonly correlation_id?: string }
}

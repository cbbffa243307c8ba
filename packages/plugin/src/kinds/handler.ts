import type { Call } from '../context.ts'
import type { About } from '../define.ts'
import type { Awaitable, Infer, Json, Schema } from '../schema.ts'

/** Answers to an event. Throwing means: not done; the bus retries retryable errors and then keeps the event as a dead letter. */
export interface Handler<D extends Schema | undefined = any> extends About {
  /** Schema of `event.data`; an event that does not fit is a dead letter, not a call. */
  data?: D
  handle(event: Event<D extends Schema ? Infer<D> : Json>, call: Call): Awaitable<void>
}

/**
 * CloudEvents 1.0 attributes and the correlation it was caused under.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface Event<D = Json> {
  readonly id: string
  readonly type: string
  readonly source: string
  readonly time: Date
  readonly subject?: string
  readonly correlation: string
  readonly data: D
}

/** Identity function that ties `data` to `handle`. */
export function handler<const D extends Schema | undefined = undefined>(handler: Handler<D>): Handler {
  return handler
}

import { type Event, type Json, PluginError } from '@cardcage/plugin'
import { validate } from '../config/validate.ts'
import type { CallOptions, Delivery } from './request.ts'
import { stamped, type Target } from './answer.ts'
import { callTarget } from './call-target.ts'

/** Give an event to one handler. Never throws: how it went is in the delivery. */
export async function deliver(target: Target, event: Event, options: CallOptions = {}): Promise<Delivery> {
  const delivery = { slot: target.slot.name, pattern: target.name }
  try {
    const { value, problems } = target.provided.data ? validate(target.provided.data, event.data) : { value: event.data, problems: [] }
    if (problems.length > 0) {
      throw stamped(
        new PluginError(
          'invalid-data',
          `The data of event '${event.type}' does not fit: ${problems.map(({ message }) => message).join('; ')}`,
        ),
        target,
      )
    }
    const sent = { ...event, time: event.time.toISOString(), data: value } as unknown as Json
    const { metadata } = await callTarget(
      target,
      'handle',
      options,
      { args: { event: sent }, correlation: event.correlation },
      ({ answer }) => answer(null),
    )
    return { ...delivery, metadata }
  } catch (error) {
    return { ...delivery, error: stamped(PluginError.from(error), target) }
  }
}

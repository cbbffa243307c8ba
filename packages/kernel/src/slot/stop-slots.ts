import type { Slot } from './slot.ts'

/** Milliseconds all calls that run have to end. */
const drainTime = 2000

/** Milliseconds all instances have together for their cleanup, and what each has at least. */
const stopTime = 3000
const leastGrace = 100

/** Stop all slots for good: what runs may end, then in reverse order of their first start, so that nothing outlives what it depends on. Takes bounded time. */
export async function stopSlots(slots: readonly Slot[], started: readonly Slot[]): Promise<void> {
  for (const slot of slots) slot.shut()
  await Promise.all(slots.map((slot) => slot.drain(drainTime)))
  const deadline = performance.now() + stopTime
  const stop = (slot: Slot) => slot.stop('the kernel stops', 0, Math.max(leastGrace, deadline - performance.now()))
  for (const slot of started.toReversed()) await stop(slot)
  await Promise.all(slots.map(stop))
}

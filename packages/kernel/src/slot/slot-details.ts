import { PluginError } from '@cardcage/plugin'
import { diesWithHost } from '../link/dies-with-host.ts'
import type { Place } from './place.ts'
import type { SlotDetails } from './slot-info.ts'

/** Milliseconds the health checks of an instance may take. */
const healthTimeout = 2000

/** Everything known of a slot; starts it where what it provides is not known otherwise, and asks its health checks where it runs. */
export async function slotDetails({ slot, manifest, log, info, provides: known }: Place): Promise<SlotDetails> {
  if (slot && slot.state !== 'quarantined') await slot.learn().catch(() => undefined)
  const provides = slot?.provides ?? known
  return {
    ...info(),
    ...(manifest ? { manifest } : {}),
    ...(provides ? { provides } : {}),
    ...(slot?.pid === undefined ? {} : { pid: slot.pid }),
    ...(slot && slot.parts.config.isolation !== 'inline' ? { diesWithHost: diesWithHost().how } : {}),
    calls: slot?.calls ?? 0,
    failures: slot?.failed ?? 0,
    health: (await slot?.link?.check(healthTimeout)) ?? [],
    log: [...log.last],
  }
}

/** Start a slot; then everything known of it, where `provides` is what its code says. @throws what keeps it from running */
export async function startedDetails(place: Place): Promise<SlotDetails> {
  const { slot, name, info } = place
  if (!slot) throw info().error ?? new PluginError('unavailable', `Slot '${name}' is disabled`, { origin: 'caller', retryable: false })
  const { provides } = await slot.active()
  return { ...(await slotDetails(place)), provides }
}

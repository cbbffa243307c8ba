import { PluginError } from '@cardcage/plugin'
import { type CpuHeldBy, cpuHeldBy } from '../link/hold-cpu.ts'
import { diesWithHost } from '../link/dies-with-host.ts'
import type { Place } from './place.ts'
import type { SlotDetails } from './slot-info.ts'
import type { Slot } from './slot.ts'

/** Milliseconds the health checks of an instance may take. */
const healthTimeout = 2000

/** Everything known of a slot; starts it where what it provides is not known otherwise, and asks its health checks where it runs. */
export async function slotDetails({ slot, manifest, log, history, info, provides: known }: Place): Promise<SlotDetails> {
  if (slot && slot.state !== 'quarantined') await slot.learn().catch(() => undefined)
  const provides = slot?.provides ?? known
  const pids = slot?.pids ?? []
  return {
    ...info(),
    ...(manifest ? { manifest } : {}),
    ...(provides ? { provides } : {}),
    ...(pids[0] === undefined ? {} : { pid: pids[0] }),
    pids,
    ...(slot && slot.parts.config.isolation !== 'inline' ? { diesWithHost: diesWithHost().how } : {}),
    ...(manifest?.limits.cpu === undefined ? {} : { cpu: { percent: manifest.limits.cpu, by: heldBy(slot) } }),
    instances: slot?.parts.config.instances ?? 1,
    ...(slot ? { concurrency: slot.parts.concurrency(provides) } : {}),
    ...(slot && Object.keys(slot.parts.policy.config).length > 0
      ? { policy: { config: slot.parts.policy.config, ...slot.parts.policy.state() } }
      : {}),
    calls: slot?.calls ?? 0,
    failures: slot?.failed ?? 0,
    health: slot ? await checked(slot) : [],
    history: history.last(),
    log: [...log.last],
  }
}

/** Start a slot; then everything known of it, where `provides` is what its code says. @throws what keeps it from running */
export async function startedDetails(place: Place): Promise<SlotDetails> {
  const { slot, name, info } = place
  if (!slot) throw info().error ?? new PluginError('unavailable', `Slot '${name}' is disabled`, { origin: 'caller', retryable: false })
  const { link } = await slot.active('somebody starts it')
  return { ...(await slotDetails(place)), provides: link.provides }
}

/** What holds the processor time of a slot's processes. One that runs in the host has none of its own. */
function heldBy(slot: Slot | undefined): CpuHeldBy | 'nothing' {
  return (slot?.parts.config.isolation === 'inline' ? undefined : cpuHeldBy()) ?? 'nothing'
}

/** The checks of all instances, without secrets; where there are several, each check says of which it is. */
async function checked({ links, parts: { concealed } }: Slot): Promise<SlotDetails['health']> {
  const said = await Promise.all(links.map((link) => link.check(healthTimeout)))
  const checks = said.map((list) =>
    list.map(({ name, note, ...check }) => ({
      ...check,
      name: concealed.text(name),
      ...(note === undefined ? {} : { note: concealed.text(note) }),
    })),
  )
  if (checks.length === 1) return checks[0]!
  return checks.flatMap((list, i) => list.map((check) => ({ ...check, name: `${check.name} of process ${links[i]!.pid}` })))
}

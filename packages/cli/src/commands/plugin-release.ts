import { PluginError } from '@cardcage/plugin'
import type { Run } from '../command.ts'
import { nearest } from '@cardcage/plugin/internal'
import { openKernel } from '../open-kernel.ts'

/** End a quarantine or a failure of a slot. */
export const run: Run = async (context, [slot = '']) => {
  const kernel = await openKernel(context)
  const find = () => kernel.list().find((info) => info.slot === slot)
  const before = find()
  if (before === undefined)
    throw notFound(
      slot,
      kernel.list().map((info) => info.slot),
    )
  kernel.release(slot)
  const after = find() ?? before
  if (context.output.json) return context.output.document({ slot, before: before.state, after: after.state })
  if (before.state === 'quarantined') context.output.data(`${slot} was quarantined; its next call starts it again.`)
  else context.output.data(`${slot} was not quarantined: it is ${before.state}.`)
}

function notFound(slot: string, names: readonly string[]): PluginError {
  const near = nearest(slot, names)
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Run `cardcage plugin list` for the slots there are.'
  return new PluginError('not-found', `There is no slot "${slot}"`, { hint, origin: 'caller', details: { nearest: near } })
}

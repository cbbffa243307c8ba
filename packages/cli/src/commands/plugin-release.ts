import type { Run } from '../command.ts'
import { openKernel } from '../open-kernel.ts'

/** End a quarantine or a failure of a slot. Both are kept in the workspace, so that they outlive the process they came from. */
export const run: Run = async (context, [slot = '']) => {
  const kernel = await openKernel(context)
  const stateOf = () => kernel.list().find((info) => info.slot === slot)?.state
  const before = stateOf()
  if (before === undefined) await kernel.info(slot)
  kernel.release(slot)
  if (context.output.json) context.output.document({ slot, before, after: stateOf() })
  else if (before === 'quarantined') context.output.data(`${slot} was quarantined; its next call starts it again.`)
  else context.output.data(`${slot} was not quarantined: it is ${before}.`)
}

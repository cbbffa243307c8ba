import type { SlotInfo } from '@cardcage/kernel'
import type { Run } from '../command.ts'
import { openKernel } from '../open-kernel.ts'
import type { Output } from '../output.ts'
import { oneLine, textTable } from '../text-table.ts'

/** List every slot; starts no plugin and opens no file of one but its manifest. */
export const run: Run = async (context) => {
  const { output } = context
  const slots = (await openKernel(context)).list()
  if (output.json) output.document(slots.map(asDocument))
  else if (slots.length === 0) output.talk('There is no plugin. Name a folder with --plugins DIR, or leave out --no-builtin.')
  else showSlots(slots, output)
}

function asDocument({ slot, id, name, version, description, kinds, state, isolation, path, degraded, warnings, error }: SlotInfo) {
  const row = {
    id,
    name,
    version,
    description,
    kinds,
    state,
    isolation,
    path,
    ...(degraded.length > 0 ? { degraded } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  }
  return { ...(slot === id ? row : { ...row, slot }), ...(error === undefined ? {} : { error: error.toJSON() }) }
}

function showSlots(slots: readonly SlotInfo[], output: Output): void {
  const rows = slots.map(({ slot, version, kinds, state, isolation, description }) => [
    oneLine(slot),
    oneLine(version),
    kinds.join(', '),
    state,
    isolation,
    oneLine(description),
  ])
  const head = ['SLOT', 'VERSION', 'KINDS', 'STATE', 'ISOLATION', 'DESCRIPTION']
  output.data(textTable([head, ...rows], { width: output.terminal ? output.width : Infinity }))
  for (const { slot, degraded } of slots) for (const message of degraded) output.warn(`${slot}: ${message}`)
  for (const { slot, state, error, path } of slots) {
    if (error === undefined) continue
    output.talk(
      `\n${output.styleTalk('red', `${slot} ${state}:`)} ${error.message}\n  ${path}${error.hint === undefined ? '' : `\n  ${error.hint}`}`,
    )
  }
}

import type { ConfigExplanation } from '@cardcage/kernel'
import type { Run } from '../command.ts'
import { openKernel } from '../open-kernel.ts'
import { originText } from '../origin-text.ts'
import type { Output } from '../output.ts'
import { oneLine, textTable } from '../text-table.ts'

/** Say where a value comes from: every layer that has it, lowest first, and which won. Secrets are masked. */
export const run: Run = async (context, [key = '']) => {
  const kernel = await openKernel(context)
  const explanation = kernel.explainConfig(key)
  if (context.output.json) context.output.document(explanation)
  else context.output.data(describe(explanation, context.output))
}

function describe({ key, value, origin, text, layers, needed, description }: ConfigExplanation, output: Output): string {
  const [layer, place] = origin ? originText(origin) : []
  const shown = value === undefined ? 'is not set' : `= ${oneLine(text ?? JSON.stringify(value))}`
  const from = layer === undefined || value === undefined ? '' : `, from ${layer}${place ? ` (${place})` : ''}`
  const rows = layers.map(({ origin: one, text }, i) => [
    `  ${origin && i === layers.length - 1 ? '→' : ' '} ${originText(one)[0]}`,
    oneLine(text),
    originText(one)[1],
  ])
  return [
    `${output.style('bold', oneLine(key))} ${shown}${from}`,
    ...(description === undefined ? [] : [`  ${oneLine(description)}`]),
    ...(needed === undefined ? [] : [`  ${oneLine(needed)} needed`]),
    ...(rows.length > 0 ? [textTable(rows)] : []),
  ].join('\n')
}

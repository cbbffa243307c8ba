import type { Kind } from '@cardcage/plugin'
import { PluginError } from '@cardcage/plugin'
import { callAnalysis } from '../call/analysis.ts'
import { callEnrichment, callHandler } from '../call/facts.ts'
import { timeoutOf } from '../call/request.ts'
import type { CallRequest } from '../call/request.ts'
import { callFormat, callSource } from '../call/tables.ts'
import { callVisualization } from '../call/visualization.ts'
import type { Run } from '../command.ts'
import { openKernel } from '../open-kernel.ts'
import { createProgress } from '../progress.ts'

const callers: Readonly<Record<Kind, (request: CallRequest) => Promise<void>>> = {
  analysis: callAnalysis,
  enrichment: callEnrichment,
  format: callFormat,
  handler: callHandler,
  source: callSource,
  visualization: callVisualization,
}

/** Call anything a plugin provides. */
export const run: Run = async (context, [written = ''], options) => {
  const timeout = timeoutOf(options)
  const kernel = await openKernel(context, 'create')
  const address = await kernel.resolve(written, undefined, { ...timeout, signal: context.signal })
  const { slot, kind, name } = address
  const full = `${slot}.${kind}.${name}`
  const provided = (await kernel.info(slot)).provides?.[kind]?.[name]
  if (provided === undefined) throw new PluginError('not-found', `${full} is not provided`, { origin: 'caller' })
  const progress = createProgress(context.output, full)
  context.defer(() => progress.end())
  const call = { ...timeout, signal: context.signal, onProgress: progress.onProgress }
  await callers[kind]({ context, kernel, address, full, provided, options, call, reads: [] })
}
